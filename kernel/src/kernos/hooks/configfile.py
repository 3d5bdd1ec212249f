"""``kernos.toml``: what may stand in it; where it is found, :mod:`settings` knows."""

from __future__ import annotations

import os
import typing as t

from kernos.errors import RegistrationError, nearest
from kernos.hooks.settings import FileSettings, OnError

_POLICIES = ("fail", "quarantine")
DOCTOR_PATHS = ("advisories", "attestations")


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
                near = nearest(key, known, 0.6)
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
