"""Kernos' JSON on orjson."""

from kernos_json import JSONRefused
from kernos_json_orjson.provider import OrjsonProvider

__all__ = ["JSONRefused", "OrjsonProvider"]
