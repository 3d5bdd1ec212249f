"""Kernos' JSON on Python's standard library."""

import typing as t

from kernos.lazy import lazy_names
from kernos_json.errors import JSONRefused
from kernos_json.provider import DefaultJSONProvider

if t.TYPE_CHECKING:
    from kernos_json.coders import JSONDecoder, JSONEncoder


#: What Flask 2.2 had and 3 dropped: few still use it.
if not t.TYPE_CHECKING:
    __getattr__ = lazy_names(globals(), {"JSONDecoder": ".coders", "JSONEncoder": ".coders"})


__all__ = ["DefaultJSONProvider", "JSONDecoder", "JSONEncoder", "JSONRefused"]
