"""Kernos' sessions: in a signed cookie, or in a store of a third party's."""

import importlib
import typing as t

from kernos_sessions.cookie import SecureCookieSession, SecureCookieSessionInterface

if t.TYPE_CHECKING:
    from kernos_sessions.errors import SecretKeyError, SecretKeyTypeError, SessionTooLarge
    from kernos_sessions.server_side import (
        ReplacingStore,
        ServerSideSession,
        ServerSideSessionInterface,
        SessionStore,
    )
    from kernos_sessions.tagged import JSONTag, TaggedJSONSerializer

#: What nobody needs who opens no session in a cookie, and where it is.
_LATER = {
    "JSONTag": "tagged",
    "ReplacingStore": "server_side",
    "SecretKeyError": "errors",
    "SecretKeyTypeError": "errors",
    "ServerSideSession": "server_side",
    "ServerSideSessionInterface": "server_side",
    "SessionStore": "server_side",
    "SessionTooLarge": "errors",
    "TaggedJSONSerializer": "tagged",
}


if not t.TYPE_CHECKING:

    def __getattr__(name: str) -> t.Any:
        if name not in _LATER:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module = importlib.import_module(f"{__name__}.{_LATER[name]}")
        found = globals()[name] = getattr(module, name)
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
