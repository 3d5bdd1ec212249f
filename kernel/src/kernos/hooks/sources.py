"""Who contributed what to an application: for tools that explain it."""

from __future__ import annotations

import functools
import inspect
import re
import sys
import typing as t
from dataclasses import asdict, dataclass

from kernos.errors import KernosError
from kernos.hooks import contributions as kinds
from kernos.hooks.offers import Offer
from kernos.hooks.plugin import COLLECTING

if t.TYPE_CHECKING:
    from kernos.app import Kernos
    from kernos.hooks.contributions import Contribution

APPLICATION = "the application"
KERNEL = "the kernel"

#: How a choice came about, in the words of the rule of choice.
RULES = {
    "code": "1. chosen in code",
    "environment": "2. chosen in the environment",
    "file": "3. chosen in kernos.toml",
    "only": "4. the only offer that is not the default",
    "default": "5. the default",
    "empty": "nothing fills it",
}

#: What the tables of template names are called one by one.
SINGULAR = {"filters": "filter", "tests": "test", "globals": "global"}


@dataclass(frozen=True, slots=True)
class Source:
    """One thing in an application, and where it comes from."""

    #: slot, hook, route, blueprint, converter, filter, test, global, command, config …
    kind: str
    name: str
    #: The plugin as ``name (distribution version)``, "the application" or "the kernel".
    owner: str
    file: str | None = None
    line: int | None = None
    #: The hook it came through; empty where there was none.
    hook: str = ""
    #: Why it, and no other.
    rule: str = ""
    #: What it hides: other contributions, offers that were not chosen.
    displaced: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """``file:line``, as far as it is known."""
        if self.file is None:
            return ""
        return self.file if self.line is None else f"{self.file}:{self.line}"

    def to_dict(self) -> dict[str, object]:
        """Return the fields as JSON has them."""
        return {**asdict(self), "displaced": list(self.displaced)}


def locate(thing: object) -> tuple[str | None, int | None]:
    """Return file and line of a function, a class, a module or an instance's class."""
    while isinstance(thing, functools.partial):
        thing = thing.func
    thing = inspect.unwrap(thing) if callable(thing) else thing
    callback = getattr(thing, "callback", None)  # a click command's function
    if callable(callback):
        thing = inspect.unwrap(callback)
    code = getattr(getattr(thing, "__func__", thing), "__code__", None)
    if code is not None:
        return code.co_filename, code.co_firstlineno
    if inspect.ismodule(thing):
        return getattr(thing, "__file__", None), None
    import_name = getattr(thing, "import_name", None)  # a blueprint's
    if isinstance(import_name, str):
        return getattr(sys.modules.get(import_name), "__file__", None), None
    kind = thing if isinstance(thing, type) else type(thing)
    try:
        file = inspect.getsourcefile(kind)
        line = inspect.getsourcelines(kind)[1]
    except (OSError, TypeError):
        return getattr(sys.modules.get(kind.__module__), "__file__", None), None
    return file, line


def slot_source(app: Kernos, slot: str) -> Source:
    """Return what fills a slot of an application, and by which rule.

    Raises:
        KernosError: Nothing decides, or there is no such slot.
    """
    manager = app._kernel_plugins
    assigned = app._component_in_code(slot)
    if manager.is_built(slot) and any(one is assigned for one in manager.build(slot)):
        assigned = None  # the chosen one, which the application keeps once it is built
    choice = manager.choice(slot)
    offers = manager.installed.in_group(slot)
    if assigned is not None:
        taken: tuple[Offer, ...] = ()
        owner, rule = f"{APPLICATION} ({type(assigned).__qualname__})", RULES["code"]
        source = "assigned to the application or set on its class"
        thing: object = assigned
    else:
        taken = choice.offers
        owner = ", ".join(one.label for one in taken) or (
            APPLICATION if choice.parts else "nothing"
        )
        rule, source, thing = RULES[choice.rule], choice.source, _built(app, slot)
    displaced = tuple(one.label for one in offers if one not in taken)
    file, line = (None, None) if thing is None else locate(thing)
    said = f" ({source})" if source and source not in rule else ""
    hook = manager._roster.slots[slot].hook
    return Source("slot", slot, owner, file, line, hook, rule + said, displaced)


def _built(app: Kernos, slot: str) -> object:
    try:
        return app._first_component(slot)
    except KernosError:
        return None  # a broken one is explained by its record


