"""Kernos' sessions: in a signed cookie, or in a store of a third party's."""

import typing as t

from kernos_sessions.cookie import SecureCookieSession
from kernos_sessions.cookie import SecureCookieSessionInterface
from kernos_sessions.errors import SecretKeyError
from kernos_sessions.errors import SecretKeyTypeError
from kernos_sessions.errors import SessionTooLarge
from kernos_sessions.tagged import JSONTag
from kernos_sessions.tagged import TaggedJSONSerializer

if t.TYPE_CHECKING:
    from kernos_sessions.server_side import ReplacingStore
    from kernos_sessions.server_side import ServerSideSession
    from kernos_sessions.server_side import ServerSideSessionInterface
    from kernos_sessions.server_side import SessionStore

#: What sessions in a cookie never need.
_LATER = frozenset(
    ("ReplacingStore", "ServerSideSession", "ServerSideSessionInterface", "SessionStore")
)


def __getattr__(name: str) -> t.Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from kernos_sessions import server_side

    found = globals()[name] = getattr(server_side, name)
    return found


__all__ = [
    "JSONTag",
    "ReplacingStore",
    "SecretKeyError",
    "SecretKeyTypeError",
    "SecureCookieSession",
    "SecureCookieSessionInterface",
    "ServerSideSession",
    "ServerSideSessionInterface",
    "SessionStore",
    "SessionTooLarge",
    "TaggedJSONSerializer",
]
