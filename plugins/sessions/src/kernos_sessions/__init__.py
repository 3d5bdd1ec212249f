"""Kernos' sessions: in a signed cookie, or in a store of a third party's."""

from kernos_sessions.cookie import SecureCookieSession
from kernos_sessions.cookie import SecureCookieSessionInterface
from kernos_sessions.errors import SecretKeyError
from kernos_sessions.errors import SecretKeyTypeError
from kernos_sessions.errors import SessionTooLarge
from kernos_sessions.server_side import ReplacingStore
from kernos_sessions.server_side import ServerSideSession
from kernos_sessions.server_side import ServerSideSessionInterface
from kernos_sessions.server_side import SessionStore
from kernos_sessions.tagged import JSONTag
from kernos_sessions.tagged import TaggedJSONSerializer

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
