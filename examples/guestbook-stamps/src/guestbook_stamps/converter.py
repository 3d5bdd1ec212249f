"""The URL converter: ``<stamp:x>`` gives a view the stamp itself."""

from __future__ import annotations

from werkzeug.routing import BaseConverter, ValidationError

from guestbook_stamps.stamps import STAMPS, Stamp


class StampConverter(BaseConverter):
    """A stamp by its name; any other name is not found."""

    regex = "[a-z]+"

    def to_python(self, value: str) -> Stamp:
        """Return the stamp of that name."""
        try:
            return STAMPS[value]
        except KeyError:
            raise ValidationError from None

    def to_url(self, value: Stamp) -> str:
        """Return the stamp's name."""
        return value.name
