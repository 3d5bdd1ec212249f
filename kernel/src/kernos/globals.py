"""What is current: two context variables, and the proxies that views import.

Most requests never ask for their application context, so that it is made for those that do.

Source: Flask's API page, "Useful Internals".
"""

from __future__ import annotations

import typing as t
from contextvars import ContextVar, Token

from kernos.lazy import lazy_names

if t.TYPE_CHECKING:
    from kernos.ctx import AppContext, RequestContext
    from kernos.proxies import app_ctx, current_app, g, request, request_ctx, session

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

_sentinel: t.Any = object()

#: Stands for the application context that a request has brought, until it is made.
LATER: t.Any = object()

_cv_request: ContextVar[RequestContext] = ContextVar("kernos.request_ctx")
#: The application context that somebody has pushed; None is none.
_cv_pushed: ContextVar[AppContext | None] = ContextVar("kernos.app_ctx")

_pushed, _requested = _cv_pushed.get, _cv_request.get


class AppContextVariable:
    """The application context that is current: the one pushed last, else the request's.

    It is read and set as a context variable is.
    """

    name = _cv_pushed.name

    def get(self, default: t.Any = _sentinel) -> t.Any:
        """Return the application context; without one the default, if there is any.

        Raises:
            LookupError: There is neither.
        """
        ctx = _pushed(None)
        if ctx is not None:
            return ctx
        request_ctx = _requested(None)
        if request_ctx is not None:
            lent = request_ctx._lent
            if lent is not None:
                return request_ctx._take_lent() if lent is LATER else lent
        if default is _sentinel:
            raise LookupError(self)
        return default

    def set(self, value: AppContext | None) -> Token[AppContext | None]:
        """Make another one current, until the token is reset."""
        return _cv_pushed.set(value)

    def reset(self, token: Token[AppContext | None]) -> None:
        """Make current again what was so before the token's set."""
        _cv_pushed.reset(token)

    def __call__(self) -> t.Any:
        # Werkzeug's proxies ask so what is no context variable of Python's.
        try:
            return self.get()
        except LookupError:
            raise RuntimeError(_NO_APP) from None


class CurrentAppVariable(AppContextVariable):
    """What knows the current application: an application context, or a request's."""

    def get(self, default: t.Any = _sentinel) -> t.Any:
        """Return a context whose ``app`` it is; nothing is made to find out."""
        ctx = _pushed(None)
        if ctx is not None:
            return ctx
        request_ctx = _requested(None)
        if request_ctx is not None and request_ctx._lent is not None:
            return request_ctx
        if default is _sentinel:
            raise LookupError(self)
        return default


_cv_app = AppContextVariable()
_cv_current_app = CurrentAppVariable()

_names = vars()

__all__ = ["app_ctx", "current_app", "g", "request", "request_ctx", "session"]

#: A proxy is made when somebody asks for it: not every application does, and it takes time.
if not t.TYPE_CHECKING:
    __getattr__ = lazy_names(_names, dict.fromkeys(__all__, "kernos.proxies"))


def __dir__() -> list[str]:
    return sorted({*_names, *__all__})
