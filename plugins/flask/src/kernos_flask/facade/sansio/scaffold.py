"""What an application and a blueprint have in common, as in ``kernos.scaffold``."""

import typing as t

from werkzeug.exceptions import HTTPException as HTTPException
from werkzeug.exceptions import default_exceptions as default_exceptions

from kernos.importing import find_package as find_package
from kernos.lazy import lazy_names
from kernos.scaffold import Scaffold as Scaffold
from kernos.scaffold import _endpoint_from_view_func as _endpoint_from_view_func
from kernos.scaffold import setupmethod as setupmethod

from ..helpers import get_root_path as get_root_path

if t.TYPE_CHECKING:
    from jinja2 import BaseLoader as BaseLoader
    from jinja2 import FileSystemLoader as FileSystemLoader

    from .variables import F as F
    from .variables import T_after_request as T_after_request
    from .variables import T_before_request as T_before_request
    from .variables import T_error_handler as T_error_handler
    from .variables import T_route as T_route
    from .variables import T_teardown as T_teardown
    from .variables import T_template_context_processor as T_template_context_processor
    from .variables import T_url_defaults as T_url_defaults
    from .variables import T_url_value_preprocessor as T_url_value_preprocessor

#: What a first response can do without.
__getattr__ = lazy_names(
    vars(),
    {
        "BaseLoader": "jinja2",
        "F": ".variables",
        "FileSystemLoader": "jinja2",
        "T_after_request": ".variables",
        "T_before_request": ".variables",
        "T_error_handler": ".variables",
        "T_route": ".variables",
        "T_teardown": ".variables",
        "T_template_context_processor": ".variables",
        "T_url_defaults": ".variables",
        "T_url_value_preprocessor": ".variables",
    },
)
