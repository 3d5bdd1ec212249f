"""What the provider makes of objects that JSON has no form for."""

from __future__ import annotations

import dataclasses
import decimal
import typing as t
import uuid
from datetime import UTC
from datetime import date
from datetime import datetime
from email.utils import format_datetime


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


def with_types(
    types: t.Mapping[type, t.Callable[[t.Any], object]],
    otherwise: t.Callable[[t.Any], t.Any],
) -> t.Callable[[t.Any], t.Any]:
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


__all__ = ["default", "http_date", "with_types"]
