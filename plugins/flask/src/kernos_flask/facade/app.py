"""The application, under the module that Flask's has."""

import sys
import typing as t
from datetime import timedelta
from types import ModuleType

from werkzeug.datastructures import Headers as Headers, ImmutableDict as ImmutableDict
from werkzeug.exceptions import (
    BadRequestKeyError as BadRequestKeyError,
    HTTPException as HTTPException,
    InternalServerError as InternalServerError,
)
from werkzeug.routing import (
    BuildError as BuildError,
    MapAdapter as MapAdapter,
    RequestRedirect as RequestRedirect,
    RoutingException as RoutingException,
    Rule as Rule,
)
from werkzeug.wsgi import get_host as get_host

from kernos.app.components import SessionService
from kernos.lazy import lazy_names

from .ctx import AppContext as AppContext, RequestContext as RequestContext
from .globals import (
    _cv_app as _cv_app,
    _cv_request as _cv_request,
    current_app as current_app,
    g as g,
    request as request,
    request_ctx as request_ctx,
    session as session,
)
from .helpers import (
    get_debug_flag as get_debug_flag,
    get_flashed_messages as get_flashed_messages,
    get_load_dotenv as get_load_dotenv,
    send_from_directory as send_from_directory,
)
from .sansio.app import App as App, LaterClass
from .sessions import (
    SecureCookieSessionInterface as SecureCookieSessionInterface,
    SessionInterface as SessionInterface,
)
from .signals import (
    appcontext_tearing_down as appcontext_tearing_down,
    got_request_exception as got_request_exception,
    request_finished as request_finished,
    request_started as request_started,
    request_tearing_down as request_tearing_down,
)
from .wrappers import Request, Response

if t.TYPE_CHECKING:
    from kernos_templating import Environment as Environment

    from .sansio.variables import (
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
        "Environment": "kernos_templating",
        "T_shell_context_processor": ".sansio.variables",
        "T_teardown": ".sansio.variables",
        "T_template_filter": ".sansio.variables",
        "T_template_global": ".sansio.variables",
        "T_template_test": ".sansio.variables",
    },
)

#: What the class shows; an application has an interface of its own, by its slot.
_SESSIONS = SecureCookieSessionInterface()


class _FollowedModule(ModuleType):
    """This module; a context class that somebody puts in its place makes the contexts."""

    def __setattr__(self, name: str, value: object) -> None:
        super().__setattr__(name, value)
        if name in _MAKERS:
            stock, method, make = _MAKERS[name]
            own = vars(Flask).get(method)
            if own is None and value is not stock:
                setattr(Flask, method, make)
            elif own is make and value is stock:
                delattr(Flask, method)


#: The context classes as they are, the methods that make contexts, and what these are
#: while another class is in the place of one.
_MAKERS: dict[str, tuple[type, str, t.Callable[..., t.Any]]] = {
    "RequestContext": (
        RequestContext,
        "request_context",
        lambda self, environ: RequestContext(self, environ),
    ),
    "AppContext": (AppContext, "app_context", lambda self: AppContext(self)),
}


class _ShownSessions(SessionService):
    """The session interface, which is on the class what Flask's class has."""

    def __get__(self, app: t.Any, owner: type | None = None) -> t.Any:
        return _SESSIONS if app is None else super().__get__(app, owner)


class Flask(App):
    """A Kernos application with Flask's defaults."""

    request_class = Request
    response_class = Response
    session_interface: SessionInterface = _ShownSessions(  # type: ignore[assignment]
        "sessions", "What opens and saves sessions."
    )
    default_test_client_class = LaterClass("..testing", "FlaskClient")
    default_test_cli_runner_class = LaterClass("..testing", "FlaskCliRunner")

    kernos_defaults: t.ClassVar[t.Mapping[str, object]] = {
        **App.kernos_defaults,
        "session_interface": _SESSIONS,
    }
    default_config: t.ClassVar[ImmutableDict[str, t.Any]] = ImmutableDict(
        {
            "DEBUG": None,
            "TESTING": False,
            "PROPAGATE_EXCEPTIONS": None,
            "SECRET_KEY": None,
            "SECRET_KEY_FALLBACKS": None,
            "PERMANENT_SESSION_LIFETIME": timedelta(days=31),
            "USE_X_SENDFILE": False,
            "TRUSTED_HOSTS": None,
            "SERVER_NAME": None,
            "APPLICATION_ROOT": "/",
            "SESSION_COOKIE_NAME": "session",
            "SESSION_COOKIE_DOMAIN": None,
            "SESSION_COOKIE_PATH": None,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SECURE": False,
            "SESSION_COOKIE_PARTITIONED": False,
            "SESSION_COOKIE_SAMESITE": None,
            "SESSION_REFRESH_EACH_REQUEST": True,
            "MAX_CONTENT_LENGTH": None,
            "MAX_FORM_MEMORY_SIZE": 500_000,
            "MAX_FORM_PARTS": 1_000,
            "SEND_FILE_MAX_AGE_DEFAULT": None,
            "TRAP_BAD_REQUEST_ERRORS": None,
            "TRAP_HTTP_EXCEPTIONS": False,
            "EXPLAIN_TEMPLATE_LOADING": False,
            "PREFERRED_URL_SCHEME": "http",
            "TEMPLATES_AUTO_RELOAD": None,
            "MAX_COOKIE_SIZE": 4093,
            "PROVIDE_AUTOMATIC_OPTIONS": True,
        }
    )


sys.modules[__name__].__class__ = _FollowedModule
