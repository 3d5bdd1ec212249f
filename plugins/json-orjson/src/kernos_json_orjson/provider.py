"""The provider of the ``json`` slot on orjson."""

from __future__ import annotations

import enum
import typing as t
import uuid

import orjson

from kernos_json import convert, reading, same_answers
from kernos_json.standard import COMPACT, StandardProvider

#: orjson's own forms of dates, dataclasses and subclasses are not Kernos'.
_PASS_ON = (
    orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_SUBCLASS
)
_SORTED = _PASS_ON | orjson.OPT_SORT_KEYS

#: Digits to zeros and all else but the minus to blanks, so that a long number shows.
_DIGITS = bytes(48 if 48 <= c < 58 else c if c == 45 else 32 for c in range(256))
#: What every 64-bit number is shorter than.
_LONG = b"0" * 20
_LONG_NEGATIVE = b"-" + b"0" * 19


class OrjsonProvider(StandardProvider):
    """Write and read JSON with orjson, with the answers of Kernos' standard provider.

    What orjson would answer differently (integers of more than 64 bits, NaN, keys that
    are no text, options of ``json.dumps``) is written and read by Python's ``json``.
    One instance serves all threads.

    Args:
        app: The application that is served, or None.
    """

    #: Called for an object that JSON has no form for; returns one or raises TypeError.
    #: Not asked about members of enumerations and UUIDs, which orjson writes itself.
    default: convert.Convert = staticmethod(convert.default)

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
        if kwargs and kwargs != COMPACT:
            return self._dumps_exactly(obj, kwargs)
        if (self._types is None or self._types) and self._must_ask_about_natives():
            return self._dumps_exactly(obj, kwargs)
        data: bytes | None
        try:
            data = orjson.dumps(obj, None, _SORTED if self.sort_keys else _PASS_ON)
        except orjson.JSONEncodeError:
            data = self._dumps_converted(obj)
        if data is None:
            return self._dumps_exactly(obj, kwargs)
        text = data.decode()
        # orjson writes NaN and infinity as null.
        if "null" in text and _holds_nan([obj]):
            return self._dumps_exactly(obj, kwargs)
        return text if text.isascii() else self._escaped(text)

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
                is_deep = len(data) > self.max_depth and reading.is_deep(data, self.max_depth)
                if not is_deep and not _has_long_number(data):
                    return orjson.loads(data)
            except ValueError:
                pass  # whether it is JSON all the same is for Python's to say
        return same_answers.read(s, strict=bool(self.strict), max_depth=self.max_depth, **kwargs)

    # --- the two ways of writing -----------------------------------------------------------

    def _dumps_converted(self, obj: t.Any) -> bytes | None:
        """Return the text of what orjson has to ask about; None where it is not sure."""
        try:
            return orjson.dumps(obj, self._convert_to_plain(), self._option)
        except orjson.JSONEncodeError:
            return None

    def _convert_to_plain(self) -> convert.Convert:
        ask = self._convert(self.default)

        def convert_to_plain(o: t.Any) -> t.Any:
            plain = same_answers.without_subclass(o)
            if plain is o:
                plain = ask(o)
            # Objects within objects take the most of the stack, level for level.
            if type(plain) is not str and not same_answers.is_plain((plain,), self.max_depth):
                raise TypeError  # which is not what dumps() raises: it tries another way
            return plain

        return convert_to_plain

    def _dumps_exactly(self, obj: t.Any, options: dict[str, t.Any]) -> str:
        if options.get("cls") is None:  # else the class says how objects are written
            ask = self._convert(options.pop("default", None) or self.default)
            plain = same_answers.Plain(
                obj, ask, max_depth=self.max_depth, quick_depth=self.max_depth
            )
            obj = plain.value
            if not plain.odd and (not options or options == COMPACT):
                try:
                    return self._escaped(orjson.dumps(obj, None, self._option).decode())
                except orjson.JSONEncodeError:
                    pass
        options.setdefault("ensure_ascii", self.ensure_ascii)
        options.setdefault("sort_keys", self.sort_keys)
        return same_answers.write(obj, strict=bool(self.strict), **options)

    @property
    def _option(self) -> int:
        return _SORTED if self.sort_keys else _PASS_ON

    def _escaped(self, text: str) -> str:
        if self.ensure_ascii and not text.isascii():
            return same_answers.escape_non_ascii(text)
        return text

    def _convert(self, default: convert.Convert) -> convert.Convert:
        types, native = self.contributed_types(), _natively(default)
        return convert.with_types(types, native) if types else native

    def _must_ask_about_natives(self) -> bool:
        """Tell whether a plugin writes objects that orjson would not ask about."""
        types = self.contributed_types()
        return bool(types) and any(
            issubclass(kind, enum.Enum) or issubclass(uuid.UUID, kind) for kind in types
        )


def _natively(default: convert.Convert) -> convert.Convert:
    """Return a function like ``default`` for all that orjson does not write unasked."""

    def convert_object(o: t.Any) -> t.Any:
        if type(o) is uuid.UUID:
            return str(o)
        if isinstance(o, enum.Enum):
            return o.value
        return default(o)

    return convert_object


def _has_long_number(data: bytes | bytearray) -> bool:
    """Tell whether there may be an integer that orjson would read as a float."""
    digits = data.translate(_DIGITS)
    return _LONG in digits or _LONG_NEGATIVE in digits


def _holds_nan(values: list[t.Any]) -> bool:
    """Tell whether NaN or infinity is among values that orjson has written."""
    for one in values:  # which grows while it is gone through
        kind = type(one)
        if kind is dict:
            values.extend(one.values())
        elif kind is list or kind is tuple:
            values.extend(one)
        elif kind is float and one - one != 0:
            return True
    return False


__all__ = ["OrjsonProvider"]
