"""Routing while every path is literal: a table, which Werkzeug's map takes the place of.

To import Werkzeug's routing takes a part of each start (``make bench-start``: *variable*
beside *hello*), and a path without variables is found without it. So the router is a
:class:`LiteralRouter` at first. It becomes the
:class:`~kernos_routing.router.WerkzeugRouter`, for good and as the same object, when a rule
with variables is added, no path matches, a URL is built, or anybody looks at the map.
"""

from __future__ import annotations

import os
import string
import sys
import typing as t
import weakref
from collections.abc import MutableMapping
from threading import RLock

from kernos.contracts.own_names import asked_of

if t.TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.routing import Map, Rule

    from kernos_routing.map import RouteMap
    from kernos_routing.router import WerkzeugRouter

#: What a literal path is written with; the rest means something to Werkzeug, or may.
_LITERAL = frozenset(string.ascii_letters + string.digits + "/-._~")

#: How a rule ends that may wait although it has a variable: the static files', which every
#: application has. Nothing can be wrong with it, and none of its paths is in the table.
_FILES = "/<path:filename>"

#: With more rules the map is made at once: who comes first to need it should not wait for long.
LIMIT = 100

#: Held by whoever adds to a table, or puts a map in its place. To look at a rule may make the
#: map while one is made, so it is re-entrant; it is one for all, which is quickly renewed.
_changing = RLock()


def _renew_lock() -> None:
    """Forget, in a process just forked, a thread that held the lock and is not here."""
    global _changing  # noqa: PLW0603 - the process has one
    _changing = RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_lock)

#: How a class is set where `__class__` is a property.
_set_class = vars(object)["__class__"].__set__


class Snapshot:
    """What a router held at one moment.

    Args:
        rules: In the order in which they were added.
        converters: By name; None stands for Werkzeug's own.
    """

    def __init__(self, rules: tuple[t.Any, ...], converters: dict[str, t.Any] | None) -> None:
        self.rules = rules
        self.converters = converters

    def without(self, rules: t.Iterable[t.Any]) -> Snapshot:
        """Return the same without some rules: restored, it has them forgotten."""
        gone = set(map(id, rules))
        kept = tuple(one for one in self.rules if id(one) not in gone)
        return Snapshot(kept, self.converters)


class LiteralRule:
    """A rule of the table: Werkzeug's ``Rule`` as soon as anybody looks closely.

    What a request reads is here. To read or set anything else makes of it, and of the others,
    rules of a map; it stays the same object.
    """

    provide_automatic_options: bool

    def __init__(
        self,
        router: LiteralRouter,
        rule: str,
        endpoint: t.Any,
        methods: t.Collection[str] | None,
        options: dict[str, t.Any],
    ) -> None:
        taken = None if methods is None else {method.upper() for method in methods}
        if taken and "GET" in taken:
            taken.add("HEAD")
        vars(self).update(
            _router=router,
            _options=options,
            rule=rule,
            endpoint=endpoint,
            methods=taken,
            arguments={"filename"} if rule.endswith(_FILES) else set(),
            defaults=options.get("defaults"),
        )

    @property  # type: ignore[misc] # what isinstance() asks
    def __class__(self) -> t.Any:
        if "werkzeug.routing" not in sys.modules:  # so nobody can mean a class of its
            return LiteralRule
        from kernos_routing.map import LazyRule

        return LazyRule

    def __getattr__(self, name: str) -> t.Any:
        if name.startswith("__"):  # Python asks for these, and Werkzeug's has none
            raise AttributeError(name)
        return getattr(_mapped(self), name)

    def __setattr__(self, name: str, value: object) -> None:
        if name == "provide_automatic_options":  # the kernel's own
            vars(self)[name] = value
        else:
            setattr(_mapped(self), name, value)

    def __repr__(self) -> str:
        return repr(_mapped(self))

    def __str__(self) -> str:
        return str(_mapped(self))

    def __eq__(self, other: object) -> bool:
        return self is other or _mapped(self) == other

    __hash__ = None  # type: ignore[assignment] # as of Werkzeug's

    def __reduce_ex__(self, protocol: t.SupportsIndex) -> t.Any:
        return _mapped(self).__reduce_ex__(protocol)


