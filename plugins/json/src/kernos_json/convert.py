"""What the provider makes of objects that JSON has no form for."""

from __future__ import annotations

import dataclasses
import sys
import typing as t
import uuid
from datetime import UTC, date, datetime

#: What becomes of an object that JSON has no form for; raises TypeError when nothing does.
Convert: t.TypeAlias = t.Callable[[t.Any], t.Any]

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
    if isinstance(o, uuid.UUID) or _is_decimal(o):
        return str(o)
    if dataclasses.is_dataclass(o) and not isinstance(o, type):
        return dataclasses.asdict(o)
    if hasattr(o, "__html__"):
        return str(o.__html__())
    raise TypeError(f"Object of type {type(o).__name__} is not JSON serializable")


def _is_decimal(o: t.Any) -> bool:
    """Tell whether an object is a decimal; who has none need not import what they are."""
    kind = getattr(sys.modules.get("decimal"), "Decimal", None)
    if kind is None:
        return False
    _FORMS[kind] = str
    return isinstance(o, kind)


def http_date(value: date) -> str:
    """Return a date in the form of RFC 9110, section 5.6.7; naive means UTC."""
    two = _TWO_DIGITS
    clock = "00:00:00"
    if isinstance(value, datetime):
        if value.tzinfo is not None and value.tzinfo is not UTC:
            value = value.astimezone(UTC)
        clock = f"{two[value.hour]}:{two[value.minute]}:{two[value.second]}"
    day = f"{_DAYS[value.weekday()]}, {two[value.day]} {_MONTHS[value.month]} {value.year:04}"
    return f"{day} {clock} GMT"


#: What :func:`default` comes to for the types that it meets most.
_FORMS: dict[type, Convert] = {
    datetime: http_date,
    date: http_date,
    uuid.UUID: str,
}


def with_types(types: t.Mapping[type, t.Callable[[t.Any], object]], otherwise: Convert) -> Convert:
    """Return a function like ``otherwise`` that knows ``types`` and their subclasses.

    Args:
        types: What plugins contributed; read at each call, so that it may grow. They
            go first, so that a plugin can say how dates are written.
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


__all__ = ["Convert", "default", "http_date", "with_types"]
