"""The secret keys of an application, checked before anything is signed with them."""

from __future__ import annotations

import collections.abc as c
import typing as t

from kernos_sessions.errors import SecretKeyError, SecretKeyTypeError

if t.TYPE_CHECKING:
    from kernos import Kernos

#: Keys below this are logged: NIST SP 800-107 wants 14 bytes, tools generate 32.
SHORT_BYTES = 16

_MAKE = "python -c 'import secrets; print(secrets.token_hex())'"


def signing_keys(app: Kernos) -> list[bytes]:
    """Return the keys that verify, oldest first; the last one signs.

    That is the order that itsdangerous wants. It holds ``SECRET_KEY`` and, before it,
    ``SECRET_KEY_FALLBACKS``; empty when no secret key is set.

    Raises:
        SecretKeyTypeError: A key is neither text nor bytes, or the fallbacks are no list.
        SecretKeyError: A fallback is empty.
    """
    current = app.secret_key
    if not current:
        return []
    _check_type(current, "SECRET_KEY")
    fallbacks = app.config.get("SECRET_KEY_FALLBACKS")
    if not fallbacks:
        return [_as_bytes(current)]
    # In a text each character would be a key, and one of them is soon guessed.
    if isinstance(fallbacks, (str, bytes, bytearray, c.Mapping)) or not isinstance(
        fallbacks, c.Iterable
    ):
        raise SecretKeyTypeError(
            f"SECRET_KEY_FALLBACKS is of type {type(fallbacks).__name__}.",
            why="it is a list of former keys, each of which is still accepted",
            fix='SECRET_KEY_FALLBACKS = ["the former key"]',
        )
    keys = []
    for place, key in enumerate(fallbacks):
        name = f"SECRET_KEY_FALLBACKS[{place}]"
        _check_type(key, name)
        if not key:
            raise SecretKeyError(
                f"{name} is empty.",
                why="anybody can sign with an empty key; is an environment variable unset?",
                fix=f"del {name}   # or set what it is read from",
            )
        keys.append(_as_bytes(key))
    return [*keys, _as_bytes(current)]


def _as_bytes(key: str | bytes) -> bytes:
    return key.encode() if isinstance(key, str) else key


def short_key_advice() -> str:
    """Return the line for the log."""
    return f"SECRET_KEY is shorter than {SHORT_BYTES} bytes and may be guessed; {_MAKE}"


def _check_type(key: object, name: str) -> None:
    if not isinstance(key, (str, bytes)):
        raise SecretKeyTypeError(
            f"{name} is of type {type(key).__name__}.",
            why="a secret key is text or bytes",
            fix=_MAKE,
        )


__all__ = ["SHORT_BYTES", "short_key_advice", "signing_keys"]
