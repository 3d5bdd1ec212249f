"""The blueprint's first half: the kernel's blueprint, without what Flask 3 dropped."""

from kernos.blueprints import Blueprint as KernosBlueprint
from kernos.blueprints import BlueprintSetupState as BlueprintSetupState
from kernos_flask.dropped import ShowsDropped


class Blueprint(KernosBlueprint):
    """A part of an application, recorded to be registered on it."""

    _shows_dropped = ShowsDropped()
