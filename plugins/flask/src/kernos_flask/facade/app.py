"""The application, under the module that Flask's has."""

import typing as t
from datetime import timedelta
from importlib import import_module

from werkzeug.datastructures import ImmutableDict
from werkzeug.routing import Rule as Rule

from .globals import _cv_app as _cv_app
from .globals import _cv_request as _cv_request
from .sansio.app import App as App
from .wrappers import Request
from .wrappers import Response


class _TestingClass:
    """A class of ``flask.testing``, which is imported when the class is asked for."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, instance: object, owner: type) -> t.Any:
        return getattr(import_module(".testing", __package__), self.name)


class Flask(App):
    """A Kernos application with Flask's defaults."""

    request_class = Request
    response_class = Response
    default_test_client_class = _TestingClass("FlaskClient")
    default_test_cli_runner_class = _TestingClass("FlaskCliRunner")

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
