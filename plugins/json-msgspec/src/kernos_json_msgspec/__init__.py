"""Kernos' JSON on msgspec."""

from kernos_json import JSONRefused
from kernos_json_msgspec.provider import MsgspecProvider

__all__ = ["JSONRefused", "MsgspecProvider"]
