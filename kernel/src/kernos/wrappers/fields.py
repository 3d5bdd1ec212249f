"""The fields of a query or an urlencoded form."""

from __future__ import annotations

from urllib.parse import unquote

from werkzeug.datastructures import ImmutableMultiDict

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
