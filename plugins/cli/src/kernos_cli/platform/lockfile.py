"""``kernos.lock``: the plugins, slot winners and hook orders that were tested together."""

from __future__ import annotations

import os
import typing as t

from kernos.errors import RegistrationError
from kernos.hooks import list_plugins
from kernos.hooks.sources import hook_sources, list_hooks, slot_source

if t.TYPE_CHECKING:
    from kernos import Kernos

FILE_NAME = "kernos.lock"
FORMAT = 1
HEAD = "# Written by `kernos plugins lock`; `kernos run --locked` refuses anything else.\n"

Lock: t.TypeAlias = dict[str, t.Any]


def lock_path(app: Kernos) -> str:
    """Return where an application's lock is: beside its kernos.toml, else in its folder."""
    settings_file = app._kernel_plugins.settings.file.path
    folder = os.path.dirname(settings_file) if settings_file else app.root_path
    return os.path.join(folder, FILE_NAME)


def make_lock(app: Kernos) -> Lock:
    """Return what is to be kept: who takes part, in which version, in which order."""
    from importlib.metadata import version

    active = [one for one in list_plugins(app) if one.state == "active"]
    plugins = {
        f"{one.group.removeprefix('kernos.')}/{one.distribution}:{one.name}": one.version
        for one in active
        if one.distribution
    }
    slots = {}
    for slot in sorted({one.slot for one in active if one.slot}):
        slots[slot] = slot_source(app, slot).owner
    orders = {}
    for hook in list_hooks(app):
        found = [one.owner.partition(" ")[0] for one in hook_sources(app, hook)]
        if found and not hook.startswith("kernos_provide_"):
            orders[hook] = found
    return {
        "format": FORMAT,
        "kernos": version("kernos"),
        "plugins": plugins,
        "slots": slots,
        "order": orders,
    }


def write_lock(path: str, lock: Lock) -> None:
    """Write a lock, whole or not at all."""
    import tomlkit

    temporary = f"{path}.{os.getpid()}"
    with open(temporary, "w", encoding="utf-8") as file:
        file.write(HEAD + tomlkit.dumps(lock))
    os.replace(temporary, path)


def read_lock(path: str) -> Lock:
    """Return what a lock says.

    Raises:
        RegistrationError: It is not there, or is no lock of this format.
    """
    import tomllib

    fix = "kernos plugins lock"
    try:
        with open(path, "rb") as file:
            lock = tomllib.load(file)
    except FileNotFoundError:
        raise RegistrationError(
            f"There is no {path}.", why="nothing was locked", fix=fix
        ) from None
    except (OSError, ValueError) as error:
        raise RegistrationError(f"{path} cannot be read: {error}.", fix=fix) from error
    tables = [lock.get(name) for name in ("plugins", "slots", "order")]
    if lock.get("format") != FORMAT or not all(isinstance(one, dict) for one in tables):
        raise RegistrationError(f"{path} is no lock of the format {FORMAT}.", fix=fix)
    return lock


def differences(locked: Lock, app: Kernos) -> list[str]:
    """Return one line for each thing that is not as it was locked."""
    found = make_lock(app)
    lines = []
    if locked.get("kernos") != found["kernos"]:
        lines.append(f"kernos: {locked.get('kernos')} → {found['kernos']}")
    for table in ("plugins", "slots", "order"):
        before, now = locked[table], found[table]
        lines += [
            f"{table}: {key}: {_said(before.get(key))} → {_said(now.get(key))}"
            for key in sorted({*before, *now})
            if before.get(key) != now.get(key)
        ]
    return lines


def _said(value: object) -> str:
    if value is None:
        return "nothing"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
