"""What is refused, and why: the real Flask is there already."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType
from typing import NoReturn

from kernos.errors import KernosError


class FlaskAlreadyImported(KernosError, ImportError):
    """The real Flask was imported before ``kernos_flask.install()`` was called."""

    def __init__(self, what: str, *, why: str = "", fix: str = "") -> None:
        # ImportError has a constructor of its own, which drops all but the message.
        KernosError.__init__(self, what, why=why, fix=fix)


def refuse_loaded_flask() -> NoReturn:
    """Raise, naming the modules that hold objects of the Flask that is loaded."""
    real = sys.modules["flask"]
    where = getattr(real, "__file__", None) or "an unknown place"
    holders = sorted(modules_that_hold(real))
    held = f" It is held by: {', '.join(holders)}." if holders else ""
    raise FlaskAlreadyImported(
        f"Flask itself is loaded already, from {where}.{held}",
        why="modules that hold its classes would not see those of Kernos",
        fix="import kernos_flask; kernos_flask.install()"
        "   # before the first import of any of them",
    )


def modules_that_hold(package: ModuleType) -> Iterator[str]:
    """Yield the names of loaded modules whose globals hold a part of ``package``.

    Objects are compared by identity alone: a proxy must not be asked anything
    without a context, and a foreign ``__eq__`` may do what it likes.
    """
    name = "flask"  # a double in its place need not have a name
    own = [package]
    own += [module for key, module in sys.modules.items() if key.startswith(f"{name}.")]
    parts = {id(module) for module in own}
    for module in own:
        parts.update(id(value) for value in vars(module).values() if _is_of(value, name))
    for key, module in list(sys.modules.items()):
        if id(module) in parts or not isinstance(module, ModuleType):
            continue
        if any(id(value) in parts for value in list(vars(module).values())):
            yield key


def _is_of(value: object, package: str) -> bool:
    kind = type(value)
    if kind.__module__ == "werkzeug.local":
        return True
    home = value.__module__ if isinstance(value, type) else kind.__module__
    if kind.__name__ == "function":
        home = getattr(value, "__module__", "")
    return isinstance(home, str) and home.partition(".")[0] == package
