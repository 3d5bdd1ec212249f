"""What plugins contribute, merged; who contributed it; who asked for it."""

from __future__ import annotations

import typing as t

from kernos.errors import ContributionConflict, PluginError
from kernos.hooks.value import Value

#: Contributions that have names: later ones must not hide earlier ones.
MAPPINGS = ("converters", "json_types", "config", "shell_context")
LISTS = ("session_tags", "commands", "blueprints", "middleware", "checks")
TEMPLATE_NAMES = "template_names"
TABLES = ("filters", "tests", "globals")
KINDS = (*MAPPINGS, *LISTS, TEMPLATE_NAMES)

#: Asked for again each time: what they return may differ.
REPEATED = ("kernos_register_shell_context", "kernos_register_checks")

#: Kinds that a late plugin adds to; the application is told, and collects them again.
LATE = ("middleware", "json_types", "session_tags", "template_names")

#: Hooks that belong in a feature plugin: a component comes too late for them.
FEATURES_ONLY = (
    "kernos_register_blueprints",
    "kernos_register_commands",
    "kernos_register_converters",
)


class Contribution(Value):
    """What one implementation of a collecting hook returned."""

    #: Plugin, distribution and version, for people.
    source_label: str
    plugin_name: str
    value: t.Any
    #: The plugin's key in the registry.
    plugin: str = ""


class Conflict:
    """Two sources contribute different things under one name; the first stands.

    Args:
        kind: The contributions', and for template names the table: ``filters``,
            ``tests``, ``globals``.
        name: What both contribute.
        first: The plugin whose value stands.
        second: The other.
        key: The key in a mapping.
        value: The first one's value; it may be a secret, and is not shown.
    """

    __slots__ = ("first", "key", "kind", "name", "second", "value")

    def __init__(
        self,
        kind: str,
        name: str,
        first: str,
        second: str,
        key: object = None,
        value: object = None,
    ) -> None:
        self.kind, self.name = kind, name
        self.first, self.second = first, second
        self.key, self.value = key, value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Conflict) and self._shown() == other._shown()

    def __hash__(self) -> int:
        return hash(self._shown())

    def __repr__(self) -> str:
        return f"Conflict{self._shown()!r}"

    def _shown(self) -> tuple[str, str, str, str]:
        return self.kind, self.name, self.first, self.second


class Merge(Value):
    """Contributions of one kind in the form that they are asked for in."""

    value: t.Any
    conflicts: list[Conflict]


def normalise(hook: str, value: t.Any) -> t.Any:
    """Return what an implementation returned in its kind's form, read out once.

    Raises:
        TypeError: It is something else.
    """
    kind = hook.removeprefix("kernos_register_")
    if kind in (*MAPPINGS, TEMPLATE_NAMES, "slots"):
        _check_mapping(value)
        if kind == TEMPLATE_NAMES:
            _check_tables(value)
        return dict(value)
    if kind in (*LISTS, "hookspecs"):
        if isinstance(value, (str, bytes)) or hasattr(value, "keys"):
            raise TypeError(f"it returns {type(value).__name__}, and a list is wanted")
        # One thing in place of a list of one is what everybody writes some day; a
        # blueprint with its options is a pair, and no list of two.
        if not hasattr(value, "__iter__") or isinstance(value, type) or _is_pair(kind, value):
            return [value]
        return list(value)
    return value


def _check_mapping(value: object) -> None:
    if not hasattr(value, "keys"):
        raise TypeError(f"it returns {type(value).__name__}, and a mapping is wanted")


def _check_tables(value: t.Mapping[t.Any, t.Any]) -> None:
    for table, names in value.items():
        if table not in TABLES:
            raise TypeError(f"it returns {table!r}; the tables are {', '.join(TABLES)}")
        _check_mapping(names)


def _is_pair(kind: str, value: t.Any) -> bool:
    return (
        kind == "blueprints"
        and isinstance(value, tuple)
        and len(value) == 2
        and hasattr(value[1], "keys")
    )


def merge(kind: str, contributions: t.Iterable[Contribution]) -> Merge:
    """Put the contributions of one kind together, and note what collides."""
    if kind == TEMPLATE_NAMES:
        return _merge_tables(list(contributions))
    if kind in MAPPINGS:
        return _merge_mapping(kind, [(one, one.value) for one in contributions])
    conflicts: list[Conflict] = []
    sources: dict[str, tuple[object, str]] = {}
    found: list[t.Any] = []
    for one in contributions:
        for item in one.value if kind in LISTS else [one.value]:
            name = _name(kind, item)
            if name is not None:
                held, source = sources.setdefault(name, (item, one.source_label))
                if not _is_same(held, item):
                    conflicts.append(Conflict(kind, name, source, one.source_label))
                    continue
            found.append(item)
    return Merge(found, conflicts)


