"""JSON by Python's own library: the judge wherever a quicker one would answer differently.

JSON has no NaN and no infinity, and its texts are Unicode (RFC 8259, sections 6 and
8); how deep a text may nest is left to the reader (section 9).
"""

from __future__ import annotations

import json
import math
import re
import sys
import typing as t
from itertools import accumulate

from kernos_json_orjson.errors import JSONRefused
from kernos_json_orjson.errors import too_deep

_STRICT_FIX = "app.json.strict = False   # reads and writes what Python's json does"

#: A pair of surrogates, or half of one (the group), or any other escape.
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F])|.)",
    re.DOTALL,
)
_NOT_STRUCTURE = bytes(set(range(256)) - set(b'[]{}"'))
_STEP = {ord(c): step for c, step in (("[", 1), ("{", 1), ("]", -1), ("}", -1))}


def write(obj: t.Any, *, strict: bool, **options: t.Any) -> str:
    """Return data as JSON text.

    Args:
        obj: The data.
        strict: Refuse what is not RFC 8259's.
        **options: Arguments of ``json.dumps``; the text is compact unless they say how
            it is indented or separated.

    Raises:
        ValueError: The data holds itself, or a number or character that JSON lacks.
    """
    if options.get("indent") is None:
        options.setdefault("separators", (",", ":"))
    options.setdefault("allow_nan", not strict)
    try:
        text = json.dumps(obj, **options)
    except RecursionError:  # only an encoder class of the caller's brings it so far
        raise too_deep(sys.getrecursionlimit()) from None
    if strict:
        _refuse_surrogates(text)
    return text


def read(s: t.Any, *, strict: bool, max_depth: int, **options: t.Any) -> t.Any:
    """Return the data in a JSON text.

    Args:
        s: Text, or bytes in UTF-8, UTF-16 or UTF-32.
        strict: Refuse what is not RFC 8259's.
        max_depth: How many arrays and objects may stand in each other.
        **options: Arguments of ``json.loads``.

    Raises:
        ValueError: The text is no JSON, nests too deep, or holds a number or a
            character that JSON lacks.
    """
    if isinstance(s, (bytes, bytearray)):
        s = s.decode(json.detect_encoding(s), "strict" if strict else "surrogatepass")
    if not isinstance(s, str):
        return json.loads(s, **options)  # which says what may be read
    if is_deep(s.encode("utf-8", "surrogatepass"), max_depth):
        raise too_deep(max_depth)
    if strict:
        _refuse_surrogates(s)
        if "cls" not in options:  # a decoder class may take no other arguments
            options = {"parse_float": _finite, "parse_constant": _no_constant, **options}
    return json.loads(s, **options)


def is_deep(data: bytes | bytearray, max_depth: int) -> bool:
    """Tell whether a text in UTF-8 nests deeper than ``max_depth``, in linear time."""
    # Most texts have too few brackets to nest deep, whatever their order.
    if data.count(b"[") + data.count(b"{") <= max_depth:
        return False
    if b"\\" in data:
        data = data.replace(b"\\\\", b"").replace(b'\\"', b"")
    brackets = data.translate(None, _NOT_STRUCTURE).replace(b'""', b"")
    if b'"' in brackets:  # some string holds a bracket
        brackets = b"".join(data.translate(None, _NOT_STRUCTURE).split(b'"')[::2])
    peeled = brackets
    for _ in range(min(max_depth // 2, 8)):  # each round takes two levels at most
        peeled = peeled.replace(b"[]", b"").replace(b"{}", b"")
        if not peeled:
            return False
    return max(accumulate(map(_STEP.__getitem__, brackets)), default=0) > max_depth


def escape_non_ascii(text: str) -> str:
    """Return a compact JSON text with everything but ASCII written as escapes."""
    # Python's function escapes quotes and backslashes too, which a JSON text has in their
    # places already: that is taken back. Each pass runs in C.
    escaped = json.encoder.encode_basestring_ascii(text)[1:-1]
    return escaped.replace('\\"', '"').replace("\\\\", "\\")


def _refuse_surrogates(text: str) -> None:
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise _no_unicode() from None
    if "\\ud" in text or "\\uD" in text:
        if any(escape[1] for escape in _ESCAPE.finditer(text)):
            raise _no_unicode()


def _no_unicode() -> JSONRefused:
    return JSONRefused(
        "The JSON holds half a pair of surrogates.",
        why="that is no Unicode character, and other readers refuse it",
        fix=_STRICT_FIX,
    )


def _finite(literal: str) -> float:
    number = float(literal)
    if math.isinf(number):
        raise JSONRefused(
            "The JSON holds a number that is too large for a float.",
            why="it would become infinity, which JSON cannot write",
            fix=_STRICT_FIX,
        )
    return number


def _no_constant(name: str) -> t.NoReturn:
    raise JSONRefused(f"The JSON holds {name}.", why="that is no number in JSON", fix=_STRICT_FIX)


__all__ = ["escape_non_ascii", "is_deep", "read", "write"]
