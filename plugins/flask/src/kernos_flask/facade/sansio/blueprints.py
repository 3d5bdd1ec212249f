"""The blueprint's first half: the kernel's blueprint, without what Flask 3 dropped."""

import os
import typing as t

from kernos.blueprints import (
    Blueprint as KernosBlueprint,
    BlueprintSetupState as BlueprintSetupState,
)
from kernos.blueprints.blueprint import DeferredSetupFunction as DeferredSetupFunction
from kernos.lazy import lazy, lazy_names
from kernos_flask.dropped import ShowsDropped

from .scaffold import (
    Scaffold as Scaffold,
    _endpoint_from_view_func as _endpoint_from_view_func,
    setupmethod as setupmethod,
)

if t.TYPE_CHECKING:
    from jinja2 import BaseLoader as BaseLoader, FileSystemLoader as FileSystemLoader

    from .variables import (
        T_after_request as T_after_request,
        T_before_request as T_before_request,
        T_error_handler as T_error_handler,
        T_teardown as T_teardown,
        T_template_context_processor as T_template_context_processor,
        T_template_filter as T_template_filter,
        T_template_global as T_template_global,
        T_template_test as T_template_test,
        T_url_defaults as T_url_defaults,
        T_url_value_preprocessor as T_url_value_preprocessor,
    )

#: What a first response can do without.
__getattr__ = lazy_names(
    vars(),
    {
        "BaseLoader": "jinja2",
        "FileSystemLoader": "jinja2",
        "T_after_request": ".variables",
        "T_before_request": ".variables",
        "T_error_handler": ".variables",
        "T_teardown": ".variables",
        "T_template_context_processor": ".variables",
        "T_template_filter": ".variables",
        "T_template_global": ".variables",
        "T_template_test": ".variables",
        "T_url_defaults": ".variables",
        "T_url_value_preprocessor": ".variables",
    },
)


class Blueprint(KernosBlueprint):
    """A part of an application, recorded to be registered on it."""

    _shows_dropped = ShowsDropped()

    @lazy
    def jinja_loader(self) -> "BaseLoader | None":
        """The loader of the blueprint's own templates; there without an application, too."""
        if self.template_folder is None:
            return None
        from jinja2 import FileSystemLoader

        return FileSystemLoader(os.path.join(self.root_path, self.template_folder))
