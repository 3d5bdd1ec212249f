"""The names that Flask 2.2 documented and Flask 3 dropped; shown by request only.

Programs probe for their absence to tell one Flask from another, which is why they
are looked up here at each question, and not defined where they would be found.
"""

from __future__ import annotations

import importlib
from typing import Any

from kernos_flask.finder import FINDER

#: Where each of them lives: ``{module: {name: (module, name)}}``.
DROPPED = {
    "flask": {
        "Markup": ("markupsafe", "Markup"),
        "escape": ("markupsafe", "escape"),
        "signals_available": ("kernos.signals", "signals_available"),
    },
    "flask.json": {
        "JSONDecoder": ("kernos_json", "JSONDecoder"),
        "JSONEncoder": ("kernos_json", "JSONEncoder"),
    },
    "flask.signals": {
        "signals_available": ("kernos.signals", "signals_available"),
    },
}


def dropped_name(module: str, name: str) -> Any:
    """Return what ``name`` of a facade module was in Flask 2.2.

    Raises:
        AttributeError: It was nothing, or 2.2 is not asked for.
    """
    where = DROPPED[module].get(name) if FINDER.api == "2.2" else None
    if where is None:
        raise AttributeError(f"module {module!r} has no attribute {name!r}")
    return getattr(importlib.import_module(where[0]), where[1])


class ShowsDropped:
    """What the kernel asks a class: are the dropped attributes there? By the API in force."""

    def __get__(self, instance: object | None, owner: type) -> bool:
        return FINDER.api == "2.2"
