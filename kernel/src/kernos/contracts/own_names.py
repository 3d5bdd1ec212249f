"""What a component asks an application that may have attributes of its own.

An application that was written for Flask may use any name that Flask does not. What
Kernos has under such a name is therefore read under another, with an underscore.
"""

from __future__ import annotations

import typing as t

_READ_AS = {
    "component": "_first_component",
    "contributions": "_plugin_contributions",
    "env_prefix": "_environment_prefix",
    "got_first_request": "_freeze_done",
    "plugins": "_kernel_plugins",
    "router": "_url_router",
}
_missing = object()


def read_as(name: str) -> str:
    """Return the name by which Kernos reads what has a public name."""
    return _READ_AS.get(name, f"_{name}")


def asked_of(app: object, name: str, default: t.Any) -> t.Any:
    """Return what an application has of Kernos under a public name.

    Args:
        app: The application; of a stand-in, which has the public name alone, that is read.
        name: The public name: ``"contributions"``, ``"json_strict"`` …
        default: Returned where there is neither.
    """
    found = getattr(app, read_as(name), _missing)
    return getattr(app, name, default) if found is _missing else found


__all__ = ["asked_of", "read_as"]
