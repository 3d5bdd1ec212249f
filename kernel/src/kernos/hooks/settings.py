"""What was said about plugins: in code, in the environment, in ``kernos.toml``.

Everything is read once, when an application is made, and checked for its shape;
whether the names exist is for those who look at what is installed.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import types
import typing as t

from kernos.errors import RegistrationError
from kernos.hooks.value import Value

OnError: t.TypeAlias = t.Literal["fail", "quarantine"]
Rule: t.TypeAlias = t.Literal["code", "environment", "file", "only", "default", "empty"]

FILE_NAME = "kernos.toml"

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


class FileSettings(Value):
    """What the file says, each thing at its default where it says nothing."""

    path: str = ""
    components: t.Mapping[str, tuple[str, ...]] = types.MappingProxyType({})
    autoload: bool = True
    enable: tuple[str, ...] = ()
    disable: tuple[str, ...] = ()
    on_error: OnError = "fail"
    plugin_on_error: t.Mapping[str, OnError] = types.MappingProxyType({})
    #: Checks of ``kernos doctor`` that are silenced, by their ids.
    doctor_ignore: tuple[str, ...] = ()
    #: Where doctor reads what is known of packages: a path for each of its words.
    doctor_paths: t.Mapping[str, str] = types.MappingProxyType({})


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
        file=FileSettings() if path is None else _read_file(path),
        disabled=split_names(os.environ.get("KERNOS_DISABLE", "")),
    )


def find_file(import_name: str | None, root_path: str | None) -> str | None:
    """Return the path of the file that applies, if there is one.

    Raises:
        RegistrationError: ``KERNOS_CONFIG`` names a file that is not there.
    """
    named = os.environ.get("KERNOS_CONFIG", "")
    if named:
        if not os.path.isfile(named):
            raise RegistrationError(
                f"KERNOS_CONFIG names {named!r}, and there is no such file.",
                fix="unset KERNOS_CONFIG",
            )
        return os.path.abspath(named)
    for folder in _folders(import_name, root_path):
        path = os.path.join(folder, FILE_NAME)
        if os.path.isfile(path):
            return path
    return None


def _folders(import_name: str | None, root_path: str | None) -> list[str]:
    """The application's folder, and the one that holds its top package.

    Without an importable module the first is only where somebody happened to stand,
    and a file there may be anybody's: then it counts only if it is somewhere else.
    """
    holder = None if import_name is None else _holder(import_name)
    found = []
    if root_path is not None and (holder is not None or not _is_working_folder(root_path)):
        found.append(os.path.abspath(root_path))
    if holder is not None and holder not in found:
        found.append(holder)
    return found


def _holder(import_name: str) -> str | None:
    """Return the folder that the top package of a module lies in."""
    if import_name == "__main__":
        spec = getattr(sys.modules.get("__main__"), "__spec__", None)
        import_name = import_name if spec is None else str(spec.name)
    top = import_name.partition(".")[0]
    module = sys.modules.get(top)
    file: str | None = getattr(module, "__file__", None)
    places: list[str] = list(getattr(module, "__path__", ()))
    if module is None:
        try:
            spec = importlib.util.find_spec(top)
        except (ImportError, ValueError):
            spec = None
        if spec is None:
            return None
        file = spec.origin if spec.has_location else None
        places = list(spec.submodule_search_locations or ())
    if places:
        return os.path.dirname(os.path.abspath(places[0]))
    return os.path.dirname(os.path.abspath(file)) if file else None


def _is_working_folder(path: str) -> bool:
    return os.path.realpath(path) == os.path.realpath(os.getcwd())


def _read_file(path: str) -> FileSettings:
    from kernos.hooks.configfile import read_file  # where there is none, it reads nothing

    return read_file(path)


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
