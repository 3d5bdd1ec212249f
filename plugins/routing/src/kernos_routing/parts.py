"""What a rule's part is matched with: ``re`` where it is quick, else :mod:`linear`."""

from __future__ import annotations

import re
import typing as t

if t.TYPE_CHECKING:
    from werkzeug.routing.rules import RulePart

#: What Werkzeug appends where a part that takes slashes ends with one.
_OPTIONAL_SLASH = "(?<!/)(/?)"

#: The bound of a part that no text has come to: whatever comes is longer.
_NOT_ESTIMATED = -1


class Part:
    """One dynamic part of a rule, ready to match a piece of a path.

    What its expression may cost is estimated when the first text comes: most rules of most
    processes wait for long, and that of the static files in every start.

    Args:
        part: As Werkzeug compiled it.

    Raises:
        re.error: The expression is none.
    """

    def __init__(self, part: RulePart) -> None:
        self.part = part
        self.final = part.final
        self.suffixed = part.suffixed
        self.regex = re.compile(part.content)
        self._values = _values_of(self.regex)
        self._others = self.regex.groups > len(self._values)
        #: What longer texts are matched with; without it they match nothing.
        self.linear: t.Callable[[str], list[str] | None] | None = None
        #: The longest text that goes to ``re``; None sends all.
        self.bound: int | None = _NOT_ESTIMATED
        #: Whether it takes one piece of a path, between two slashes, and the expression's
        #: groups are the values.
        self.isolated = not (part.final or part.suffixed or self._others)

    def _estimate(self) -> None:
        from kernos_routing.patterns import estimate

        source = self.part.content.removesuffix(r"\Z")
        if self.suffixed:
            source = source.removesuffix(_OPTIONAL_SLASH)
        # In this order: once the bound is known, other threads rely on both.
        self.linear, self.bound = estimate(source, len(self._values))

    def match(self, text: str) -> tuple[list[str], bool] | None:
        """Return the values in ``text``, and whether a final slash was left over."""
        if self.bound is not None and len(text) > self.bound:
            if self.bound == _NOT_ESTIMATED:
                self._estimate()
                return self.match(text)
            return None if self.linear is None else self._match_linear(self.linear, text)
        found = self.regex.match(text)
        if found is None:
            return None
        groups = found.groups()
        if self._others:
            return [groups[i] for i in self._values], self.suffixed and groups[-1] == "/"
        return list(groups), False

    def _match_linear(
        self, linear: t.Callable[[str], list[str] | None], text: str
    ) -> tuple[list[str], bool] | None:
        slash = self.suffixed and text.endswith("/")
        if slash:
            text = text[:-1]
            if text.endswith("/"):
                return None
        values = linear(text)
        return None if values is None else (values, slash)


def _values_of(regex: re.Pattern[str]) -> list[int]:
    """Return the indexes of the converters' groups; others are the converters' own."""
    named = {
        int(name.removeprefix("__werkzeug_")): index - 1
        for name, index in regex.groupindex.items()
        if name.startswith("__werkzeug_")
    }
    return [named[number] for number in sorted(named)]
