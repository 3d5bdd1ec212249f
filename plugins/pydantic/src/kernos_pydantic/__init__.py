"""Pydantic models as bodies and return values of Kernos' views."""

from kernos_pydantic.bodies import BodyRefused
from kernos_pydantic.bodies import body

__all__ = ["BodyRefused", "body"]
