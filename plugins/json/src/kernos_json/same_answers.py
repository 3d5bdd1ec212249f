"""What a provider on a quicker library needs to answer as the standard one does.

Such a library writes and reads what it has the same answer for, and Python's ``json``,
with :func:`write` and :func:`read`, all the rest. :func:`is_plain` and :class:`Plain`
tell the one from the other. Unlike the standard provider's, data is bounded as texts
are, since such libraries take the machine's stack for each level.
"""

from __future__ import annotations

import json
import json.encoder
import sys
import typing as t

from kernos_json.reading import read as read_text, refuse_depth, refuse_surrogates, too_deep

if t.TYPE_CHECKING:
    from kernos_json.convert import Convert
    from kernos_json.errors import JSONRefused

#: Types whose values have no inside and no second form. Floats may be NaN.
_ATOMS = frozenset({str, int, bool, type(None)})
_TEXT = frozenset({str})
#: Types whose subclasses Python's ``json`` writes as what they are subclasses of.
_BASES = (str, int, float, dict, list, tuple)


def without_subclass(o: t.Any) -> t.Any:
    """Return the plain string, number, array or object that ``o`` is a subclass of.

    Python's ``json`` writes such values as their base, without asking anybody; other
    objects are returned as they are.
    """
    if not isinstance(o, _BASES):
        return o
    if isinstance(o, str):
        return str.__str__(o)
    if isinstance(o, int):
        return int.__int__(o)
    if isinstance(o, float):
        return float.__float__(o)
    if isinstance(o, dict):
        return dict(o.items())  # which a MultiDict answers in its own way
    if isinstance(o, list):
        return list(list.__iter__(o))
    return list(tuple.__iter__(o))


def is_plain(values: t.Iterable[t.Any], room: int) -> bool:
    """Tell whether values are of JSON's own types alone, and nothing in them is odd.

    Args:
        values: The values.
        room: How many arrays and objects may stand in each other.
    """
    for one in values:
        kind = type(one)
        if kind is str or kind is int or one is None or kind is bool:
            continue
        if kind is dict:
            if not room:
                return False
            for key in one:
                if type(key) is not str:
                    return False
            if not is_plain(one.values(), room - 1):
                return False
        elif kind is list or kind is tuple:
            if not room or not is_plain(one, room - 1):
                return False
        elif kind is not float or one - one != 0:
            return False
    return True


class Plain:
    """A value made of JSON's own types alone: a copy where the original is not.

    The copy is bounded where the original need not be, and it is made without a level
    of the machine's stack for each of its own.

    Args:
        obj: The value.
        convert: Asked for objects that JSON has no form for.
        max_depth: How many arrays and objects may stand in each other.
        quick_depth: How many may while it is not ``odd``.

    Raises:
        TypeError: There is no form for an object.
        JSONRefused: The value nests too deep.
    """

    def __init__(
        self, obj: t.Any, convert: Convert, *, max_depth: int, quick_depth: int = 0
    ) -> None:
        self._convert = convert
        self._max_depth = max_depth
        self._odd_room = max_depth - quick_depth
        #: Whether libraries differ about it: NaN, infinity, a key that is no text, depth.
        self.odd = False
        try:
            self.value = obj if type(obj) in _ATOMS else self._copy(obj, max_depth)
        except RecursionError:
            raise _too_many_levels(max_depth) from None

    def _copy(self, one: t.Any, room: int) -> t.Any:
        kind = type(one)
        if kind is dict:
            inside = room - 1 if room > self._odd_room else self._deeper(room)
            if not _TEXT.issuperset(map(type, one)):
                self.odd = True
            copy = self._copy
            return {
                key: value if type(value) in _ATOMS else copy(value, inside)
                for key, value in one.items()
            }
        if kind is list or kind is tuple:
            inside = room - 1 if room > self._odd_room else self._deeper(room)
            copy = self._copy
            return [value if type(value) in _ATOMS else copy(value, inside) for value in one]
        if kind is float:
            if one - one != 0:
                self.odd = True
            return one
        if isinstance(one, _BASES):
            plain = without_subclass(one)
        else:
            # Converting is a level too, or an object that becomes itself never ends.
            room = room - 1 if room > self._odd_room else self._deeper(room)
            plain = self._convert(one)
        return plain if type(plain) in _ATOMS else self._copy(plain, room)

    def _deeper(self, room: int) -> int:
        self.odd = True
        if room <= 0:
            raise _too_many_levels(self._max_depth)
        return room - 1


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
        raise _too_many_levels(sys.getrecursionlimit()) from None
    if strict:
        refuse_surrogates(text)
    return text


def read(s: t.Any, *, strict: bool, max_depth: int, **options: t.Any) -> t.Any:
    """Return the data in a JSON text.

    Args:
        s: Text, or bytes in UTF-8, UTF-16 or UTF-32.
        strict: Refuse what is not RFC 8259's.
        max_depth: How many arrays and objects may stand in each other, strict or not.
        **options: Arguments of ``json.loads``.

    Raises:
        ValueError: The text is no JSON, nests too deep, or holds a number or a
            character that JSON lacks.
    """
    if strict:
        return read_text(s, max_depth, options)
    if isinstance(s, (bytes, bytearray)):
        s = s.decode(json.detect_encoding(s), "surrogatepass")
    if isinstance(s, str):
        refuse_depth(s, max_depth)
    return json.loads(s, **options)


def escape_non_ascii(text: str) -> str:
    """Return a compact JSON text with everything but ASCII written as escapes."""
    # Python's function escapes quotes and backslashes too, which a JSON text has in their
    # places already: that is taken back. Each pass runs in C.
    escaped = json.encoder.encode_basestring_ascii(text)[1:-1]
    return escaped.replace('\\"', '"').replace("\\\\", "\\")


def _too_many_levels(max_depth: int) -> JSONRefused:
    return too_deep(f"more than {max_depth} levels, or it holds itself")


__all__ = ["Plain", "escape_non_ascii", "is_plain", "read", "without_subclass", "write"]
