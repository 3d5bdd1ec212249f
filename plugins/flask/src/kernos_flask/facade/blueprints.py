"""Blueprints, under the module that Flask's have."""

from .globals import current_app as current_app
from .helpers import send_from_directory as send_from_directory
from .sansio.blueprints import (
    Blueprint as SansioBlueprint,
    BlueprintSetupState as BlueprintSetupState,
)


class Blueprint(SansioBlueprint):
    """A part of an application, recorded to be registered on it."""
