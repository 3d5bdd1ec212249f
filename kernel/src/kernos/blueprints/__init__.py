"""Blueprints: registrations that are kept until an application takes them.

Source: Flask's API page, "Blueprint Objects", and "Modular Applications".
"""

from kernos.blueprints.blueprint import Blueprint
from kernos.blueprints.state import BlueprintSetupState

__all__ = ["Blueprint", "BlueprintSetupState"]
