"""Kernos' sessions: in a signed cookie, or in a store of a third party's."""

import typing as t

from kernos.lazy import lazy_names
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

#: What nobody needs who opens no session in a cookie.
if not t.TYPE_CHECKING:
    __getattr__ = lazy_names(
        globals(),
        {
            "JSONTag": ".tagged",
            "ReplacingStore": ".server_side",
            "SecretKeyError": ".errors",
            "SecretKeyTypeError": ".errors",
            "ServerSideSession": ".server_side",
            "ServerSideSessionInterface": ".server_side",
            "SessionStore": ".server_side",
            "SessionTooLarge": ".errors",
            "TaggedJSONSerializer": ".tagged",
        },
    )


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
