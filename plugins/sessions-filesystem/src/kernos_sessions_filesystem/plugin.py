"""Where kernos meets kernos_sessions_filesystem. Hook implementations only."""

from __future__ import annotations

import typing as t

from kernos.hooks import hookimpl
from kernos_sessions_filesystem.sessions import make_sessions

if t.TYPE_CHECKING:
    from kernos import Kernos
    from kernos.contracts import SessionInterface


@hookimpl
def kernos_provide_sessions(app: Kernos) -> SessionInterface:
    """Offer sessions as the application's configuration describes their store."""
    return make_sessions(app)
