"""The application's first half: the kernel's, with Flask's classes for its parts."""

import typing as t
from importlib import import_module

from werkzeug.exceptions import (
    Aborter,
    BadRequest as BadRequest,
    BadRequestKeyError as BadRequestKeyError,
)
from werkzeug.routing import BuildError as BuildError, Map, Rule

from kernos.app import Kernos
from kernos.lazy import lazy_names
from kernos_flask.dropped import ShowsDropped

from ..config import Config, ConfigAttribute as ConfigAttribute
from ..ctx import _AppCtxGlobals
from ..helpers import get_debug_flag as get_debug_flag
from ..json.provider import DefaultJSONProvider, JSONProvider
from .scaffold import (
    Scaffold as Scaffold,
    _endpoint_from_view_func as _endpoint_from_view_func,
    find_package as find_package,
    setupmethod as setupmethod,
)

if t.TYPE_CHECKING:
    from kernos_templating import (
        DispatchingJinjaLoader as DispatchingJinjaLoader,
        Environment as Environment,
    )

    from ..logging import create_logger as create_logger
    from .variables import (
        T_shell_context_processor as T_shell_context_processor,
        T_teardown as T_teardown,
        T_template_filter as T_template_filter,
        T_template_global as T_template_global,
        T_template_test as T_template_test,
    )
#: What a first response can do without.
__getattr__ = lazy_names(
    vars(),
    {
        "BaseEnvironment": "jinja2:Environment",
        "DispatchingJinjaLoader": "kernos_templating",
        "Environment": "kernos_templating",
        "T_shell_context_processor": ".variables",
        "T_teardown": ".variables",
        "T_template_filter": ".variables",
        "T_template_global": ".variables",
        "T_template_test": ".variables",
        "create_logger": "..logging",
    },
)


class LaterClass:
    """A class that is imported when an application's class is asked for it.

    Args:
        module: Where it is; one of the facade's begins with a dot.
        name: Its name there.
    """

    def __init__(self, module: str, name: str) -> None:
        self.module = module
        self.name = name

    def __get__(self, instance: object, owner: type) -> t.Any:
        return getattr(import_module(self.module, __package__), self.name)


class App(Kernos):
    """What Flask's application is, but for input and output."""

    aborter_class = Aborter
    app_ctx_globals_class = _AppCtxGlobals
    config_class = Config
    jinja_environment = LaterClass("kernos_templating", "Environment")
    json_provider_class: type[JSONProvider] = DefaultJSONProvider
    url_map_class = Map
    url_rule_class = Rule

    kernos_defaults: t.ClassVar[t.Mapping[str, object]] = {
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
