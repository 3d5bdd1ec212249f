"""Dates and moments, as ISO 8601 and RFC 3339 write them."""

from __future__ import annotations

import datetime as dt
import typing as t

from werkzeug.routing import BaseConverter, ValidationError

_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_MINUTES = "[0-9]{2}:[0-9]{2}"
_SECONDS = r":[0-9]{2}(?:\.[0-9]{1,6})?"


class DateConverter(BaseConverter):
    """``<date:day>``: ``2024-02-29``, a ``datetime.date``."""

    regex = _DATE
    weight = 50

    def to_python(self, value: str) -> dt.date:
        """Return the date; a day that no calendar has is a 404."""
        try:
            return dt.date.fromisoformat(value)
        except ValueError as error:
            raise ValidationError from error

    def to_url(self, value: t.Any) -> str:
        """Return the text of a date, or of a string that is one.

        Raises:
            ValidationError: It is neither; a moment is not, since its time would be lost.
        """
        if isinstance(value, str):
            value = self.to_python(value)
        if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
            raise ValidationError
        return value.isoformat()


class DateTimeConverter(BaseConverter):
    """``<datetime:at>``: ``2024-02-29T10:30:00Z``, a ``datetime.datetime``.

    It is aware of its time zone where the text ends with ``Z`` or an offset, else naive.
    """

    regex = rf"{_DATE}T{_MINUTES}{_SECONDS}(?:Z|[+\-]{_MINUTES}(?:{_SECONDS})?)?"
    weight = 50

    def to_python(self, value: str) -> dt.datetime:
        """Return the moment; one that no clock shows is a 404."""
        try:
            return dt.datetime.fromisoformat(value)
        except ValueError as error:
            raise ValidationError from error

    def to_url(self, value: t.Any) -> str:
        """Return the text of a moment, or of a string that is one.

        Raises:
            ValidationError: It is neither.
        """
        if isinstance(value, str):
            value = self.to_python(value)
        if not isinstance(value, dt.datetime):
            raise ValidationError
        text = value.isoformat()
        return f"{text[:-6]}Z" if text.endswith("+00:00") else text


__all__ = ["DateConverter", "DateTimeConverter"]
