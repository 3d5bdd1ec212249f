"""Blueprints, under the module that Flask's have."""

from .sansio.blueprints import Blueprint as SansioBlueprint
from .sansio.blueprints import BlueprintSetupState as BlueprintSetupState


class Blueprint(SansioBlueprint):
    """A part of an application, recorded to be registered on it."""