def hook_sources(app: Kernos, hook: str) -> list[Source]:
    """Return the implementations of a hook, in the order of calling, with the reason.

    Raises:
        PluginError: There is no such hook.
    """
    registry = app._kernel_plugins._roster.registry
    plain, wrappers = registry.implementations(hook)
    reasons = app._kernel_plugins.order(hook)
    found = []
    for one, text in zip((*wrappers, *plain), reasons, strict=True):
        plugin = registry.plugin(one.plugin)
        call = next(f.call for f in plugin.functions if f.attribute == one.place.function)
        reason = text.removeprefix(f"{one.place.label}: ")
        rule = f"wrapper; {reason}" if one.wrapper else reason
        found.append(Source("hook", hook, one.place.label, *locate(call), hook, rule))
    return found


def list_hooks(app: Kernos) -> list[str]:
    """Return the names of all hooks, those that plugins publish too, sorted."""
    return app._kernel_plugins._roster.registry.hooks()


def list_sources(app: Kernos) -> list[Source]:
    """Return everything in an application that tools can explain, except its slots' parts.

    Every collecting hook is asked; nothing that a plugin does wrong raises here when the
    application was made within :func:`kernos.hooks.quarantining`.
    """
    found: list[Source] = []
    for slot in app._kernel_plugins._roster.slots:
        try:
            found.append(slot_source(app, slot))
        except KernosError as error:
            found.append(Source("slot", slot, "nothing", rule=error.what))
    return [*found, *_published(app), *_contributed(app), *_own(app)]


def _published(app: Kernos) -> list[Source]:
    """Hooks and slots of plugins' own, and every hook that has implementations."""
    roster = app._kernel_plugins._roster
    found = []
    for key, namespace in roster.registry._published:
        label = roster.registry.plugin(key).label
        for name in dir(namespace):
            spec = getattr(namespace, name)
            if hasattr(spec, "kernos_spec"):
                rule = "publishes this hook"
                hook = COLLECTING + "hookspecs"
                found.append(Source("hook", name, label, *locate(spec), hook, rule))
    for hook in roster.registry.hooks():
        found += hook_sources(app, hook)
    return found


def contributed(app: Kernos, kind: str) -> list[Contribution]:
    """Return the contributions of a kind with their plugins; none where collecting fails."""
    asked = set(app._kernel_plugins._roster.passed)
    try:
        return app._kernel_plugins.collect(COLLECTING + kind, app=app)
    except KernosError:
        return []
    finally:
        if kind not in app._kernel_plugins.asked:  # who only looks has not asked for it
            app._kernel_plugins._roster.passed.intersection_update({*asked})


def _contributed(app: Kernos) -> list[Source]:
    found: list[Source] = []
    for kind in kinds.KINDS:
        hook = COLLECTING + kind
        for one in contributed(app, kind):
            for table, name, thing in _items(kind, one.value):
                place = locate(thing)
                if place[0] is None or place[1] is None:  # a value, or something built in
                    place = _place_of_hook(app, hook, one.plugin)
                found.append(Source(table, name, one.source_label, *place, hook))
    return _settled(app, found)


def _place_of_hook(app: Kernos, hook: str, key: str) -> tuple[str | None, int | None]:
    plugin = app._kernel_plugins._roster.registry.get(key)
    calls = [one.call for one in plugin.functions if one.hook == hook] if plugin else []
    return locate(calls[0]) if calls else (None, None)


def _items(kind: str, value: t.Any) -> t.Iterator[tuple[str, str, object]]:
    """Yield (kind in the singular, name, thing) of what one implementation returned."""
    if kind == kinds.TEMPLATE_NAMES:
        for table, names in value.items():
            for name, thing in names.items():
                yield SINGULAR[table], str(name), thing
    elif kind in kinds.MAPPINGS:
        for name, thing in value.items():
            yield kind.removesuffix("s"), kinds._spelt(name), thing
    else:
        for item in value:
            thing = item[0] if isinstance(item, tuple) else item
            spelt = getattr(thing, "__qualname__", None) or getattr(thing, "id", None) or thing
            yield kind.removesuffix("s"), kinds._name(kind, item) or str(spelt), thing


def _settled(app: Kernos, found: list[Source]) -> list[Source]:
    """Say of each name who stands, and what it hides: the first, unless the app has its own."""
    groups: dict[tuple[str, str], list[Source]] = {}
    for one in found:
        groups.setdefault((one.kind, one.name), []).append(one)
    settled = []
    for (kind, name), several in groups.items():
        first, *others = several
        own = _application_has(app, kind, name)
        displaced = tuple(one.owner for one in (several if own else others))
        if own:
            rule = "the application's own goes before plugins'"
            settled.append(Source(kind, name, APPLICATION, rule=rule, displaced=displaced))
        else:
            rule = "the first in the order of calling" if others else "the only contribution"
            settled.append(
                Source(
                    kind, name, first.owner, first.file, first.line, first.hook, rule, displaced
                )
            )
    return settled


