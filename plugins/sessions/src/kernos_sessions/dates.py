"""Dates as a session's JSON has them: HTTP dates, RFC 9110, section 5.6.7."""

from __future__ import annotations

from datetime import UTC, date, datetime
from email.utils import format_datetime, parsedate_to_datetime


def http_date(value: date) -> str:
    """Return the text of a date, in whole seconds; naive means UTC."""
    if not isinstance(value, datetime):
        moment = datetime(value.year, value.month, value.day, tzinfo=UTC)
    elif value.tzinfo is None:
        moment = value.replace(tzinfo=UTC)
    else:
        moment = value.astimezone(UTC)
    return format_datetime(moment, usegmt=True)


def parse_date(text: str) -> datetime | None:
    """Return the moment that a text means, with its zone; None for no date."""
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


__all__ = ["http_date", "parse_date"]
