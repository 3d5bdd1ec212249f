"""``kernos.toml``: where it is found, and what may stand in it."""

from __future__ import annotations

import difflib
import importlib.util
import os
import sys
import types
import typing as t

from kernos.errors import RegistrationError
from kernos.hooks.value import Value

OnError: t.TypeAlias = t.Literal["fail", "quarantine"]

FILE_NAME = "kernos.toml"
_POLICIES = ("fail", "quarantine")
DOCTOR_PATHS = ("advisories", "attestations")


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


def read_file(path: str) -> FileSettings:
    """Return what the file says.

    Raises:
        RegistrationError: It is no TOML, or holds an unknown key or a wrong type.
    """
    import tomllib

    try:
        with open(path, "rb") as file:
            data = tomllib.load(file)
    except (OSError, ValueError) as error:
        raise RegistrationError(
            f"{path} cannot be read: {error}.", why="it must be a file of TOML"
        ) from error
    reader = _Reader(path)
    reader.check_keys("", data, ("components", "plugins", "plugin", "doctor"))
    components = reader.table(data, "components")
    plugins = reader.table(data, "plugins")
    reader.check_keys("plugins", plugins, ("autoload", "enable", "disable", "on_error"))
    doctor = reader.table(data, "doctor")
    reader.check_keys("doctor", doctor, ("ignore", *DOCTOR_PATHS))
    each = reader.table(data, "plugin")
    for name in each:
        reader.check_keys(f'plugin."{name}"', reader.table(each, name, "plugin"), ("on_error",))
    return FileSettings(
        path=path,
        components={slot: reader.choice(slot, components[slot]) for slot in components},
        autoload=reader.truth(plugins, "autoload"),
        enable=reader.names(plugins, "enable"),
        disable=reader.names(plugins, "disable"),
        on_error=reader.policy("plugins", plugins),
        doctor_ignore=reader.names(doctor, "ignore", "doctor"),
        doctor_paths={key: reader.path_of(doctor, key) for key in DOCTOR_PATHS if key in doctor},
        plugin_on_error={
            name: reader.policy(f'plugin."{name}"', keys)
            for name, keys in each.items()
            if "on_error" in keys
        },
    )


class _Reader:
    """Takes values out of one file, and refuses the wrong ones by file and key."""

    def __init__(self, path: str) -> None:
        self.path = path

    def refuse(self, key: str, value: object, wanted: str, fix: str) -> RegistrationError:
        return RegistrationError(
            f"{self.path}: {key} is {value!r}.", why=f"it must be {wanted}", fix=fix
        )

    def check_keys(
        self, table: str, found: t.Mapping[str, object], known: tuple[str, ...]
    ) -> None:
        for key in found:
            if key not in known:
                near = difflib.get_close_matches(key, known, 1)
                where = f"[{table}]" if table else "the file"
                raise RegistrationError(
                    f"{self.path}: {where} has an unknown key {key!r}.",
                    why=f"the keys there are {', '.join(known)}",
                    fix=f"{near[0]}   # in place of {key}" if near else f"delete {key}",
                )

    def table(self, found: t.Mapping[str, t.Any], key: str, parent: str = "") -> dict[str, t.Any]:
        value = found.get(key, {})
        if not isinstance(value, dict):
            name = f'{parent}."{key}"' if parent else key
            raise self.refuse(name, value, "a table", f"[{name}]")
        return value

    def truth(self, found: t.Mapping[str, object], key: str) -> bool:
        value = found.get(key, True)
        if not isinstance(value, bool):
            raise self.refuse(f"plugins.{key}", value, "true or false", f"{key} = true")
        return value

    def names(
        self, found: t.Mapping[str, object], key: str, table: str = "plugins"
    ) -> tuple[str, ...]:
        value = found.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
            raise self.refuse(f"{table}.{key}", value, "a list of names", f'{key} = ["NAME"]')
        return tuple(value)

    def path_of(self, found: t.Mapping[str, object], key: str) -> str:
        """Return a path; a relative one begins where the file lies."""
        value = found[key]
        if not isinstance(value, str) or not value:
            raise self.refuse(f"doctor.{key}", value, "a path", f'{key} = "{key}"')
        return os.path.join(os.path.dirname(os.path.abspath(self.path)), value)

    def choice(self, slot: str, value: object) -> tuple[str, ...]:
        parts = value.split("+") if isinstance(value, str) else value
        if not isinstance(parts, list) or not parts:
            raise self.refuse(f"components.{slot}", value, "a name", f'{slot} = "NAME"')
        if not all(isinstance(part, str) and part.strip() for part in parts):
            raise self.refuse(
                f"components.{slot}", value, "a name, or several", f'{slot} = "NAME"'
            )
        return tuple(part.strip() for part in parts)

    def policy(self, table: str, found: t.Mapping[str, object]) -> OnError:
        value = found.get("on_error", "fail")
        if value not in _POLICIES:
            raise self.refuse(
                f"{table}.on_error", value, "'fail' or 'quarantine'", 'on_error = "fail"'
            )
        return t.cast("OnError", value)
