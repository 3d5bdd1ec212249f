"""Components that keep everything in memory, for tests of the kernel and of plugins.

Each meets its slot's contract and no more, with nothing but the standard library and
Werkzeug behind it: what works with a double asks nothing of a component that the
contract does not promise.
"""

from __future__ import annotations

import typing as t

from kernos.testing.doubles.cli import MemoryCommandLine
from kernos.testing.doubles.json import MemoryJSON
from kernos.testing.doubles.routing import MemoryRouter
from kernos.testing.doubles.sessions import EagerMemorySessions, MemorySessions
from kernos.testing.doubles.templating import MemoryTemplates


def doubles(*, lazy_sessions: bool = True, **components: t.Any) -> dict[str, t.Any]:
    """Return a component for every slot: ``Kernos(__name__, components=doubles())``.

    Args:
        lazy_sessions: Whether the kernel may open sessions late.
        **components: Take the place of the double for their slot; None leaves it empty.
    """
    sessions = MemorySessions if lazy_sessions else EagerMemorySessions
    found: dict[str, t.Any] = {
        "json": MemoryJSON,
        "sessions": sessions,
        "routing": MemoryRouter,
        "templating": MemoryTemplates,
        "cli": MemoryCommandLine,
        **components,
    }
    return {slot: component for slot, component in found.items() if component is not None}


__all__ = [
    "EagerMemorySessions",
    "MemoryCommandLine",
    "MemoryJSON",
    "MemoryRouter",
    "MemorySessions",
    "MemoryTemplates",
    "doubles",
]
