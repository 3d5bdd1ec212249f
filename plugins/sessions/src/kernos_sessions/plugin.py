"""Where kernos meets kernos_sessions. Hook implementations only."""

from __future__ import annotations

import typing as t

from kernos.hooks import hookimpl
from kernos_sessions.cookie import SecureCookieSessionInterface

if t.TYPE_CHECKING:
    from kernos import Kernos
    from kernos.contracts import SessionInterface


@hookimpl
def kernos_provide_sessions(app: Kernos) -> SessionInterface:
    """Offer sessions in a signed cookie, with tags of the application's own."""
    interface = SecureCookieSessionInterface()
    interface.shares_serializer = False
    return interface
