"""Data of any kind into what JSON itself has: the forms that Kernos' JSON gives it."""

from __future__ import annotations

import dataclasses
import decimal
import typing as t
import uuid
from datetime import UTC
from datetime import date
from datetime import datetime
from email.utils import format_datetime

from kernos_json_orjson.errors import too_deep

#: What becomes of an object that JSON has no form for; raises TypeError when nothing does.
Convert: t.TypeAlias = t.Callable[[t.Any], t.Any]

#: Types whose values have no inside and no second form. Floats may be NaN.
_ATOMS = frozenset({str, int, bool, type(None)})
_TEXT = frozenset({str})


def default(o: t.Any) -> t.Any:
    """Return a form that JSON has.

    A date becomes the text of an HTTP date, a decimal and a UUID become text, an
    instance of a dataclass an object, and what has ``__html__`` its HTML.

    Raises:
        TypeError: There is none.
    """
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
    if not isinstance(value, datetime):
        moment = datetime(value.year, value.month, value.day, tzinfo=UTC)
    elif value.tzinfo is None:
        moment = value.replace(tzinfo=UTC)
    else:
        moment = value.astimezone(UTC)
    return format_datetime(moment, usegmt=True)


def with_types(types: t.Mapping[type, Convert], otherwise: Convert) -> Convert:
    """Return a function like ``otherwise`` that knows ``types`` and their subclasses.

    Args:
        types: What plugins contributed; read at each call, and asked first.
        otherwise: Asked for all other objects.
    """

    def convert(o: t.Any) -> t.Any:
        if types:
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
    if isinstance(o, tuple):
        return list(tuple.__iter__(o))
    return o


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
            inside = self._inside(room)
            if not _TEXT.issuperset(map(type, one)):
                self.odd = True
            copy = self._copy
            return {
                key: value if type(value) in _ATOMS else copy(value, inside)
                for key, value in one.items()
            }
        if kind is list or kind is tuple:
            inside = self._inside(room)
            copy = self._copy
            return [value if type(value) in _ATOMS else copy(value, inside) for value in one]
        if kind is float:
            if one - one != 0:
                self.odd = True
            return one
        plain = without_subclass(one)
        if plain is one:
            # Converting is a level too, or an object that becomes itself never ends.
            room = self._inside(room)
            plain = self._convert(one)
        return plain if type(plain) in _ATOMS else self._copy(plain, room)

    def _inside(self, room: int) -> int:
        if room <= self._odd_room:
            self.odd = True
            if room <= 0:
                raise too_deep(self._max_depth)
        return room - 1


__all__ = ["Convert", "Plain", "default", "http_date", "with_types", "without_subclass"]
