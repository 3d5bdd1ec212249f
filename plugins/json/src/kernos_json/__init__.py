"""Kernos' JSON on Python's standard library."""

from kernos_json.coders import JSONDecoder
from kernos_json.coders import JSONEncoder
from kernos_json.errors import JSONRefused
from kernos_json.provider import DefaultJSONProvider

__all__ = ["DefaultJSONProvider", "JSONDecoder", "JSONEncoder", "JSONRefused"]