def _is_literal(rule: object) -> bool:
    return (
        type(rule) is str
        and rule.startswith("/")
        and "//" not in rule
        and _LITERAL.issuperset(rule.removesuffix(_FILES))
    )


def _has_default_options(options: dict[str, t.Any]) -> bool:
    """Tell whether options are those that an application and a blueprint give each rule."""
    return (
        options.keys() <= {"host", "subdomain", "defaults"}
        and options.get("host") is None
        and options.get("subdomain") is None
        and not options.get("defaults")
    )


def _index(rule: LiteralRule, paths: dict[str, tuple[LiteralRule, ...]]) -> None:
    if not rule.rule.endswith(_FILES):
        paths[rule.rule] = (*paths.get(rule.rule, ()), rule)


def _mapped(rule: LiteralRule) -> Rule:
    """Return the rule, which is Werkzeug's now."""
    router = vars(rule).get("_router")
    if router is not None:  # else another thread has just made it one
        url_map = become(router).url_map
        with _changing:
            if type(rule) is LiteralRule:  # it was taken back before there was a map
                _become_rule(rule, url_map)
    return t.cast("Rule", rule)


def _become_rule(rule: LiteralRule, url_map: RouteMap) -> None:
    """Make a rule of the map of it; where that is interrupted, it can be done again."""
    from kernos_routing.map import LazyRule

    state = vars(rule)
    methods, endpoint = state["methods"], state["endpoint"]
    made = LazyRule(state["rule"], methods=methods, endpoint=endpoint, **state["_options"])
    made.bind(url_map)
    # In one step, since others may be reading; the set of methods is one that they may hold.
    state.update({**vars(made), "methods": methods})
    _set_class(rule, LazyRule)
    del state["_router"], state["_options"]


class _Converters(MutableMapping[str, t.Any]):
    """The converters of the map, which is made for those who look in here."""

    def __init__(self, router: LiteralRouter) -> None:
        self._router = router

    @property
    def _held(self) -> t.MutableMapping[str, t.Any]:
        return become(self._router).converters

    def __getitem__(self, name: str) -> t.Any:
        return self._held[name]

    def __setitem__(self, name: str, converter: t.Any) -> None:
        self._held[name] = converter

    def __delitem__(self, name: str) -> None:
        del self._held[name]

    def __iter__(self) -> t.Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)


