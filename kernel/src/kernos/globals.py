"""What is current: two context variables, and the proxies that views import.

Source: Flask's API page, "Useful Internals".
"""

from __future__ import annotations

import typing as t
from contextvars import ContextVar

from werkzeug.local import LocalProxy

from kernos.proxies import make_proxy

if t.TYPE_CHECKING:
    from kernos.app import Kernos
    from kernos.contracts import SessionMixin
    from kernos.ctx import AppContext
    from kernos.ctx import AppGlobals
    from kernos.ctx import RequestContext
    from kernos.wrappers import Request

_NO_APP = """\
Working outside of application context.

  why: current_app and g belong to an application, and none is active here
  fix: with app.app_context(): ...\
"""

_NO_REQUEST = """\
Working outside of request context.

  why: request and session belong to a request, and none is active here
  fix: with app.test_request_context("/"): ...   # in a test or a shell\
"""

_cv_app: ContextVar[AppContext] = ContextVar("kernos.app_ctx")
_cv_request: ContextVar[RequestContext] = ContextVar("kernos.request_ctx")

app_ctx: AppContext = LocalProxy(_cv_app, unbound_message=_NO_APP)  # type: ignore[assignment]
current_app: Kernos = make_proxy(_cv_app, "app", _NO_APP)
g: AppGlobals = make_proxy(_cv_app, "g", _NO_APP)

request_ctx: RequestContext = LocalProxy(_cv_request, unbound_message=_NO_REQUEST)  # type: ignore[assignment]
request: Request = make_proxy(_cv_request, "request", _NO_REQUEST)
session: SessionMixin = make_proxy(_cv_request, "session", _NO_REQUEST)
