"""The blueprint's first half: the kernel's blueprint, without what Flask 3 dropped."""

import os
import typing as t

from jinja2 import BaseLoader
from jinja2 import FileSystemLoader

from kernos.blueprints import Blueprint as KernosBlueprint
from kernos.blueprints import BlueprintSetupState as BlueprintSetupState
from kernos.blueprints.blueprint import DeferredSetupFunction as DeferredSetupFunction
from kernos.lazy import lazy
from kernos_flask.dropped import ShowsDropped

from ..typing import TemplateFilterCallable
from ..typing import TemplateGlobalCallable
from ..typing import TemplateTestCallable
from .scaffold import Scaffold as Scaffold
from .scaffold import T_after_request as T_after_request
from .scaffold import T_before_request as T_before_request
from .scaffold import T_error_handler as T_error_handler
from .scaffold import T_teardown as T_teardown
from .scaffold import T_template_context_processor as T_template_context_processor
from .scaffold import T_url_defaults as T_url_defaults
from .scaffold import T_url_value_preprocessor as T_url_value_preprocessor
from .scaffold import _endpoint_from_view_func as _endpoint_from_view_func
from .scaffold import setupmethod as setupmethod

# Extensions annotate their decorators with these.
T_template_filter = t.TypeVar("T_template_filter", bound=TemplateFilterCallable)
T_template_global = t.TypeVar("T_template_global", bound=TemplateGlobalCallable)
T_template_test = t.TypeVar("T_template_test", bound=TemplateTestCallable)


class Blueprint(KernosBlueprint):
    """A part of an application, recorded to be registered on it."""

    _shows_dropped = ShowsDropped()

    @lazy
    def jinja_loader(self) -> BaseLoader | None:
        """The loader of the blueprint's own templates; there without an application, too."""
        if self.template_folder is None:
            return None
        return FileSystemLoader(os.path.join(self.root_path, self.template_folder))
