"""Data of any kind into what JSON itself has: the forms that Kernos' JSON gives it."""

from __future__ import annotations

import dataclasses
import decimal
import typing as t
import uuid
from datetime import UTC
from datetime import date
from datetime import datetime

from kernos_json_msgspec.errors import too_deep

#: What becomes of an object that JSON has no form for; raises TypeError when nothing does.
Convert: t.TypeAlias = t.Callable[[t.Any], t.Any]

#: Types whose values have no inside and no second form. Floats may be NaN.
_ATOMS = frozenset({str, int, bool, type(None)})
_TEXT = frozenset({str})
#: Types whose subclasses Python's ``json`` writes as what they are subclasses of.
_BASES = (str, int, float, dict, list, tuple)

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_TWO_DIGITS = [f"{number:02}" for number in range(60)]
_MONTHS = ("", *"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split())


def default(o: t.Any) -> t.Any:
    """Return a form that JSON has.

    A date becomes the text of an HTTP date, a decimal and a UUID become text, an
    instance of a dataclass an object, and what has ``__html__`` its HTML.

    Raises:
        TypeError: There is none.
    """
    form = _FORMS.get(type(o))
    if form is not None:
        return form(o)
    if isinstance(o, date):
        return http_date(o)
    if isinstance(o, (decimal.Decimal, uuid.UUID)):
        return str(o)
    if dataclasses.is_dataclass(o) and not isinstance(o, type):
        return dataclasses.asdict(o)
    if hasattr(o, "__html__"):
        return str(o.__html__())
    raise TypeError(f"Object of type {type(o).__name__} is not JSON serializable")


def http_date(value: date) -> str:
    """Return a date in the form of RFC 9110, section 5.6.7; naive means UTC."""
    two = _TWO_DIGITS
    day = f"{_DAYS[value.weekday()]}, {two[value.day]} {_MONTHS[value.month]} {value.year:04}"
    if not isinstance(value, datetime):
        return f"{day} 00:00:00 GMT"
    if value.tzinfo is not None and value.tzinfo is not UTC:
        return http_date(value.astimezone(UTC))
    return f"{day} {two[value.hour]}:{two[value.minute]}:{two[value.second]} GMT"


#: What :func:`default` comes to for the types that it meets most.
_FORMS: dict[type, Convert] = {
    datetime: http_date,
    date: http_date,
    decimal.Decimal: str,
    uuid.UUID: str,
}


def with_types(types: t.Mapping[type, Convert], otherwise: Convert) -> Convert:
    """Return a function like ``otherwise`` that knows ``types`` and their subclasses.

    Args:
        types: What plugins contributed; asked first.
        otherwise: Asked for all other objects.
    """
    if not types:
        return otherwise

    def convert(o: t.Any) -> t.Any:
        for kind in type(o).__mro__:
            encode = types.get(kind)
            if encode is not None:
                return encode(o)
        return otherwise(o)

    return convert


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
            raise too_deep(max_depth) from None

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
            raise too_deep(self._max_depth)
        return room - 1


__all__ = [
    "Convert",
    "Plain",
    "default",
    "http_date",
    "is_plain",
    "with_types",
    "without_subclass",
]
