"""The side door: where errors leave the line, and come back as responses."""

from __future__ import annotations

import sys
import typing as t

from werkzeug.exceptions import (
    BadRequest,
    BadRequestKeyError,
    HTTPException,
    InternalServerError,
    ServiceUnavailable,
)

from kernos.errors import ComponentConflict, MissingComponent, SessionUnavailable
from kernos.hooks.calling import run_all
from kernos.lifecycle.replying import Reply, make_reply
from kernos.scaffold import Scaffold
from kernos.signals import got_request_exception, send_to_all

if t.TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from kernos.app import Kernos
    from kernos.ctx import RequestContext
    from kernos.wrappers import Response

#: An application that is set up wrong tells its operator, not its visitors.
SETUP_ERRORS = (MissingComponent, ComponentConflict)

#: When a client whose session could not be opened may come again.
RETRY_AFTER_SECONDS = 1

_ROUTING_ERRORS = "werkzeug.routing.exceptions"

_LAST_PAGE = (
    b"<!doctype html>\n<html lang=en>\n<title>500 Internal Server Error</title>\n"
    b"<h1>Internal Server Error</h1>\n"
    b"<p>The server could not complete the request.</p>\n"
)


def propagates(app: Kernos) -> bool:
    """Tell whether errors are raised to the caller: in tests and for debuggers."""
    value = app.config["PROPAGATE_EXCEPTIONS"]
    return bool(app.testing or app.debug if value is None else value)


def rescue(app: Kernos, ctx: RequestContext, error: Exception) -> Reply:
    """Answer an error that the line did not: by handlers, else by a page of last resort.

    Raises:
        Exception: Under TESTING and PROPAGATE_EXCEPTIONS, and where set-up is at fault.
    """
    if isinstance(error, SETUP_ERRORS):
        raise error
    try:
        return make_reply(app, ctx, _answer(app, ctx, error))
    except Exception as second:
        if propagates(app):
            raise
        return _last_resort(app, ctx.request.environ, second)


def without_context(app: Kernos, environ: WSGIEnvironment, error: Exception) -> Reply:
    """Answer an error that came before there was a request to handle it for."""
    if propagates(app):
        raise error
    return _last_resort(app, environ, error)


def _answer(app: Kernos, ctx: RequestContext, error: Exception) -> Response:
    # The handlers were searched already if the error comes from one of them, or found
    # none; it is searched for here if it comes from before or behind the view.
    if not ctx._is_recovering:
        try:
            value = app.handle_user_exception(error)
            handled: Response = ctx._stages.finalize(app, ctx, value, True)
            return handled
        except Exception as unhandled:
            error = unhandled
    return app.handle_exception(error)


def _last_resort(app: Kernos, environ: WSGIEnvironment, error: Exception) -> Reply:
    app.logger.error("The error handlers failed", exc_info=error)
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Length", str(len(_LAST_PAGE))),
        *app._response_headers,
    ]
    is_head = environ.get("REQUEST_METHOD") == "HEAD"
    return "500 INTERNAL SERVER ERROR", headers, () if is_head else [_LAST_PAGE]


def find_error_handler(
    app: Kernos, error: Exception, blueprints: list[str]
) -> t.Callable[..., t.Any] | None:
    """Return the handler for an error: by code before class, blueprint before app."""
    if not app.error_handler_spec:
        return None
    kind, code = Scaffold._get_exc_class_and_code(type(error))
    for wanted in (None,) if code is None else (code, None):
        for name in (*blueprints, None):
            by_code = app.error_handler_spec.get(name)
            handlers = by_code.get(wanted) if by_code else None
            if handlers:
                for cls in kind.__mro__:
                    handler = handlers.get(cls)
                    if handler is not None:
                        return handler
    return None


def handle_http_exception(app: Kernos, ctx: RequestContext, error: HTTPException) -> t.Any:
    """Return the answer to an HTTP error: its handler's, else the error itself."""
    # A proxy exception has no code, and a routing exception is the router's own affair. It is
    # none where nobody has imported those; to import them here would cost each error something.
    routing = getattr(sys.modules.get(_ROUTING_ERRORS), "RoutingException", ())
    if error.code is None or isinstance(error, routing):
        return error
    handler = app._find_error_handler(error, ctx.request.blueprints)
    return error if handler is None else ctx._stages.sync(app, handler)(error)


