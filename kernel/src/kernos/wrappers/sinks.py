"""What may leave in a response: checks of status, header and cookie attributes.

A server sees these texts after the error handlers have gone home, so a text that
cannot be sent is refused here, where an error can still be answered.
"""

from __future__ import annotations

import string
import typing as t
from functools import lru_cache

# Sets of characters, and no regular expressions: those take their time to be compiled.
#: RFC 9110, section 5.6.2: what a header's or a cookie's name is made of.
_TOKEN = frozenset("!#$%&'*+-.^_`|~" + string.digits + string.ascii_letters)
_CONTROL = frozenset(map(chr, (*range(0x09), *range(0x0A, 0x20), 0x7F)))
_NOT_IN_DOMAINS = _CONTROL | frozenset("\t ;,")
_NOT_IN_COOKIES = _NOT_IN_DOMAINS | {"="}

#: Names that were checked; few different ones occur, but a program may invent more.
_known_names: set[str] = set()
_KNOWN_LIMIT = 1000


def check_status(status: str, code: int) -> None:
    """Refuse a status line that no server could send.

    Raises:
        ValueError: The code is not of three digits from 100 on, or the reason holds
            a control character.
    """
    if not 100 <= code <= 999:
        raise ValueError(f"The status {status!r} is not valid: use a code from 100 to 999.")
    if not status.isprintable() and not _CONTROL.isdisjoint(status):
        raise ValueError(f"The status {status!r} holds a control character.")


def check_headers(headers: t.Iterable[tuple[str, str]]) -> None:
    """Refuse names that are no token, and values that are not Latin-1 text on one line.

    Raises:
        ValueError: One of them cannot be sent; the message names the header only, since
            its value may be secret.
        TypeError: A name or a value is no text.
    """
    for name, value in headers:
        if name not in _known_names:
            if not isinstance(name, str):
                raise TypeError(f"The header name {name!r} is not a string.")
            if not name or not _TOKEN.issuperset(name):
                raise ValueError(f"The header name {name!r} is not valid (RFC 9110, 5.1).")
            if len(_known_names) < _KNOWN_LIMIT:
                _known_names.add(name)
        if not isinstance(value, str):
            raise TypeError(f"The value of the header {name!r} is not a string.")
        if not value.isascii():
            _check_latin1(name, value)
        if not value.isprintable() and not _CONTROL.isdisjoint(value):
            raise ValueError(f"The value of the header {name!r} holds a control character.")


def _check_latin1(name: str, value: str) -> None:
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        raise ValueError(
            f"The value of the header {name!r} holds a character beyond Latin-1."
        ) from None


@lru_cache(maxsize=64)
def missing_headers(
    names: tuple[str, ...], defaults: tuple[tuple[str, str], ...]
) -> tuple[tuple[str, str], ...]:
    """Return the defaults that are not among the names; few different names occur."""
    present = {name.lower() for name in names}
    return tuple(pair for pair in defaults if pair[0].lower() not in present)


def check_cookie(key: str, path: str | None, domain: str | None) -> None:
    """Refuse a cookie whose name, path or domain would smuggle in another attribute.

    Raises:
        ValueError: One of them holds a separator, white space or a control character.
    """
    if not key or not _NOT_IN_COOKIES.isdisjoint(key):
        raise ValueError(f"The cookie name {key!r} is not valid (RFC 6265, 4.1.1).")
    if domain and not _NOT_IN_DOMAINS.isdisjoint(domain):
        raise ValueError(f"The cookie domain {domain!r} is not valid (RFC 6265, 4.1.1).")
    if path and not _CONTROL.isdisjoint(path):
        raise ValueError(f"The cookie path {path!r} holds a control character.")
