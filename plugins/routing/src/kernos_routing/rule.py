"""Werkzeug's rule, whose builders wait until a URL is built."""

from __future__ import annotations

import typing as t

from werkzeug.routing import Rule

#: Names that Python's compiler refuses as arguments of a builder.
_CONSTANTS = frozenset(("None", "True", "False"))


class LazyRule(Rule):
    """A rule that compiles what builds its URLs when it is first asked for one.

    Werkzeug compiles two functions for each rule as it is added, which is four fifths of
    the time that adding takes; of most rules no URL is ever built.
    """

    def _compile_builder(self, append_unknown: bool = True) -> t.Callable[..., tuple[str, str]]:
        compile_builder = super()._compile_builder
        variables = [name for is_dynamic, name in self._trace if is_dynamic]
        if len(set(variables)) < len(variables) or not _CONSTANTS.isdisjoint(variables):
            return compile_builder(append_unknown)  # which refuses them, as the rule is added
        compiled: t.Callable[..., tuple[str, str]] | None = None

        def build(rule: Rule, **values: t.Any) -> tuple[str, str]:
            nonlocal compiled
            if compiled is None:
                from kernos.contracts.compiling import COMPILING  # at the first URL

                with COMPILING:
                    if compiled is None:
                        compiled = compile_builder(append_unknown)
            return compiled(rule, **values)

        return build

    def __repr__(self) -> str:
        # As Werkzeug's own: tools and tests show it.
        return super().__repr__().replace(f"<{type(self).__name__} ", "<Rule ", 1)


def lazy_rule_class(rule_class: type[Rule] | None) -> type[Rule]:
    """Return the class of rules to make: an application's own, else the one that waits."""
    return LazyRule if rule_class is None or rule_class is Rule else rule_class
