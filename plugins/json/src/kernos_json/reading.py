"""Text into data: what strict reading refuses, and at what price.

JSON has no NaN and no infinity, and its texts are Unicode (RFC 8259, sections 6 and
8); how deep a text may nest is left to the reader (section 9). The checks are passes
in C over the text, so that a large body stays cheap and a hostile one linear.
"""

from __future__ import annotations

import json
import math
import re
import typing as t
from itertools import accumulate

from kernos_json.errors import JSONRefused

_STRICT_FIX = "app.json.strict = False   # reads and writes what Python's json does"

#: A pair of surrogates, or half of one (the group), or any other escape.
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F])|.)",
    re.DOTALL,
)

#: What may stand around a text (RFC 8259, section 2).
_BLANKS = " \t\n\r"

_NOT_STRUCTURE = bytes(set(range(256)) - set(b'[]{}"'))
_STEP = {ord(c): step for c, step in (("[", 1), ("{", 1), ("]", -1), ("}", -1))}


def read(s: t.Any, max_depth: int | None, options: dict[str, t.Any]) -> t.Any:
    """Return the data in a JSON text, strictly or as ``json.loads`` does.

    Args:
        s: Text, or bytes in UTF-8, UTF-16 or UTF-32.
        max_depth: How many arrays and objects may stand in each other; besides, refuse
            what is not RFC 8259's. None to be lenient.
        options: Arguments of ``json.loads``.

    Raises:
        ValueError: The text is no JSON.
        JSONRefused: It nests too deep, or holds a number or a character that is none.
    """
    # Zeros and other bytes than ASCII's tell one encoding from another.
    if isinstance(s, (bytes, bytearray)) and s.isascii() and 0 not in s:
        text = s.decode("ascii")
    elif max_depth is None or not isinstance(s, (str, bytes, bytearray)):
        return json.loads(s, **options)  # which says what may be read
    else:
        text = s if isinstance(s, str) else s.decode(json.detect_encoding(s))
    if max_depth is not None:
        if len(text) > max_depth:
            refuse_depth(text, max_depth)
        if "\\u" in text or not text.isascii():
            refuse_surrogates(text)
    if options:
        # A decoder class need not take other arguments than it was written for.
        adds_none = max_depth is None or "cls" in options
        return json.loads(text, **(options if adds_none else {**_STRICT, **options}))
    decoder = _lenient_decoder if max_depth is None else _decoder
    try:  # what the decoder does after it has looked for blanks, which few texts have
        value, end = decoder.scan_once(text, 0)
    except StopIteration:
        return decoder.decode(text)
    if end != len(text) and text[end:].strip(_BLANKS):
        return decoder.decode(text)  # which says what is wrong
    return value


def refuse_depth(text: str, max_depth: int) -> None:
    """Refuse a text that nests deeper than ``max_depth``.

    Raises:
        JSONRefused: It does.
    """
    # Most texts have too few brackets to nest deep, whatever their order.
    if text.count("[") + text.count("{") <= max_depth:
        return
    if is_deep(text.encode("utf-8", "surrogatepass"), max_depth):
        raise too_deep(f"more than {max_depth} levels")


def is_deep(data: bytes | bytearray, max_depth: int) -> bool:
    """Tell whether a text in UTF-8 nests deeper than ``max_depth``, in linear time."""
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


def refuse_surrogates(text: str) -> None:
    """Refuse a text with half a pair of surrogates, as a character or as an escape.

    Raises:
        JSONRefused: It has one, and is no Unicode text therefore.
    """
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise _no_unicode() from None
    if "\\ud" in text or "\\uD" in text:
        if any(escape[1] for escape in _ESCAPE.finditer(text)):
            raise _no_unicode()


def too_deep(how: str) -> JSONRefused:
    """Return the error for data or a text that nests too deep."""
    return JSONRefused(
        f"The JSON nests too deep: {how}.",
        why="each level costs room on the stack, which is limited",
        fix="app.json.max_depth = …   # up to what the smallest stack of a thread can hold",
    )


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


_STRICT: dict[str, t.Any] = {"parse_float": _finite, "parse_constant": _no_constant}
_decoder: t.Any = json.JSONDecoder(**_STRICT)
_lenient_decoder: t.Any = json.JSONDecoder()

__all__ = ["is_deep", "read", "refuse_depth", "refuse_surrogates", "too_deep"]
