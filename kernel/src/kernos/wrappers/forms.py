"""The fields of queries and forms; forms that are too large or cannot be read are refused.

Werkzeug limits the parts of a multipart form, and takes any urlencoded one; a form that
it cannot read is an empty form.
"""

from __future__ import annotations

import typing as t
from urllib.parse import unquote

from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

if t.TYPE_CHECKING:
    from werkzeug.formparser import FormDataParser

    from kernos.wrappers.incoming import IncomingBody

URLENCODED = "application/x-www-form-urlencoded"

#: How browsers write it; the MIME type of others is parsed.
URLENCODED_TYPES = frozenset(
    URLENCODED + rest for rest in ("", ";charset=UTF-8", "; charset=UTF-8", "; charset=utf-8")
)
#: How Werkzeug has quoted bytes decoded that are no UTF-8: they stay quoted.
_ERRORS = "werkzeug.url_quote"


def parse_fields(text: str) -> ImmutableMultiDict[str, str]:
    """Return the fields of a text, as Werkzeug does with ``parse_qsl``."""
    values: dict[str, list[str]] = {}
    is_quoted = "%" in text
    for pair in text.replace("+", " ").split("&"):
        if not pair:
            continue
        name, _, value = pair.partition("=")
        if is_quoted:
            if "%" in name:
                name = unquote(name, errors=_ERRORS)
            if "%" in value:
                value = unquote(value, errors=_ERRORS)
        if name in values:
            values[name].append(value)
        else:
            values[name] = [value]
    # Its constructor would take the lists apart and make them again: a MultiDict is a
    # dict of lists.
    fields: ImmutableMultiDict[str, str] = ImmutableMultiDict.__new__(ImmutableMultiDict)
    dict.update(fields, values)
    return fields


def check_size(request: IncomingBody) -> None:
    """Refuse an urlencoded form that is larger than a form's field may be.

    Raises:
        RequestEntityTooLarge: It has more bytes than ``MAX_FORM_MEMORY_SIZE``.
    """
    limit = request.max_form_memory_size
    if limit is None or request.mimetype != URLENCODED:
        return
    if (request.content_length or 0) > limit:
        raise RequestEntityTooLarge


def check_fields(request: IncomingBody) -> None:
    """Refuse an urlencoded form of too many fields.

    Raises:
        RequestEntityTooLarge: It has more than ``MAX_FORM_PARTS``.
    """
    if request.max_form_parts is not None and request.mimetype == URLENCODED:
        check_count(request, None)


def check_count(request: IncomingBody, most: int | None) -> None:
    """Refuse a form of too many fields.

    Args:
        request: The request.
        most: How many it has at most, None for any number.

    Raises:
        RequestEntityTooLarge: It has more than ``MAX_FORM_PARTS``.
    """
    limit = request.max_form_parts
    if limit is None or (most is not None and most <= limit):
        return
    if sum(1 for _ in request.form.items(multi=True)) > limit:
        raise RequestEntityTooLarge


def make_strict(parser: FormDataParser) -> FormDataParser:
    """Let a parser say what it cannot read."""
    parser.silent = False
    return parser


def unreadable(error: ValueError) -> BadRequest:
    """Return the 400 for a form that its parser could not read."""
    return BadRequest(f"The form could not be read: {error}")
