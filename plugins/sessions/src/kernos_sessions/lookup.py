"""One cookie's value, found without parsing the others."""

from __future__ import annotations

import re
import typing as t
from functools import lru_cache

import kernos
from kernos.contracts.stock import Stock

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from kernos import Request

Search: t.TypeAlias = "Callable[[str], re.Match[str] | None]"

#: What Werkzeug's cookies are made by; where a request has others, those are asked.
_MAKERS = Stock(kernos.Request, ("cookies", "headers", "dict_storage_class"), ("cookies",))


def find_cookie(request: Request, name: str) -> str | None:
    """Return what ``request.cookies.get(name)`` does, and spare the other cookies.

    So it does for headers in which each semicolon ends a cookie, and for requests whose
    cookies nobody has read, set, or defined anew.
    """
    if not _MAKERS.is_in(request):
        return request.cookies.get(name)
    environ, state = request.environ, request.__dict__
    if "headers" in state and getattr(state["headers"], "environ", None) is not environ:
        return request.cookies.get(name)
    header: str | None = environ.get("HTTP_COOKIE")
    if not header:
        return None
    search = _searching(name)
    if search is None or '"' in header or not header.isascii():
        return request.cookies.get(name)
    found = search(header)
    return None if found is None else found[1] or ""


@lru_cache(maxsize=64)
def _searching(name: str) -> Search | None:
    """Return what finds the first cookie of a name; None for one that cannot be."""
    if not re.fullmatch(r'[^ \t=";]+', name) or not name.isascii():
        return None
    # By RFC 6265, section 5.2, and as Werkzeug reads it: no space within a value.
    pattern = rf"(?:\A|;)[ \t]*{re.escape(name)}(?:[ \t]*=[ \t]*([^ \t;]*))?[ \t]*(?:;|\Z)"
    return re.compile(pattern).search


__all__ = ["find_cookie"]
