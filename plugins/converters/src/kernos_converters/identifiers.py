"""Names for people, and identifiers for machines."""

from __future__ import annotations

import re
import typing as t

from werkzeug.routing import BaseConverter, ValidationError


class SlugConverter(BaseConverter):
    """``<slug:title>``: words of small letters and digits, with single hyphens between."""

    regex = "[a-z0-9]+(?:-[a-z0-9]+)*"
    weight = 75

    #: The same without the ways of trying that a hostile text could multiply.
    _word = re.compile("[a-z0-9]+")

    def to_url(self, value: t.Any) -> str:
        """Return the slug.

        Raises:
            ValidationError: It is none; making one of a title is not this one's task.
        """
        text = str(value)
        if not all(self._word.fullmatch(word) for word in text.split("-")):
            raise ValidationError
        return text


class ULIDConverter(BaseConverter):
    """``<ulid:id>``: 26 characters of Crockford's base 32, a string of capitals.

    Small letters are read as well. See the specification of ULIDs: 128 bits, so that the
    first character is at most 7.
    """

    regex = "[0-7][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25}"
    weight = 50

    _whole = re.compile(regex)

    def to_python(self, value: str) -> str:
        """Return the ULID in capitals."""
        return value.upper()

    def to_url(self, value: t.Any) -> str:
        """Return the text of a ULID: a string, or an object whose ``str()`` is one.

        Raises:
            ValidationError: It is none.
        """
        text = str(value)
        if not self._whole.fullmatch(text):
            raise ValidationError
        return text.upper()


__all__ = ["SlugConverter", "ULIDConverter"]
