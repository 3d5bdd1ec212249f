"""The line that a request walks, from the server's environment to the server's answer."""

from __future__ import annotations

import typing as t

from kernos.lifecycle.closing import close, end_plainly
from kernos.lifecycle.failures import rescue, without_context
from kernos.lifecycle.replying import send
from kernos.lifecycle.starting import announce, start
from kernos.signals import request_started

if t.TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from kernos.app import Kernos
    from kernos.ctx import RequestContext

Answer = t.TypeVar("Answer")


def wsgi_app(
    self: Kernos, environ: WSGIEnvironment, start_response: StartResponse
) -> t.Iterable[bytes]:
    """Answer one request of a WSGI server: the whole line, and a method of the application."""
    app = self
    if not app._ready_told:
        app._freeze_once()
    try:
        line = app._request_line()
        make_context = line.request_context
        ctx: RequestContext = make_context(app, environ)
        ctx._line = line
        is_stock = line.has_stock_contexts
    except Exception as error:
        return send(without_context(app, environ, error), start_response)
    failure: BaseException | None = None
    try:
        try:
            if is_stock:
                ctx._bind()
                start(app, ctx)
            else:
                ctx._is_served = True
                ctx.push()
            dispatch = line.full_dispatch
            reply = dispatch(app, ctx, line.reply)
        except Exception as error:
            failure = error
            reply = rescue(app, ctx, error)
        return send(reply, start_response)
    except BaseException as error:
        failure = error
        raise
    finally:
        if failure is not None or not (is_stock and end_plainly(app, ctx, environ)):
            close(app, ctx, environ, failure)
            failure = None  # its traceback refers to this frame


def full_dispatch(
    app: Kernos, ctx: RequestContext, finish: t.Callable[[Kernos, RequestContext, t.Any], Answer]
) -> Answer:
    """Turn an open context into its answer. Errors take the side door.

    Args:
        app: The application.
        ctx: The request's context, which is current.
        finish: Makes of a view's or an error handler's value what is asked for: a
            response, or what the server is told.
    """
    line = ctx._line
    preprocess, dispatch = line.preprocess, line.dispatch
    try:
        if request_started.receivers or app._kernel_plugins.request_hooks.request_started:
            announce(app, ctx)
        value = preprocess(app, ctx)
        if value is None:
            value = dispatch(app, ctx)
    except Exception as error:
        value = app.handle_user_exception(error)
    return finish(app, ctx, value)
