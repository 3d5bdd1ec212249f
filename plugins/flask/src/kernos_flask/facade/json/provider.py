"""The JSON providers; the objects that the slot ``json`` knows."""

from kernos.contracts import JSONProvider as JSONProvider
from kernos_json import DefaultJSONProvider as DefaultJSONProvider
from kernos_json.convert import default as _default

__all__ = ["DefaultJSONProvider", "JSONProvider", "_default"]