class LiteralRouter:
    """Route literal paths; become the ``WerkzeugRouter`` for everything else.

    One answers as the other does: a rule without variables is the first to match its path,
    and that it matches says all. Threads may match while others add, or make the map.

    A method may be one that somebody has held since before: it goes by what the router is now,
    and calls no method of the object's, where a wrapper of it may be.

    Args:
        app: As for the ``WerkzeugRouter``.
    """

    def __init__(self, app: t.Any) -> None:
        self._app_ref = weakref.ref(app)  # it holds its router
        self._refuses_groups = bool(asked_of(app, "strict_converters", True))
        self._set_rules(())

    @staticmethod
    def suits(app: object) -> bool:
        """Tell whether an application's rules and map are no others than ours."""
        return (
            getattr(app, "url_map_class", None) is None
            and getattr(app, "url_rule_class", None) is None
            and not asked_of(app, "host_matching", False)
        )

    @property  # type: ignore[misc] # what isinstance() asks
    def __class__(self) -> t.Any:
        return getattr(sys.modules.get("kernos_routing.router"), "WerkzeugRouter", LiteralRouter)

    def _set_rules(self, rules: t.Iterable[LiteralRule]) -> None:
        self._rules = list(rules)
        paths: dict[str, tuple[LiteralRule, ...]] = {}
        for rule in self._rules:
            _index(rule, paths)
        self._paths = paths

    # --- the contract ------------------------------------------------------------------

    @property
    def converters(self) -> t.MutableMapping[str, t.Any]:
        """The converters by name."""
        return _Converters(self)

    @converters.setter
    def converters(self, value: t.MutableMapping[str, t.Any]) -> None:
        become(self).converters = value

    def add(
        self,
        rule: str,
        endpoint: t.Any,
        methods: t.Collection[str] | None,
        **options: t.Any,
    ) -> t.Any:
        """Add one route and return it; see :meth:`WerkzeugRouter.add`."""
        if _is_literal(rule) and _has_default_options(options) and not isinstance(methods, str):
            hash(endpoint)  # a map asks for that
            with _changing:
                if (
                    _is_literal_still(self)
                    and len(self._rules) < LIMIT
                    and LiteralRouter.suits(self._app_ref())
                ):
                    added = LiteralRule(self, rule, endpoint, methods, options)
                    self._rules.append(added)
                    _index(added, self._paths)
                    return added
        router = become(self)
        return type(router).add(router, rule, endpoint, methods, **options)

    def rules(self) -> t.Iterable[t.Any]:
        """Return the rules in the order in which they were added."""
        with _changing:
            if _is_literal_still(self):
                return tuple(self._rules)
        router = become(self)
        return type(router).rules(router)

    def match(self, environ: WSGIEnvironment) -> tuple[t.Any, dict[str, t.Any]]:
        """Return the rule that answers a request; see :meth:`WerkzeugRouter.match`."""
        app: t.Any = self._app_ref()
        if not (
            app.subdomain_matching
            or "HTTP_UPGRADE" in environ
            or environ["wsgi.url_scheme"] in ("ws", "wss")
            or app.config["TRUSTED_HOSTS"] is not None
            or app.request_class.trusted_hosts is not None
        ):
            method = environ["REQUEST_METHOD"].upper()
            for rule in self._paths.get(environ.get("PATH_INFO", "/"), ()):
                if rule.methods is None or method in rule.methods:
                    return rule, {}
        router = become(self)
        return type(router).match(router, environ)

    def build(self, endpoint: t.Any, values: t.Mapping[str, t.Any], **options: t.Any) -> str:
        """Return the URL of an endpoint; see :meth:`WerkzeugRouter.build`."""
        router = become(self)
        return type(router).build(router, endpoint, values, **options)

    # --- what a registration that fails takes back -------------------------------------

    def snapshot(self) -> Snapshot:
        """Return the rules of this moment."""
        with _changing:
            if _is_literal_still(self):
                return Snapshot(tuple(self._rules), None)
        router = become(self)
        return type(router).snapshot(router)

    def restore(self, snapshot: Snapshot) -> None:
        """Take back what was added since."""
        with _changing:
            if _is_literal_still(self):
                self._set_rules(snapshot.rules)
                return
        router = become(self)
        type(router).restore(router, snapshot)

    # --- what only a map has -----------------------------------------------------------

    @property
    def url_map(self) -> RouteMap:
        """The map of these rules, made here."""
        return become(self).url_map

    @url_map.setter
    def url_map(self, value: Map) -> None:
        become(self).url_map = value

    def __getattr__(self, name: str) -> t.Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(become(self), name)


def _is_literal_still(router: object) -> bool:
    """Tell whether a router has no map yet; another thread may just have made it."""
    return issubclass(type(router), LiteralRouter)


def become(router: LiteralRouter) -> WerkzeugRouter:
    """Return the router, which routes with Werkzeug's map now; twice is no more than once.

    Where it is interrupted, by a signal's handler say, the router is literal still, and the
    next call begins anew.
    """
    from kernos_routing.map import RouteMap
    from kernos_routing.router import WerkzeugRouter

    with _changing:
        if _is_literal_still(router):
            url_map = RouteMap()
            for rule in router._rules:
                if type(rule) is LiteralRule:
                    _become_rule(rule, url_map)
                else:  # of a call that was interrupted
                    t.cast("Rule", rule).bind(url_map, rebind=True)
            url_map._hold(t.cast("t.Any", router._rules))
            made = WerkzeugRouter.__new__(WerkzeugRouter)
            made._begin(router._app_ref, url_map)  # the application may be gone
            url_map.refuse_groups = router._refuses_groups
            vars(router).update(vars(made))
            _set_class(router, WerkzeugRouter)
            # Those who are matching just now find nothing, and come to the map.
            router._paths, router._rules = {}, []
    return t.cast("WerkzeugRouter", router)
