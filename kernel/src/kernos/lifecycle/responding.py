"""From what a view returned to a response, and from there to a finished one."""

from __future__ import annotations

import collections.abc as c
import typing as t

from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as WerkzeugResponse

from kernos import contracts
from kernos.lifecycle.starting import session_interface_of
from kernos.names import table_keys
from kernos.signals import request_finished
from kernos.wrappers import Response
from kernos.wrappers.response import HeaderPairs

if t.TYPE_CHECKING:
    from kernos.app import Kernos
    from kernos.ctx import RequestContext


def make_response(app: Kernos, ctx: RequestContext, value: t.Any) -> Response:
    """Return the response that a view's return value stands for.

    Raises:
        TypeError: It stands for none.
    """
    kind = type(value)
    if kind is str:
        return app.response_class(value)
    if kind is dict or kind is list:
        has_own = app._blueprint_components
        provider = app._component_for("json", ctx.request) if has_own else app.json
        return provider.response(value)
    status = headers = None
    if isinstance(value, tuple):
        value, status, headers = _unpack(value)
    if value is None:
        raise TypeError(
            f"The view function for {_endpoint(ctx)!r} did not return a valid"
            " response: it returned None, or ended without a return statement."
        )
    if isinstance(value, app.response_class):
        response = value
    elif isinstance(value, (str, bytes, bytearray)) or (
        # An error is none, and an ABC takes its time to say so.
        not isinstance(value, HTTPException) and isinstance(value, c.Iterator)
    ):
        response = app.response_class(value, status=status, headers=headers)
        status = headers = None
    else:
        response = _convert(app, ctx, value)
    if status is not None:
        if isinstance(status, (str, bytes, bytearray)):
            response.status = status
        else:
            response.status_code = status
    if headers:
        response.headers.update(headers)
    return response


def _unpack(value: tuple[t.Any, ...]) -> tuple[t.Any, t.Any, t.Any]:
    if len(value) == 3:
        return value
    if len(value) == 2:
        first, second = value
        if isinstance(second, (Headers, dict, tuple, list)):
            return first, None, second
        return first, second, None
    raise TypeError(
        "The view function did not return a valid response tuple. The tuple must have the"
        " form (body, status, headers), (body, status), or (body, headers)."
    )


def _convert(app: Kernos, ctx: RequestContext, value: t.Any) -> Response:
    if isinstance(value, (dict, list)):
        return app._component_for("json", ctx.request).response(value)  # type: ignore[no-any-return]
    if isinstance(value, HTTPException) and type(value).__call__ is HTTPException.__call__:
        page = _own_page(value)
        if page is not None:
            return app.response_class(page, value.code, mimetype="text/html")
        # What calling it would come to, without the detour over a made-up server.
        value = value.get_response(_environ(ctx))
        if isinstance(value, app.response_class):
            return value
    if isinstance(value, WerkzeugResponse):
        value.headers  # noqa: B018 - a plain one must not change class before it has them
        return _force_type(app, ctx, value)
    if callable(value):
        return _force_type(app, ctx, value)
    for hook in app._kernel_plugins.request_hooks.make_response:
        known = hook(app, ctx, value)
        if known is not None:
            return make_response(app, ctx, known)
    raise _not_a_response(ctx, value)


#: The pages of errors that say nothing but their class's own words, by class.
_pages: dict[type[HTTPException], str] = {}


def _own_page(error: HTTPException) -> str | None:
    """Return the page of an error as its class says it, or None where it says more."""
    kind = type(error)
    if error.__dict__ != {"response": None}:
        return None
    page = _pages.get(kind)
    if page is None and kind.__module__ == HTTPException.__module__:
        if error.get_headers() == [("Content-Type", "text/html; charset=utf-8")]:
            page = _pages[kind] = error.get_body()
    return page


def _force_type(app: Kernos, ctx: RequestContext, value: t.Any) -> Response:
    try:
        return app.response_class.force_type(value, _environ(ctx))  # type: ignore[return-value]
    except TypeError as error:
        raise _not_a_response(ctx, value, f" ({error})") from error


def _environ(ctx: RequestContext) -> t.Any:
    return getattr(ctx.request, "environ", None)  # there may be no request


def _endpoint(ctx: RequestContext) -> str | None:
    return getattr(ctx.request, "endpoint", None)


def _not_a_response(ctx: RequestContext, value: object, more: str = "") -> TypeError:
    return TypeError(
        f"The view function for {_endpoint(ctx)!r} did not return a valid response."
        " The return type must be a string, dict, list, tuple with headers or status,"
        " Response instance, or WSGI callable, but it was a"
        f" {type(value).__name__}{more}."
    )


