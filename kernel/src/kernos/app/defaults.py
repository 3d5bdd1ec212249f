"""What an application is configured with before anybody configures it: the strict set."""

from __future__ import annotations

import typing as t
from datetime import timedelta

from werkzeug.datastructures import ImmutableDict

from kernos.globals import _cv_current_app
from kernos.globals import _cv_request
from kernos.globals import g
from kernos.globals import session

#: Every setting that the kernel and the standard components read.
DEFAULT_CONFIG: t.Mapping[str, t.Any] = ImmutableDict(
    {
        "APPLICATION_ROOT": "/",
        "DEBUG": None,
        "EXPLAIN_TEMPLATE_LOADING": False,
        "MAX_CONTENT_LENGTH": 16 * 1024 * 1024,
        "MAX_COOKIE_SIZE": 4093,
        "MAX_FORM_MEMORY_SIZE": 500_000,
        "MAX_FORM_PARTS": 1_000,
        "PERMANENT_SESSION_LIFETIME": timedelta(days=31),
        "PREFERRED_URL_SCHEME": "http",
        "PROPAGATE_EXCEPTIONS": None,
        "PROVIDE_AUTOMATIC_OPTIONS": True,
        "SECRET_KEY": None,
        "SECRET_KEY_FALLBACKS": None,
        "SEND_FILE_MAX_AGE_DEFAULT": None,
        "SERVER_NAME": None,
        "SESSION_COOKIE_DOMAIN": None,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_NAME": "session",
        "SESSION_COOKIE_PARTITIONED": False,
        "SESSION_COOKIE_PATH": None,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": None,  # on, but in debug mode and on a loopback host
        "SESSION_REFRESH_EACH_REQUEST": True,
        "TEMPLATES_AUTO_RELOAD": None,
        "TESTING": False,
        "TRAP_BAD_REQUEST_ERRORS": None,
        "TRAP_HTTP_EXCEPTIONS": False,
        "TRUSTED_HOSTS": None,
        "USE_X_SENDFILE": False,
    }
)

#: Sent with every response that does not set them itself.
RESPONSE_HEADERS: tuple[tuple[str, str], ...] = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("X-Frame-Options", "SAMEORIGIN"),
)


def default_context() -> dict[str, t.Any]:
    """Return what every template can use: ``g``, and in a request ``request, session``."""
    found: dict[str, t.Any] = {}
    # The proxies, so that only a template's use makes the one and opens the other.
    if _cv_current_app.get(None) is not None:
        found["g"] = g
    ctx = _cv_request.get(None)
    if ctx is not None:
        found["request"] = ctx.request
        found["session"] = session
    return found
