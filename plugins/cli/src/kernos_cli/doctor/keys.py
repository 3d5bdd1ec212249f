"""Secret keys."""

from __future__ import annotations

import math
import os
import typing as t

from kernos.hooks.checks import Finding, check
from kernos_cli.doctor.files import python_sources

if t.TYPE_CHECKING:
    from kernos import Kernos

MAKE = "python -c 'import secrets; print(secrets.token_hex())'"
SHORT_BYTES = 16
ENTROPY_BITS = 32.0
FALLBACKS = 5

#: Keys that documents and examples show; everybody knows them.
KNOWN = frozenset(
    {"dev", "development", "secret", "secret key", "secret_key", "secretkey", "key", "test"}
    | {"testing", "changeme", "change me", "change-me", "password", "mysecret", "my secret"}
    | {"you-will-never-guess", "super secret key", "super-secret", "supersecret", "s3cr3t"}
    | {"192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf"}
    | {'_5#y2l"f4q8z\\n\\xec]/', "a_random_string", "dev key", "replace me", "todo"}
)


def as_bytes(key: object) -> bytes | None:
    """Return a key as it is signed with; None for what is no key."""
    if isinstance(key, str):
        return key.encode()
    return key if isinstance(key, bytes) else None


def entropy_bits(key: bytes) -> float:
    """Return how many bits the key's own letters tell, a bound from above for what was typed."""
    counts = [key.count(byte) for byte in set(key)]
    return sum(-count * math.log2(count / len(key)) for count in counts)


@check("K-001", "The secret key is set, long, and nobody knows it", level="error", deploy=True)
def key_is_good(app: Kernos) -> t.Iterator[Finding]:
    """Who knows the key signs sessions in anybody's name."""
    key = app.secret_key
    if key is None or key in ("", b""):
        yield Finding("SECRET_KEY is not set.", MAKE)
        return
    value = as_bytes(key)
    if value is None:
        return  # K-004 tells of its type
    if value.decode("utf-8", "replace").strip().lower() in KNOWN:
        yield Finding("SECRET_KEY is one that documents and examples show.", MAKE)
    elif len(value) < SHORT_BYTES:
        yield Finding(f"SECRET_KEY has {len(value)} bytes; {SHORT_BYTES} are the least.", MAKE)
    elif entropy_bits(value) < ENTROPY_BITS:
        yield Finding("SECRET_KEY repeats a few letters, and may be guessed.", MAKE)


@check("K-002", "The fallback keys are keys, few, and not the current one", level="error")
def fallbacks_are_good(app: Kernos) -> t.Iterator[Finding]:
    """A fallback goes on opening sessions: a leaked or empty one opens everybody's."""
    fallbacks = app.config.get("SECRET_KEY_FALLBACKS")
    if not fallbacks:
        return
    if isinstance(fallbacks, (str, bytes)) or not isinstance(fallbacks, (list, tuple)):
        kind = type(fallbacks).__name__
        yield Finding(f"SECRET_KEY_FALLBACKS is {kind}, and a list is wanted.", "[OLD_KEY]")
        return
    current = as_bytes(app.secret_key)
    for number, one in enumerate(fallbacks):
        value = as_bytes(one)
        name = f"SECRET_KEY_FALLBACKS[{number}]"
        if value is None:
            yield Finding(f"{name} is {type(one).__name__}, no key.", f"delete {name}")
        elif not value:
            yield Finding(f"{name} is empty.", f"delete {name}")
        elif value == current:
            yield Finding(f"{name} is SECRET_KEY itself.", f"delete {name}", "warning")
    if len(fallbacks) > FALLBACKS:
        text = f"There are {len(fallbacks)} fallback keys; each is one more to leak."
        yield Finding(text, "delete those that no session is signed with any more", "warning")


@check("K-003", "The secret key is not written in the source", level="error", deploy=True)
def key_is_not_in_source(app: Kernos) -> t.Iterator[Finding]:
    """Who reads the repository, a backup or an image of it has the key."""
    value = as_bytes(app.secret_key)
    if not value or len(value) < 4:
        return
    forms = {value, repr(value)[2:-1].encode()}
    quoted = {quote + form + quote for form in forms for quote in (b"'", b'"')}
    for path in python_sources(app):
        with open(path, "rb") as file:
            text = file.read()
        if any(form in text for form in quoted):
            shown = os.path.relpath(path, app.root_path)
            yield Finding(f"SECRET_KEY is written in {shown}.", "app.config.from_prefixed_env()")


@check("K-004", "The secret key is text or bytes", level="error")
def key_has_a_type(app: Kernos) -> t.Iterator[Finding]:
    """Nothing can be signed with anything else: each session is an error."""
    key = app.secret_key
    if key is not None and as_bytes(key) is None:
        yield Finding(f"SECRET_KEY is {type(key).__name__}.", MAKE)


CHECKS = (key_is_good, fallbacks_are_good, key_is_not_in_source, key_has_a_type)