def trap_http_exception(app: Kernos, error: Exception) -> bool:
    """Tell whether an HTTP error is treated as any other, so that a debugger sees it."""
    if app.config["TRAP_HTTP_EXCEPTIONS"]:
        return True
    trap = app.config["TRAP_BAD_REQUEST_ERRORS"]
    if trap is None and app.debug and isinstance(error, BadRequestKeyError):
        return True
    return bool(trap) and isinstance(error, BadRequest)


def handle_user_exception(app: Kernos, ctx: RequestContext, error: Exception) -> t.Any:
    """Return what a registered handler answers to an error.

    Raises:
        Exception: The error itself, when nobody handles it.
    """
    if isinstance(error, SETUP_ERRORS):
        raise error
    ctx._is_recovering = True
    if isinstance(error, BadRequestKeyError) and (
        app.debug or app.config["TRAP_BAD_REQUEST_ERRORS"]
    ):
        error.show_exception = True
    if isinstance(error, HTTPException) and not app.trap_http_exception(error):
        return app.handle_http_exception(error)
    for candidate in _candidates(error):
        handler = app._find_error_handler(candidate, ctx.request.blueprints)
        if handler is not None:
            return ctx._stages.sync(app, handler)(candidate)
    raise error


def _candidates(error: Exception) -> t.Iterator[Exception]:
    # Handlers are written for what the store's library raises, so that goes first.
    if isinstance(error, SessionUnavailable) and isinstance(error.__cause__, Exception):
        yield error.__cause__
    yield error


def handle_exception(app: Kernos, ctx: RequestContext, error: Exception) -> Response:
    """Answer an error that nobody handled: log it, and send a 500.

    Raises:
        Exception: The error, under TESTING and PROPAGATE_EXCEPTIONS.
    """
    got_request_exception.send(app, _async_wrapper=app.ensure_sync, exception=error)
    hooks = app._kernel_plugins.request_hooks
    errors = run_all(hooks.exception_raised, app, ctx, error)
    if errors:
        from kernos.lifecycle.observers import report

        report(app, errors)
    if propagates(app):
        raise error
    app.log_exception((type(error), error, error.__traceback__))
    value: t.Any = _server_error(app, error)
    handler = app._find_error_handler(value, ctx.request.blueprints)
    if handler is not None:
        value = ctx._stages.sync(app, handler)(value)
    else:
        for hook in hooks.handle_exception:
            answer = hook(app, ctx, error)
            if answer is not None:
                value = answer
                break
    response: Response = ctx._stages.finalize(app, ctx, value, True)
    return response


def _server_error(app: Kernos, error: Exception) -> HTTPException:
    if isinstance(error, SessionUnavailable) and app._session_outage is not None:
        if issubclass(app._session_outage, ServiceUnavailable):
            return app._session_outage(retry_after=RETRY_AFTER_SECONDS)
        return app._session_outage()
    return InternalServerError(original_exception=error)


def log_exception(app: Kernos, ctx: RequestContext, exc_info: t.Any) -> None:
    """Log an error with the request's path and method, on one line whatever they hold."""
    request = ctx.request
    where = f"{request.path} [{request.method}]"
    if not where.isprintable():
        where = where.encode("unicode_escape").decode("ascii")
    text = f"Exception on {where}"  # whole, as those who collect errors group them by it
    app.logger.error(text, exc_info=exc_info)


def report_stream_error(app: Kernos, ctx: RequestContext, error: Exception) -> None:
    """Report an error in the middle of a body; the server can only break off."""
    seconds = send_to_all(got_request_exception, app, exception=error)
    seconds += run_all(app._kernel_plugins.request_hooks.exception_raised, app, ctx, error)
    app.log_exception((type(error), error, error.__traceback__))
    for second in seconds:
        app.logger.error("A report of that error failed", exc_info=second)
