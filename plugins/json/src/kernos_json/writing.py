"""Data into text: an encoder that is built once for many calls.

``json.dumps`` with any option builds an encoder for each call, which costs more than
writing a small object does.
"""

from __future__ import annotations

import json.encoder
import typing as t

Writer: t.TypeAlias = t.Callable[[t.Any], str]

# What json.JSONEncoder itself is built on where it is quick; None on other Pythons.
_make_encoder: t.Any = getattr(json.encoder, "c_make_encoder", None)


def make_writer(
    default: t.Callable[[t.Any], t.Any],
    *,
    ensure_ascii: bool,
    sort_keys: bool,
    allow_nan: bool,
    separators: tuple[str, str],
) -> Writer:
    """Return a function that writes one value; any number of threads may call it.

    Args:
        default: As in ``json.dumps``, like the other arguments.
        ensure_ascii: Escape what is not ASCII.
        sort_keys: Write the keys of objects in order.
        allow_nan: Write NaN and infinity, which JSON does not have.
        separators: Between items, and between a key and its value.
    """
    if _make_encoder is None:
        return json.JSONEncoder(
            default=default,
            ensure_ascii=ensure_ascii,
            sort_keys=sort_keys,
            allow_nan=allow_nan,
            separators=separators,
        ).encode
    # Without markers, which belong to one call and would have to be made for each, a
    # value that holds itself ends as one that nests too deep.
    write_pieces = _make_encoder(
        None,
        default,
        json.encoder.encode_basestring_ascii if ensure_ascii else json.encoder.encode_basestring,
        None,
        separators[1],
        separators[0],
        sort_keys,
        False,
        allow_nan,
    )
    join = "".join

    def write(obj: t.Any) -> str:
        return join(write_pieces(obj, 0))

    return write


__all__ = ["Writer", "make_writer"]
