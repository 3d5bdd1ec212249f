"""Kernos' JSON on Python's standard library."""

import typing as t

from kernos_json.errors import JSONRefused
from kernos_json.provider import DefaultJSONProvider

if t.TYPE_CHECKING:
    from kernos_json.coders import JSONDecoder, JSONEncoder


if not t.TYPE_CHECKING:

    def __getattr__(name: str) -> t.Any:
        # What Flask 2.2 had and 3 dropped: few still use it.
        if name not in ("JSONDecoder", "JSONEncoder"):
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from kernos_json import coders

        found = globals()[name] = getattr(coders, name)
        return found


__all__ = ["DefaultJSONProvider", "JSONDecoder", "JSONEncoder", "JSONRefused"]
