"""``import flask``, answered by Kernos.

Importing this module costs next to nothing, so that a ``.pth`` file can call
:func:`install` at interpreter start: neither the kernel nor a component nor
``importlib.metadata`` is loaded before ``flask`` itself is asked for. Even
``typing`` would double the price, which is why it is not imported here.
"""

from __future__ import annotations

import sys

from kernos_flask.finder import FINDER, FacadeFinder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kernos_flask.errors import FlaskAlreadyImported as FlaskAlreadyImported
    from kernos_flask.facade import Flask as Flask

#: The Flask whose behaviour is served, and what ``version("flask")`` answers.
FLASK_VERSION = "3.1.3"

#: What :func:`install` takes: Flask as it is, or with the names that 2.2 had.
APIS = ("3.1", "2.2")


def install(api: str | None = None) -> None:
    """Answer ``import flask`` and ``flask.*`` with Kernos, in this process.

    Calling it again changes nothing but the API that is asked for.

    Args:
        api: ``"3.1"`` is Flask 3.1; ``"2.2"`` adds the names that Flask 2.2
            documented and 3 dropped. None keeps what an earlier call set, else
            takes ``"3.1"``.

    Raises:
        FlaskAlreadyImported: The real Flask is loaded; its classes are in use.
        ValueError: There is no such API.
    """
    if api is not None and api not in APIS:
        raise ValueError(f"api={api!r} is not one of {', '.join(map(repr, APIS))}")
    loaded = sys.modules.get("flask")
    if loaded is not None and not FINDER.owns(loaded):
        from kernos_flask.errors import refuse_loaded_flask

        refuse_loaded_flask()
    if FINDER not in sys.meta_path:
        sys.meta_path.insert(0, FINDER)
        if "kernos_flask.facade" in sys.modules:
            from kernos_flask.adoption import adopt_facade

            adopt_facade(FINDER)
    if api is not None:
        FINDER.api = api


def uninstall() -> None:
    """Take :func:`install` back, and forget the modules it served. For tests."""
    if FINDER in sys.meta_path:
        sys.meta_path.remove(FINDER)
    FINDER.api = APIS[0]
    FINDER.forget()


def installed() -> bool:
    """Return whether ``import flask`` is answered by Kernos."""
    return FINDER in sys.meta_path


def __getattr__(name: str) -> object:
    if name == "Flask":
        # One class, whether it is reached by this name or by flask.Flask.
        if installed():
            import flask

            return flask.Flask
        from kernos_flask import facade

        return facade.Flask
    if name == "FlaskAlreadyImported":
        from kernos_flask.errors import FlaskAlreadyImported

        return FlaskAlreadyImported
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "APIS",
    "FLASK_VERSION",
    "FacadeFinder",
    "Flask",
    "FlaskAlreadyImported",
    "install",
    "installed",
    "uninstall",
]
