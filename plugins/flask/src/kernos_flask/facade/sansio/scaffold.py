"""What an application and a blueprint have in common, as in ``kernos.scaffold``."""

import typing as t

from jinja2 import BaseLoader as BaseLoader
from jinja2 import FileSystemLoader as FileSystemLoader
from werkzeug.exceptions import HTTPException as HTTPException
from werkzeug.exceptions import default_exceptions as default_exceptions

from kernos.importing import find_package as find_package
from kernos.scaffold import Scaffold as Scaffold
from kernos.scaffold import _endpoint_from_view_func as _endpoint_from_view_func
from kernos.scaffold import setupmethod as setupmethod

from ..helpers import get_root_path as get_root_path
from ..templating import _default_template_ctx_processor as _default_template_ctx_processor
from ..typing import AfterRequestCallable
from ..typing import BeforeRequestCallable
from ..typing import ErrorHandlerCallable
from ..typing import RouteCallable
from ..typing import TeardownCallable
from ..typing import TemplateContextProcessorCallable
from ..typing import URLDefaultCallable
from ..typing import URLValuePreprocessorCallable

# Extensions annotate their decorators with these.
F = t.TypeVar("F", bound=t.Callable[..., t.Any])
T_after_request = t.TypeVar("T_after_request", bound=AfterRequestCallable[t.Any])
T_before_request = t.TypeVar("T_before_request", bound=BeforeRequestCallable)
T_error_handler = t.TypeVar("T_error_handler", bound=ErrorHandlerCallable)
T_teardown = t.TypeVar("T_teardown", bound=TeardownCallable)
T_template_context_processor = t.TypeVar(
    "T_template_context_processor", bound=TemplateContextProcessorCallable
)
T_url_defaults = t.TypeVar("T_url_defaults", bound=URLDefaultCallable)
T_url_value_preprocessor = t.TypeVar(
    "T_url_value_preprocessor", bound=URLValuePreprocessorCallable
)
T_route = t.TypeVar("T_route", bound=RouteCallable)
