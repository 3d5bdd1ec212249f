"""Werkzeug's URL map and rule: safe to add to while it serves, and quick to add to."""

from __future__ import annotations

import typing as t
from pprint import pformat
from threading import RLock

from werkzeug.routing import Map, Rule

from kernos.errors import RegistrationError
from kernos_routing.lint import check_converters, unknown_converter
from kernos_routing.literal import Snapshot
from kernos_routing.matcher import RouteMatcher

if t.TYPE_CHECKING:
    from werkzeug.routing import RuleFactory


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


class RouteMap(Map):
    """A map of URL rules; matching and building go on while rules are added.

    Takes the arguments of Werkzeug's ``Map``. A reader in another thread sees a rule
    either not at all or ready: what it iterates over is replaced, never changed.
    """

    #: Refuse converters whose regular expression captures groups.
    refuse_groups = True

    _matcher: RouteMatcher

    def __init__(
        self, rules: t.Iterable[RuleFactory] | None = None, *args: t.Any, **kwargs: t.Any
    ) -> None:
        # Rules come last, and may come from a subclass's constructor.
        self._adding = RLock()
        self._in_order: list[Rule] = []
        super().__init__(None, *args, **kwargs)
        self._matcher = RouteMatcher(self.merge_slashes)
        for rulefactory in rules or ():
            self.add(rulefactory)

    @property
    def matcher(self) -> RouteMatcher:
        """The table that paths are looked up in."""
        return self._matcher

    def add(self, rulefactory: RuleFactory) -> None:
        """Add a rule, or all rules of a factory, or none if one of them is bad.

        Raises:
            LookupError: A converter is not known.
            RegistrationError: A rule could never match.
        """
        rules = list(rulefactory.get_rules(self))
        with self._adding:
            for rule in rules:
                self._bind(rule)
            for rule in rules:
                self._publish(rule)

    def _bind(self, rule: Rule) -> None:
        try:
            rule.bind(self)
        except LookupError as error:
            raise unknown_converter(rule, self.converters) or error from error
        except SyntaxError as error:  # from Werkzeug's compiled builder
            raise RegistrationError(
                f"The rule {rule.rule!r} cannot be understood.",
                why=str(error.msg),
                fix="give each variable of a rule a name of its own",
            ) from error
        check_converters(rule, refuse_groups=self.refuse_groups)

    def _publish(self, rule: Rule) -> None:
        known = self._rules_by_endpoint.get(rule.endpoint, ())
        self._rules_by_endpoint[rule.endpoint] = sorted(
            (*known, rule), key=lambda one: one.build_compare_key()
        )
        self._in_order.append(rule)
        if not rule.build_only:
            self._matcher.add(rule)

    def update(self) -> None:
        """Do nothing: the order is always right."""

    @property
    def _rules(self) -> list[Rule]:
        # One call into C takes all the lists; a loop could meet a new endpoint.
        return [rule for rules in list(self._rules_by_endpoint.values()) for rule in rules]

    def in_order(self) -> tuple[Rule, ...]:
        """Return the rules in the order in which they were added."""
        return tuple(self._in_order)

    def may_redirect(self, rule: Rule) -> bool:
        """Tell whether another rule with defaults could be the canonical one."""
        if rule.redirect_to is not None:
            return True
        siblings = self._rules_by_endpoint[rule.endpoint]
        if len(siblings) > 1 and self.redirect_defaults:
            for other in siblings:
                if other is rule:
                    break
                if other.defaults:
                    return True
        return False

    def snapshot(self) -> Snapshot:
        """Return what the map holds now, for :meth:`restore`."""
        return Snapshot(self.in_order(), dict(self.converters))

    def restore(self, snapshot: Snapshot) -> None:
        """Take back rules and converters that were added since ``snapshot``."""
        with self._adding:
            self._hold(snapshot.rules)
            converters = snapshot.converters
            if converters is None:
                converters = self.default_converters
            for name in self.converters.keys() - converters.keys():
                del self.converters[name]
            self.converters.update(converters)

    def _hold(self, rules: t.Iterable[Rule]) -> None:
        """Make the tables anew, of these rules and no others; they are bound already."""
        in_order = list(rules)
        matcher = RouteMatcher(self.merge_slashes)
        by_endpoint: dict[t.Any, list[Rule]] = {}
        for rule in in_order:
            by_endpoint.setdefault(rule.endpoint, []).append(rule)
            if not rule.build_only:
                matcher.add(rule)
        for siblings in by_endpoint.values():
            siblings.sort(key=lambda one: one.build_compare_key())
        self._in_order = in_order
        self._rules_by_endpoint = by_endpoint
        self._matcher = matcher

    def __repr__(self) -> str:
        # Werkzeug's own name, unless the application gave a class: tools show it.
        name = "Map" if type(self) is RouteMap else type(self).__name__
        return f"{name}({pformat(self._rules)})"


def safe_map_class(map_class: type[Map]) -> type[RouteMap]:
    """Return a class that is both ``map_class`` and a :class:`RouteMap`."""
    if issubclass(map_class, RouteMap):
        return map_class
    if map_class is Map:
        return RouteMap
    bases = (map_class, RouteMap)
    return type(map_class.__name__, bases, {"__module__": map_class.__module__})


def adopt(url_map: Map) -> RouteMap:
    """Make a map that somebody else has made a :class:`RouteMap`; it stays the same object."""
    if isinstance(url_map, RouteMap):
        return url_map
    rules = list(url_map.iter_rules())
    url_map.__class__ = safe_map_class(type(url_map))
    adopted = t.cast("RouteMap", url_map)
    adopted._adding = RLock()
    adopted._hold(rules)
    return adopted
