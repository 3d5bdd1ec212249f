"""From an application's configuration to its sessions in Redis."""

from __future__ import annotations

import typing as t

from kernos_sessions.chain import SessionChain, Setting, key_prefix_of, store_timeout_of
from kernos_sessions_redis.store import SCHEMES, RedisStore

if t.TYPE_CHECKING:
    from kernos import Kernos
    from kernos.contracts import SessionInterface

_URL = Setting("SESSION_REDIS_URL", "redis://127.0.0.1:6379/0")


def make_sessions(app: Kernos, *, former: t.Iterable[SessionInterface] = ()) -> SessionChain:
    """Return sessions in the store that ``SESSION_REDIS_URL`` names.

    No connection is made before the first session is read or written.

    Args:
        app: Its configuration is read: ``SESSION_REDIS_URL``, ``SESSION_KEY_PREFIX``,
            ``SESSION_STORE_TIMEOUT``.
        former: Where sessions were kept before; they move.

    Raises:
        RegistrationError: A setting is missing or wrong.
    """
    url = _URL.read(app)
    scheme, separator, _ = url.partition("://")
    if not separator or scheme not in SCHEMES:
        raise _URL.refusal(
            f"begins with {scheme!r}" if separator else "is no URL",
            f"it begins with one of {', '.join(SCHEMES)}",
        )
    timeout_seconds = store_timeout_of(app)
    try:
        store = RedisStore(url, timeout_seconds=timeout_seconds)
    except ValueError as error:
        raise _URL.refusal("cannot be read", str(error)) from error
    return SessionChain(
        store, key_prefix=key_prefix_of(app), timeout_seconds=timeout_seconds, former=former
    )


__all__ = ["make_sessions"]
