"""What an application and a blueprint have in common, as in ``kernos.scaffold``."""

import typing as t

from werkzeug.exceptions import (
    HTTPException as HTTPException,
    default_exceptions as default_exceptions,
)

from kernos.importing import find_package as find_package
from kernos.lazy import lazy_names
from kernos.scaffold import (
    Scaffold as Scaffold,
    _endpoint_from_view_func as _endpoint_from_view_func,
    setupmethod as setupmethod,
)

from ..helpers import get_root_path as get_root_path

if t.TYPE_CHECKING:
    from jinja2 import BaseLoader as BaseLoader, FileSystemLoader as FileSystemLoader

    from .variables import (
        F as F,
        T_after_request as T_after_request,
        T_before_request as T_before_request,
        T_error_handler as T_error_handler,
        T_route as T_route,
        T_teardown as T_teardown,
        T_template_context_processor as T_template_context_processor,
        T_url_defaults as T_url_defaults,
        T_url_value_preprocessor as T_url_value_preprocessor,
    )

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