def finalize(
    app: Kernos, ctx: RequestContext, value: t.Any, from_error_handler: bool = False
) -> Response:
    """Turn a value into a response that has passed every after-request function.

    Args:
        app: The application.
        ctx: The request's context.
        value: What a view or an error handler returned.
        from_error_handler: Log an error of the after-request functions and keep the
            response, since nobody is left to handle it.
    """
    line = ctx._line
    make_response, process_response = line.make_response, line.process_response
    response: Response = make_response(app, ctx, value)
    try:
        response = process_response(app, ctx, response)
        if request_finished.receivers:
            _announce_end(app, ctx, response)
    except Exception:
        if not from_error_handler:
            raise
        app.logger.exception("Request finalizing failed with an error while handling an error")
    return response


def _announce_end(app: Kernos, ctx: RequestContext, response: Response) -> None:
    try:
        request_finished.send(app, _async_wrapper=app.ensure_sync, response=response)
    except BaseException:
        ctx._is_processed = True  # the response to this error is not the functions' affair
        raise


def process_response(app: Kernos, ctx: RequestContext, response: Response) -> Response:
    """Pass the response through the after-request functions, and save the session.

    An error leaves the functions that did not run to the response that answers it, so
    that each runs once a request.
    """
    names = table_keys(ctx.request.endpoint) if app.after_request_funcs else ()
    if (
        ctx._own_after is not None
        or app._kernel_plugins.request_hooks.after_request
        or (names and not app.after_request_funcs.keys().isdisjoint(names))
    ) and not ctx._is_processed:
        if ctx._after_chain is None:
            ctx._after_chain = _after_functions(app, ctx, names)
        for function in ctx._after_chain:
            result = function(response)
            if result is None:
                raise TypeError(f"{function!r} returned None and not the response.")
            response = result
    if ctx._opened is not None or "HTTP_COOKIE" in ctx.request.environ:
        save_session(app, ctx, response)
    ctx._after_chain = None
    return response


def _after_functions(
    app: Kernos, ctx: RequestContext, names: tuple[str | None, ...]
) -> t.Iterator[t.Callable[[t.Any], t.Any]]:
    """Yield the request's own functions, the blueprints', the application's, the plugins'."""
    for function in ctx._own_after or ():
        yield app.ensure_sync(function)  # not remembered: it lives for this request only
    sync = ctx._line.sync
    for name in names:
        for function in reversed(app.after_request_funcs.get(name, ())):
            yield sync(app, function)
    for hook in app._kernel_plugins.request_hooks.after_request:
        yield _keeping(hook, app, ctx)


def _keeping(
    hook: t.Callable[..., t.Any], app: Kernos, ctx: RequestContext
) -> t.Callable[[t.Any], t.Any]:
    def after(response: t.Any) -> t.Any:
        result = hook(app, ctx, response)
        return response if result is None else result

    return after


def headers_if_unseen(app: Kernos, ctx: RequestContext) -> HeaderPairs | None:
    """Return the headers that :func:`process_response` would add, if nobody saw the response.

    Returns:
        None where a function, a receiver, a plugin or the session's interface is to see it.
    """
    if (
        ctx._own_after is not None
        or request_finished.receivers
        or app._kernel_plugins.request_hooks.after_request
        or app.after_request_funcs
    ):
        return None
    session: t.Any = ctx._opened
    if session is None:
        if "HTTP_COOKIE" not in ctx.request.environ or not _wants_refresh(app, ctx):
            return ()
        session = ctx._session
    interface = session_interface_of(app)
    # Of the class: what hands on to another interface may do more on the way.
    ask: t.Any = getattr(type(interface), "_unsaved_headers", None)
    return None if ask is None else ask(interface, app, session)


def save_session(app: Kernos, ctx: RequestContext, response: Response) -> None:
    """Save a session that was opened, or whose cookie wants to be refreshed."""
    session = ctx._opened
    if session is None:
        if not _wants_refresh(app, ctx):
            return
        session = ctx._session
    interface = session_interface_of(app)
    if not interface.is_null_session(session) and type(session) is not contracts.LostSession:
        interface.save_session(app, session, response)
        private = app._session_cache_control
        if private:
            _keep_private(response, private)


def _keep_private(response: t.Any, cache_control: str) -> None:
    """Have no cache hand a session's cookie to others, unless the view says otherwise."""
    if not isinstance(response, Response):
        if "Set-Cookie" in response.headers and "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = cache_control
    elif (
        response._has_header("Set-Cookie")
        and not response._has_header("Cache-Control")
        and not response._add_plain_header("Cache-Control", cache_control)
    ):
        response.headers["Cache-Control"] = cache_control


def _wants_refresh(app: Kernos, ctx: RequestContext) -> bool:
    return (
        app.config["SESSION_REFRESH_EACH_REQUEST"]
        and app._has_component("sessions")
        and app.session_interface.get_cookie_name(app) in ctx.request.cookies
    )
