"""The application's first half: the kernel's, with Flask's classes for its parts."""

import typing as t

from jinja2 import Environment as BaseEnvironment
from werkzeug.exceptions import Aborter
from werkzeug.exceptions import BadRequest as BadRequest
from werkzeug.exceptions import BadRequestKeyError as BadRequestKeyError
from werkzeug.routing import BuildError as BuildError
from werkzeug.routing import Map
from werkzeug.routing import Rule

from kernos.app import Kernos
from kernos_flask.dropped import ShowsDropped

from ..config import Config
from ..config import ConfigAttribute as ConfigAttribute
from ..ctx import _AppCtxGlobals
from ..helpers import get_debug_flag as get_debug_flag
from ..json.provider import DefaultJSONProvider
from ..json.provider import JSONProvider
from ..logging import create_logger as create_logger
from ..templating import DispatchingJinjaLoader as DispatchingJinjaLoader
from ..templating import Environment
from ..typing import ShellContextProcessorCallable
from ..typing import TemplateFilterCallable
from ..typing import TemplateGlobalCallable
from ..typing import TemplateTestCallable
from .scaffold import Scaffold as Scaffold
from .scaffold import T_teardown as T_teardown
from .scaffold import _endpoint_from_view_func as _endpoint_from_view_func
from .scaffold import find_package as find_package
from .scaffold import setupmethod as setupmethod

# Extensions annotate their decorators with these.
T_shell_context_processor = t.TypeVar(
    "T_shell_context_processor", bound=ShellContextProcessorCallable
)
T_template_filter = t.TypeVar("T_template_filter", bound=TemplateFilterCallable)
T_template_global = t.TypeVar("T_template_global", bound=TemplateGlobalCallable)
T_template_test = t.TypeVar("T_template_test", bound=TemplateTestCallable)


class App(Kernos):
    """What Flask's application is, but for input and output."""

    aborter_class = Aborter
    app_ctx_globals_class = _AppCtxGlobals
    config_class = Config
    jinja_environment: type[BaseEnvironment] = Environment
    json_provider_class: type[JSONProvider] = DefaultJSONProvider
    url_map_class = Map
    url_rule_class = Rule

    kernos_defaults: t.ClassVar[t.Mapping[str, object]] = {
        "jinja_environment": Environment,
        "json_provider_class": DefaultJSONProvider,
        "url_map_class": Map,
        "url_rule_class": Rule,
    }
    _shows_dropped = ShowsDropped()

    #: None: what an application written for Flask calls so is its own affair.
    _public_settings = frozenset()

    # What Kernos is strict about and Flask is not.
    _json_strict = False
    _refuses_bad_forms = False
    _refuses_bad_hosts = False
    _response_headers = ()
    _serves_hidden_files = True
    _session_cache_control = None
    _session_outage = None
    _session_strict = False
    _strict_converters = False

    #: Settings come from ``FLASK_DEBUG`` and its like.
    _environment_prefix = "FLASK"
    #: The module in whose name warnings are given: programs filter them by it.
    _warns_as = "flask.app"
