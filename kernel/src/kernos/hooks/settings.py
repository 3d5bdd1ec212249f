"""What was said about plugins: in code, in the environment, in ``kernos.toml``.

Everything is read once, when an application is made, and checked for its shape;
whether the names exist is for those who look at what is installed.
"""

from __future__ import annotations

import os
import types
import typing as t

from kernos.errors import RegistrationError
from kernos.hooks.configfile import FileSettings
from kernos.hooks.configfile import OnError
from kernos.hooks.configfile import find_file
from kernos.hooks.configfile import read_file
from kernos.hooks.value import Value

Rule: t.TypeAlias = t.Literal["code", "environment", "file", "only", "default", "empty"]

#: Counts what plugins' hooks take, from the freeze on, in an application's configuration.
METRICS_KEY = "PLUGIN_METRICS"

#: The word that takes the default of every slot that is not named beside it.
DEFAULT = "default"


class Chosen(Value):
    """One slot's setting: names, or what code gave, in order."""

    rule: Rule
    #: Where it was said, for people.
    source: str
    parts: tuple[object, ...] = ()
    #: True where every default was asked for; then there are no parts.
    default: bool = False


class Layer(Value):
    """What one source says; ``components`` holds the slots it names."""

    components: t.Mapping[str, Chosen] = types.MappingProxyType({})
    default: Chosen | None = None
    #: None says nothing, True all that is installed, else these and no others.
    plugins: bool | tuple[object, ...] | None = None
    source: str = ""


class Settings(Value):
    """The settings of one application, from the source that decides to the weakest."""

    code: Layer = Layer()
    environment: Layer = Layer()
    file: FileSettings = FileSettings()
    #: ``KERNOS_DISABLE``: beats everything.
    disabled: tuple[str, ...] = ()

    def chosen(self, slot: str) -> Chosen | None:
        """Return what decides a slot, if anything was said about it."""
        for layer in (self.code, self.environment):
            found = layer.components.get(slot) or layer.default
            if found is not None:
                return found
        names = self.file.components.get(slot)
        return None if names is None else Chosen("file", self.file.path, names)

    def disabled_for(self, chosen: Chosen | None) -> tuple[str, ...]:
        """Return the names that a slot's choice may not take.

        What the file disables is weaker than a choice in code or environment.
        """
        if chosen is None or chosen.rule == "file":
            return self.disabled + self.file.disable
        return self.disabled

    def named_slots(self) -> list[tuple[str, str]]:
        """Return each slot that was named, with the place where."""
        found = []
        for layer in (self.code, self.environment):
            found += [(slot, chosen.source) for slot, chosen in layer.components.items()]
        return found + [(slot, self.file.path) for slot in self.file.components]

    def on_error(self, *names: str) -> OnError:
        """Return the policy for the plugin that has these names."""
        for name in names:
            if name in self.file.plugin_on_error:
                return self.file.plugin_on_error[name]
        return self.file.on_error


def read_settings(
    import_name: str | None = None,
    root_path: str | os.PathLike[str] | None = None,
    *,
    components: t.Mapping[str, object] | str | None = None,
    plugins: t.Iterable[object] | None = None,
) -> Settings:
    """Return the settings of an application that is being made.

    Args:
        import_name: The application's; None reads no file but ``KERNOS_CONFIG``'s.
        root_path: The application's folder.
        components: ``{slot: name, component or callable given the app}``, or
            ``"default"``.
        plugins: Names and objects: these and no others.

    With ``KERNOS_SAFE=1`` nothing that was said counts: every default, no plugin.

    Raises:
        RegistrationError: Something has a wrong type or an unknown key.
    """
    if is_safe():
        said = Chosen("environment", "KERNOS_SAFE", default=True)
        return Settings(environment=Layer({}, said, (), "KERNOS_SAFE"))
    path = find_file(import_name, None if root_path is None else os.fspath(root_path))
    return Settings(
        code=_read_code(components, plugins),
        environment=_read_environment(),
        file=FileSettings() if path is None else read_file(path),
        disabled=split_names(os.environ.get("KERNOS_DISABLE", "")),
    )


