"""The provider of the ``json`` slot on msgspec."""

from __future__ import annotations

import datetime as dt
import decimal
import typing as t
import uuid

import msgspec

from kernos_json import convert, reading, same_answers
from kernos_json.standard import COMPACT, StandardProvider

#: msgspec takes much of the stack for a level: in a thread of 64 KiB it crashes at 250.
#: What nests deeper than this is for Python's ``json``.
QUICK_DEPTH = 64

#: What a structure may hold that is written in Kernos' way, not in msgspec's.
_LEFT = (dt.datetime, dt.date, dt.time, dt.timedelta, decimal.Decimal, uuid.UUID, bytes, bytearray)

_encoders = {True: msgspec.json.Encoder(order="deterministic"), False: msgspec.json.Encoder()}
_decoder = msgspec.json.Decoder()


def default(o: t.Any) -> t.Any:
    """Return a form that JSON has: the standard provider's, or that of a ``Struct``.

    Raises:
        TypeError: There is none.
    """
    try:
        return convert.default(o)
    except TypeError:
        if not isinstance(o, msgspec.Struct):
            raise
        return msgspec.to_builtins(o, builtin_types=_LEFT, enc_hook=convert.default)


class MsgspecProvider(StandardProvider):
    """Write and read JSON with msgspec, with the answers of Kernos' standard provider.

    What msgspec would answer differently (NaN, keys that are no text, much nesting,
    options of ``json.dumps``) is written and read by Python's ``json``.
    One instance serves all threads.

    Args:
        app: The application that is served, or None.
    """

    #: Called for an object that JSON has no form for; returns one or raises TypeError.
    default: convert.Convert = staticmethod(default)

    def dumps(self, obj: t.Any, **kwargs: t.Any) -> str:
        """Return ``obj`` as JSON text, which is compact unless ``kwargs`` ask otherwise.

        Args:
            obj: The data.
            **kwargs: Those of ``json.dumps``, by which Python's ``json`` then writes.

        Raises:
            TypeError: ``obj`` holds something that has no form in JSON.
            ValueError: It refers to itself, nests too deep, or holds a number or a
                character that JSON lacks.
        """
        if (not kwargs or kwargs == COMPACT) and same_answers.is_plain((obj,), self._quick_depth):
            text = self._dumps_quickly(obj)
            return self._dumps_exactly(obj, kwargs) if text is None else text
        if kwargs.get("cls") is not None:  # the class says how objects are written
            return self._dumps_exactly(obj, kwargs)
        types = self.contributed_types()
        ask = kwargs.pop("default", None) or self.default
        if types:
            ask = convert.with_types(types, ask)
        plain = same_answers.Plain(
            obj, ask, max_depth=self.max_depth, quick_depth=self._quick_depth
        )
        text = None
        if (not kwargs or kwargs == COMPACT) and not plain.odd:
            text = self._dumps_quickly(plain.value)
        return self._dumps_exactly(plain.value, kwargs) if text is None else text

    @property
    def _quick_depth(self) -> int:
        return min(QUICK_DEPTH, self.max_depth)

    def _dumps_quickly(self, plain: t.Any) -> str | None:
        """Return the text of what is made of JSON's own types; None where it has none."""
        try:
            text = _encoders[bool(self.sort_keys)].encode(plain).decode()
        except ValueError:  # half a pair of surrogates
            return None
        if self.ensure_ascii and not text.isascii():
            return same_answers.escape_non_ascii(text)
        return text

    def _dumps_exactly(self, obj: t.Any, options: dict[str, t.Any]) -> str:
        options.setdefault("ensure_ascii", self.ensure_ascii)
        options.setdefault("sort_keys", self.sort_keys)
        return same_answers.write(obj, strict=bool(self.strict), **options)

    def loads(self, s: str | bytes, **kwargs: t.Any) -> t.Any:
        """Return the data that JSON text holds.

        Args:
            s: Text, or bytes in UTF-8, UTF-16 or UTF-32.
            **kwargs: Those of ``json.loads``, by which Python's ``json`` then reads.

        Raises:
            ValueError: ``s`` is no JSON, nests too deep, or holds a number or a
                character that JSON lacks.
        """
        if not kwargs and isinstance(s, (str, bytes, bytearray)):
            try:
                data = s.encode() if isinstance(s, str) else s
                if not reading.is_deep(data, self._quick_depth):
                    return _decoder.decode(data)
            except (ValueError, msgspec.MsgspecError):
                pass  # whether it is JSON all the same is for Python's to say
        return same_answers.read(s, strict=bool(self.strict), max_depth=self.max_depth, **kwargs)


__all__ = ["MsgspecProvider", "default"]