def _application_has(app: Kernos, kind: str, name: str) -> bool:
    """Whether the application set a name that a plugin contributes as well."""
    if kind == "config":
        values = [c.value[name] for c in contributed(app, "config") if name in c.value]
        return name in app.config and all(app.config[name] is not value for value in values)
    if kind in SINGULAR.values():
        table = getattr(app._template_names, kind + "s")
        theirs = [
            c.value.get(kind + "s", {}).get(name) for c in contributed(app, kinds.TEMPLATE_NAMES)
        ]
        return name in table and not any(table[name] is thing for thing in theirs)
    return False


def _own(app: Kernos) -> t.Iterator[Source]:
    """What no plugin contributed: the application's own, the kernel's, the components'."""
    taken = {(one.kind, one.name): one for one in _contributed(app)}
    tables: list[tuple[str, t.Mapping[str, object]]] = [
        (SINGULAR[table], getattr(app._template_names, table)) for table in kinds.TABLES
    ]
    tables.append(("blueprint", app.blueprints))
    tables.append(("extension", app.extensions))
    tables.append(("command", getattr(_quietly(lambda: app.cli), "commands", None) or {}))
    router = _quietly(lambda: app._first_component("routing"))
    tables.append(("converter", getattr(router, "converters", {})))
    for kind, table in tables:
        for name, thing in dict(table).items():
            if (kind, name) not in taken:
                owner = _owner_of(app, kind, thing)
                yield Source(kind, name, owner, *locate(thing))
    for key, value in app.config.items():
        if ("config", key) not in taken:
            default = key in app.default_config and app.default_config[key] == value
            yield Source(
                "config", key, KERNEL if default else APPLICATION, rule=_of_config(default)
            )
    if router is not None:
        yield from _routes(app, router, taken)


def _quietly(get: t.Callable[[], t.Any]) -> t.Any:
    try:
        return get()
    except Exception:
        return None


def _of_config(default: bool) -> str:
    return "its default" if default else "set by the application or its environment"


def _owner_of(app: Kernos, kind: str, thing: object) -> str:
    """Say whose a thing is by its module: a component's, or the application's."""
    kind_of = thing if isinstance(thing, type) or inspect.isroutine(thing) else type(thing)
    top = str(getattr(kind_of, "__module__", "")).partition(".")[0]
    if kind == "converter":
        for offer in app._kernel_plugins.choice("routing").offers:
            if top in ("werkzeug", offer.value.partition(".")[0]):
                return offer.label
    return APPLICATION


def _routes(
    app: Kernos, router: t.Any, taken: t.Mapping[tuple[str, str], Source]
) -> t.Iterator[Source]:
    """Yield each rule; the first of those with one shape hides the others."""
    first: dict[tuple[object, ...], tuple[str, set[str]]] = {}
    for rule in router.rules():
        endpoint = str(rule.endpoint)
        view = app.view_functions.get(endpoint)
        owner, hook = APPLICATION, ""
        blueprint = endpoint.rpartition(".")[0]
        while blueprint:
            source = taken.get(("blueprint", blueprint))
            if source is not None:
                owner, hook = source.owner, source.hook
            blueprint = blueprint.rpartition(".")[0]
        methods = set(rule.methods or ()) - {"HEAD", "OPTIONS"}
        held = first.setdefault(shape(rule), (endpoint, methods))
        hidden = held[0] != endpoint and methods & held[1]
        reason = f"endpoint {endpoint!r}, {', '.join(sorted(methods))}" + (
            f"; hidden by the endpoint {held[0]!r}, which has the same rule" if hidden else ""
        )
        place = (None, None) if view is None else locate(view)
        yield Source("route", rule.rule, owner, *place, hook, reason)


def shape(rule: t.Any) -> tuple[object, ...]:
    """Return what two rules have in common that match the same URLs."""
    places = getattr(rule, "host", None), getattr(rule, "subdomain", None)
    return (*places, bool(getattr(rule, "websocket", False)), _VARIABLE.sub(r"<\1>", rule.rule))


_VARIABLE = re.compile(r"<(?:([^:<>]*):)?[^<>]+>")

__all__ = [
    "Source",
    "contributed",
    "hook_sources",
    "list_hooks",
    "list_sources",
    "locate",
    "shape",
    "slot_source",
]
