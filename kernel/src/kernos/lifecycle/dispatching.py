"""Before the view, and the view."""

from __future__ import annotations

import inspect
import typing as t
from types import FunctionType

from werkzeug.exceptions import HTTPException, MethodNotAllowed

from kernos.names import table_keys

if t.TYPE_CHECKING:
    from kernos.app import Kernos
    from kernos.ctx import RequestContext
    from kernos.wrappers import Response

_SYNC_LIMIT = 10_000


def preprocess(app: Kernos, ctx: RequestContext) -> t.Any:
    """Call the before-request functions; the first answer takes the view's place.

    Plugins first, then the application, then the blueprints, outermost first.
    """
    for hook in app._kernel_plugins.request_hooks.before_request:
        value = hook(app, ctx)
        if value is not None:
            return value
    if app.before_request_funcs or app.url_value_preprocessors:
        return _call_functions(app, ctx)
    return None


def _call_functions(app: Kernos, ctx: RequestContext) -> t.Any:
    request = ctx.request
    names = table_keys(request.endpoint)
    sync = ctx._line.sync
    if app.url_value_preprocessors:
        for name in reversed(names):
            for function in app.url_value_preprocessors.get(name, ()):
                function(request.endpoint, request.view_args)
    for name in reversed(names):
        for function in app.before_request_funcs.get(name, ()):
            value = sync(app, function)()
            if value is not None:
                return value
    return None


def dispatch(app: Kernos, ctx: RequestContext) -> t.Any:
    """Call the view of the rule that matched, or raise what matching found wrong."""
    request = ctx.request
    if request.routing_exception is not None:
        app.raise_routing_exception(request)
    rule: t.Any = request.url_rule
    if request.environ["REQUEST_METHOD"] == "OPTIONS" and getattr(
        rule, "provide_automatic_options", False
    ):
        return app.make_default_options_response()
    view = app.view_functions[rule.endpoint]
    arguments: t.Any = request.view_args
    if type(view) is FunctionType and view in app._sync_functions:
        return view(**arguments) if arguments else view()
    return ctx._line.sync(app, view)(**arguments)


def raise_routing_exception(app: Kernos, ctx: RequestContext) -> t.NoReturn:
    """Raise the routing error; in debug mode, a redirect that loses a form explains itself."""
    request = ctx.request
    error = request.routing_exception
    assert error is not None
    if app.debug and request.method not in ("GET", "HEAD", "OPTIONS"):
        from werkzeug.routing import RequestRedirect

        if isinstance(error, RequestRedirect) and error.code not in (307, 308):
            from kernos.debughelpers import FormDataRoutingRedirect

            raise FormDataRoutingRedirect(request)
    raise error


def options_response(app: Kernos, ctx: RequestContext) -> Response:
    """Return the automatic answer to OPTIONS: the methods that the URL takes."""
    adapter: t.Any = ctx.url_adapter if app._has_url_adapters() else None
    if hasattr(adapter, "allowed_methods"):
        methods = adapter.allowed_methods()
    else:
        methods = _methods_of_url(app, ctx)
    response = app.response_class()
    response.allow.update(methods)
    return response


def _methods_of_url(app: Kernos, ctx: RequestContext) -> t.Iterable[str]:
    """Ask the router with a method that nobody takes; its error has those that are taken."""
    try:
        app._url_router.match({**ctx.request.environ, "REQUEST_METHOD": "--"})
    except MethodNotAllowed as error:
        return error.valid_methods or ()
    except HTTPException:
        pass
    return getattr(ctx.request.url_rule, "methods", None) or ()


def sync(app: Kernos, function: t.Callable[..., t.Any]) -> t.Callable[..., t.Any]:
    """Return the function itself, or for a coroutine function one that waits for it.

    To look a function over costs more than a small view; what was found plain is kept.
    """
    known = app._sync_functions
    try:
        if function in known:
            return function
    except TypeError:  # an object that is called and cannot be hashed
        return app.ensure_sync(function)
    ready = app.ensure_sync(function)
    if ready is function and not inspect.iscoroutinefunction(function):
        if len(known) < _SYNC_LIMIT:
            known.add(function)
    return ready