def _merge_tables(contributions: list[Contribution]) -> Merge:
    tables = {}
    conflicts = []
    for table in TABLES:
        merged = _merge_mapping(table, [(one, one.value.get(table, {})) for one in contributions])
        tables[table] = merged.value
        conflicts += merged.conflicts
    return Merge(tables, conflicts)


def _merge_mapping(kind: str, parts: list[tuple[Contribution, t.Mapping[t.Any, t.Any]]]) -> Merge:
    merged: dict[t.Any, t.Any] = {}
    sources: dict[t.Any, str] = {}
    conflicts = []
    for one, values in parts:
        for name, value in values.items():
            if name not in merged:
                merged[name] = value
                sources[name] = one.source_label
            elif not _is_same(merged[name], value):
                sides = sources[name], one.source_label
                conflicts.append(Conflict(kind, _spelt(name), *sides, name, merged[name]))
    return Merge(merged, conflicts)


def _is_same(first: object, second: object) -> bool:
    """Two may well contribute the same thing; what cannot be compared is different."""
    if first is second:
        return True
    try:
        return type(first) is type(second) and bool(first == second)
    except Exception:
        return False


def _spelt(name: object) -> str:
    if isinstance(name, type):
        return f"{name.__module__}.{name.__qualname__}"
    return str(name)


def _name(kind: str, item: t.Any) -> str | None:
    """Return the name that something in a list is known by, if it has one."""
    if kind == "blueprints":
        blueprint, options = item if isinstance(item, tuple) else (item, {})
        return t.cast("str | None", options.get("name") or getattr(blueprint, "name", None))
    attribute = {"commands": "name", "session_tags": "key"}.get(kind)
    # Tags without a key are told apart by nothing.
    return (getattr(item, attribute, None) or None) if attribute else None


class Conflicts:
    """The contributions that collide, as far as they were collected."""

    def __init__(self) -> None:
        self._found: dict[str, list[Conflict]] = {}
        self._is_overridden: t.Callable[[str, str], bool] | None = None
        self._targets: dict[str, t.Mapping[t.Any, t.Any]] = {}

    def settled_by(self, kind: str, target: t.Mapping[t.Any, t.Any]) -> None:
        """Take a mapping of the application's: what it sets otherwise there is settled."""
        self._targets[kind] = target

    def all(self) -> list[Conflict]:
        """Return what was noted."""
        return [one for found in self._found.values() for one in found]

    def note(self, kind: str, contributions: list[Contribution]) -> None:
        """Note what collides in one kind; after :meth:`check`, refuse it.

        Raises:
            ContributionConflict: Two collide, and the application does not settle it.
        """
        if kind in KINDS:
            self._found[kind] = merge(kind, contributions).conflicts
            self._refuse(self._found[kind])

    def check(self, is_overridden: t.Callable[[str, str], bool]) -> None:
        """Refuse what was noted so far, and what will be.

        Raises:
            ContributionConflict: Two collide, and the application does not settle it.
        """
        self._is_overridden = is_overridden
        self._refuse(self.all())

    def _refuse(self, conflicts: list[Conflict]) -> None:
        is_overridden = self._is_overridden
        for one in conflicts:
            target = self._targets.get(one.kind, {})
            if target.get(one.key, one.value) is not one.value:
                continue
            if is_overridden is not None and not is_overridden(one.kind, one.name):
                raise ContributionConflict(
                    f"Two plugins contribute {one.name!r} ({one.kind}): "
                    f"{one.first} and {one.second}.",
                    why="neither may hide the other silently",
                    fix=f"KERNOS_DISABLE={one.second.partition(' ')[0]}"
                    f"   # or define {one.name!r} in the application, which settles it",
                )


def attribute(
    found: list[Contribution], answer: t.Any, hook: str, label: str, name: str, plugin: str
) -> list[Contribution]:
    """Tell which of the values that wrappers let out are whose; new ones are the wrapper's.

    Raises:
        PluginError: They let out something else than a list.
    """
    if not isinstance(answer, (list, tuple)):
        raise PluginError(
            f"The wrapper of {hook} in the plugin {label} returns {type(answer).__name__}.",
            why="around a collecting hook stands a list of what was collected",
            fix="result = yield; return result",
        )
    own = {id(one.value): one for one in found}
    return [own.get(id(value)) or Contribution(label, name, value, plugin) for value in answer]
