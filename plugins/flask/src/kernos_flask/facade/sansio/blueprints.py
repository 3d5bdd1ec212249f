"""The blueprint's first half: the kernel's blueprint, without what Flask 3 dropped."""

import os

from jinja2 import BaseLoader
from jinja2 import FileSystemLoader

from kernos.blueprints import Blueprint as KernosBlueprint
from kernos.blueprints import BlueprintSetupState as BlueprintSetupState
from kernos.lazy import lazy
from kernos_flask.dropped import ShowsDropped

from .scaffold import Scaffold as Scaffold
from .scaffold import _endpoint_from_view_func as _endpoint_from_view_func
from .scaffold import setupmethod as setupmethod


class Blueprint(KernosBlueprint):
    """A part of an application, recorded to be registered on it."""

    _shows_dropped = ShowsDropped()

    @lazy
    def jinja_loader(self) -> BaseLoader | None:
        """The loader of the blueprint's own templates; there without an application, too."""
        if self.template_folder is None:
            return None
        return FileSystemLoader(os.path.join(self.root_path, self.template_folder))
