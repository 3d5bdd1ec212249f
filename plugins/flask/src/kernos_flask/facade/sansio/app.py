"""The application's first half: the kernel's, with Flask's classes for its parts."""

import typing as t

from jinja2 import Environment as BaseEnvironment
from werkzeug.exceptions import Aborter
from werkzeug.routing import Map
from werkzeug.routing import Rule

from kernos.app import Kernos
from kernos_flask.dropped import ShowsDropped

from ..config import Config
from ..config import ConfigAttribute as ConfigAttribute
from ..ctx import _AppCtxGlobals
from ..json.provider import DefaultJSONProvider
from ..json.provider import JSONProvider
from ..templating import Environment


class App(Kernos):
    """What Flask's application is, but for input and output."""

    aborter_class = Aborter
    app_ctx_globals_class = _AppCtxGlobals
    config_class = Config
    jinja_environment: type[BaseEnvironment] = Environment
    json_provider_class: type[JSONProvider] = DefaultJSONProvider
    url_map_class = Map
    url_rule_class = Rule

    #: Defaults of the framework: a slot whose attribute still has this value has not
    #: been chosen by it.
    kernos_defaults: t.ClassVar[t.Mapping[str, object]] = {
        "jinja_environment": Environment,
        "json_provider_class": DefaultJSONProvider,
        "url_map_class": Map,
        "url_rule_class": Rule,
    }

    #: Flask writes and reads NaN.
    json_strict = False

    _shows_dropped = ShowsDropped()