def is_safe() -> bool:
    """Tell whether ``KERNOS_SAFE`` asks for the defaults alone, whatever else was said."""
    return is_on("KERNOS_SAFE")


def wants_metrics() -> bool:
    """Tell whether ``KERNOS_METRICS`` asks for counting what plugins' hooks take."""
    return is_on("KERNOS_METRICS")


def is_on(variable: str) -> bool:
    """Tell whether a variable of the environment switches something on."""
    return os.environ.get(variable, "").lower() not in ("", "0", "false", "no", "off")


def split_names(text: str) -> tuple[str, ...]:
    """Return the names in a comma-separated list."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _read_code(
    components: t.Mapping[str, object] | str | None, plugins: t.Iterable[object] | None
) -> Layer:
    where = "components= in code"
    default = None
    chosen = {}
    if isinstance(components, str):
        if components != DEFAULT:
            raise RegistrationError(
                f"components={components!r} names no slot.",
                why="only the word 'default' stands for all slots",
                fix=f'components={{"json": {components!r}}}',
            )
        default = Chosen("code", where, default=True)
    elif components is not None:
        if not hasattr(components, "items"):
            raise RegistrationError(
                f"components= takes a mapping of slots, not {type(components).__name__}.",
                fix='components={"json": "orjson"}',
            )
        for slot, value in components.items():
            if value is not None:
                chosen[slot] = Chosen("code", where, split_parts(slot, value, where))
    return Layer(chosen, default, _given_plugins(plugins), "plugins= in code")


def _given_plugins(plugins: t.Iterable[object] | None) -> tuple[object, ...] | None:
    if plugins is None:
        return None
    if isinstance(plugins, str):
        raise RegistrationError(
            f"plugins={plugins!r} is text, and a list is wanted.", fix=f"plugins=[{plugins!r}]"
        )
    return tuple(plugins)


def split_parts(slot: str, value: object, source: str) -> tuple[object, ...]:
    """Return one part, or the several that a list or ``a+b`` names in order.

    Raises:
        RegistrationError: It is empty.
    """
    if isinstance(value, str):
        return split_choice(slot, value, source)
    if not isinstance(value, (list, tuple)):
        return (value,)
    if not value:
        raise RegistrationError(
            f"An empty list chooses nothing for the slot {slot!r} ({source}).",
            fix=f"leave {slot!r} out",
        )
    return tuple(value)


def split_choice(slot: str, text: str, source: str) -> tuple[str, ...]:
    """Return the names in ``a+b``.

    Raises:
        RegistrationError: One of them is empty.
    """
    names = tuple(name.strip() for name in text.split("+"))
    if not all(names):
        raise RegistrationError(
            f"{text!r} is no choice for the slot {slot!r} ({source}).",
            why="a choice is a name, or several joined by '+'",
            fix=f"{slot}=NAME",
        )
    return names


def _read_environment() -> Layer:
    source = "KERNOS_COMPONENTS"
    default = None
    chosen: dict[str, Chosen] = {}
    for item in split_names(os.environ.get(source, "")):
        slot, equals, names = (part.strip() for part in item.partition("="))
        if item == DEFAULT:
            default = Chosen("environment", source, default=True)
        elif not equals or not slot or not names:
            raise RegistrationError(
                f"{source} holds {item!r}, which chooses nothing.",
                why="it takes slot=name, several separated by commas, or the word 'default'",
                fix=f'{source}="json=orjson,sessions=redis"',
            )
        elif slot in chosen:
            raise RegistrationError(
                f"{source} names the slot {slot!r} twice.", fix=f'{source}="{slot}={names}"'
            )
        else:
            parts = split_choice(slot, names, source)
            chosen[slot] = Chosen("environment", source, parts)
    return Layer(chosen, default, _read_plugins(), "KERNOS_PLUGINS")


def _read_plugins() -> bool | tuple[str, ...] | None:
    names = split_names(os.environ.get("KERNOS_PLUGINS", ""))
    if not names:
        return None
    if names == ("auto",):
        return True
    if names == ("none",):
        return ()
    return names
