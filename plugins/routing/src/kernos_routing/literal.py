"""Routing while every path is literal: a table, which Werkzeug's map takes the place of.

To import Werkzeug's routing is a good part of a start, and a path without variables is
found without it. So the router is a :class:`LiteralRouter` at first. It becomes the
:class:`~kernos_routing.router.WerkzeugRouter`, for good and as the same object, when a rule
with variables is added, no path matches, a URL is built, or anybody looks at the map.
"""

from __future__ import annotations

import string
import typing as t
import weakref
from collections.abc import MutableMapping
from threading import RLock

from kernos.contracts.own_names import asked_of

if t.TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.routing import Map, Rule

    from kernos import Kernos
    from kernos_routing.map import RouteMap
    from kernos_routing.router import WerkzeugRouter

#: What a literal path is written with; the rest means something to Werkzeug, or may.
_LITERAL = frozenset(string.ascii_letters + string.digits + "/-._~")

#: How the rule of the static files ends, which every application has. Nothing can be wrong
#: with it, and no path of the table is one of its.
_STATIC_FILES = "/<path:filename>"

#: Held by whoever adds to a table, or puts a map in its place.
_CHANGING = RLock()


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
            arguments={"filename"} if rule.endswith(_STATIC_FILES) else set(),
            defaults=options.get("defaults"),
        )

    @property  # type: ignore[misc] # what isinstance() asks
    def __class__(self) -> t.Any:
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
        and _LITERAL.issuperset(rule.removesuffix(_STATIC_FILES))
    )


def _says_nothing(options: dict[str, t.Any]) -> bool:
    """Tell whether options are those that an application and a blueprint give each rule."""
    return (
        options.keys() <= {"host", "subdomain", "defaults"}
        and options.get("host") is None
        and options.get("subdomain") is None
        and not options.get("defaults")
    )


def _enter(rule: LiteralRule, paths: dict[str, tuple[LiteralRule, ...]]) -> None:
    if not rule.arguments:
        paths[rule.rule] = (*paths.get(rule.rule, ()), rule)


def _mapped(rule: LiteralRule) -> Rule:
    """Return the rule, which is Werkzeug's now."""
    router = vars(rule).get("_router")
    if router is not None:  # else another thread has just made it one
        become(router)
        with _CHANGING:
            if type(rule) is LiteralRule:  # its router has forgotten it
                _become_rule(rule)
    return t.cast("Rule", rule)


def _become_rule(rule: LiteralRule) -> Rule:
    from kernos_routing.map import LazyRule

    state = vars(rule)
    methods, endpoint = state["methods"], state["endpoint"]
    made = LazyRule(state["rule"], methods=methods, endpoint=endpoint, **state["_options"])
    state.update({**vars(made), "methods": methods})  # the set that others may hold
    vars(object)["__class__"].__set__(rule, LazyRule)
    del state["_router"], state["_options"]
    return t.cast("Rule", rule)


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

    Args:
        app: As for the ``WerkzeugRouter``.
    """

    def __init__(self, app: Kernos) -> None:
        self._app_ref = weakref.ref(app)  # it holds its router
        self._hold(())

    @staticmethod
    def suits(app: Kernos) -> bool:
        """Tell whether an application's rules and map are no others than ours."""
        return (
            getattr(app, "url_map_class", None) is None
            and getattr(app, "url_rule_class", None) is None
            and not asked_of(app, "host_matching", False)
        )

    def _hold(self, rules: t.Iterable[LiteralRule]) -> None:
        self._rules = list(rules)
        paths: dict[str, tuple[LiteralRule, ...]] = {}
        for rule in self._rules:
            _enter(rule, paths)
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
        if (
            _is_literal(rule)
            and _says_nothing(options)
            and not isinstance(methods, str)
            and LiteralRouter.suits(t.cast("Kernos", self._app_ref()))
        ):
            added = LiteralRule(self, rule, endpoint, methods, options)
            with _CHANGING:
                if _waits(self):
                    self._rules.append(added)
                    _enter(added, self._paths)
                    return added
        return become(self).add(rule, endpoint, methods, **options)

    def rules(self) -> t.Iterable[t.Any]:
        """Return the rules in the order in which they were added."""
        return tuple(self._rules)

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
        return become(self).match(environ)

    def build(self, endpoint: t.Any, values: t.Mapping[str, t.Any], **options: t.Any) -> str:
        """Return the URL of an endpoint; see :meth:`WerkzeugRouter.build`."""
        return become(self).build(endpoint, values, **options)

    # --- what a registration that fails takes back -------------------------------------

    def snapshot(self) -> Snapshot:
        """Return the rules of this moment."""
        return Snapshot(tuple(self._rules), None)

    def restore(self, snapshot: Snapshot) -> None:
        """Take back what was added since."""
        with _CHANGING:
            if _waits(self):
                self._hold(snapshot.rules)
                return
        become(self).restore(snapshot)

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


def _waits(router: object) -> bool:
    """Tell whether a router has no map yet; another thread may just have made it."""
    return isinstance(router, LiteralRouter)


def become(router: LiteralRouter) -> WerkzeugRouter:
    """Return the router, which routes with Werkzeug's map now; twice is no more than once."""
    from kernos_routing.map import RouteMap
    from kernos_routing.router import WerkzeugRouter

    with _CHANGING:
        if _waits(router):
            made = WerkzeugRouter.__new__(WerkzeugRouter)
            made._begin(router._app_ref, RouteMap())  # the application may be gone
            for rule in router._rules:
                made.url_map.add(_become_rule(rule))
            # In this order: others may be matching. The table stays for those.
            vars(router).update(vars(made))
            router.__class__ = WerkzeugRouter  # type: ignore[assignment]
    return t.cast("WerkzeugRouter", router)
