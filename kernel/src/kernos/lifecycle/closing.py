"""The end of a request: everything that was registered for it runs, once."""

from __future__ import annotations

import typing as t

from kernos.globals import _cv_app
from kernos.hooks.calling import raise_errors, run_all
from kernos.lifecycle.failures import propagates
from kernos.names import table_keys
from kernos.signals import (
    appcontext_popped,
    appcontext_tearing_down,
    request_tearing_down,
    send_to_all,
)

if t.TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from kernos.app import Kernos
    from kernos.ctx import AppContext, RequestContext


def close(
    app: Kernos,
    ctx: RequestContext,
    environ: WSGIEnvironment,
    failure: BaseException | None,
) -> None:
    """Pop a served request's contexts; its response is kept whatever teardown raises.

    Raises:
        Exception: What teardown functions raised, under TESTING and
            PROPAGATE_EXCEPTIONS only; it is logged otherwise.
    """
    if not ctx._cv_tokens:  # it could not even be bound
        return
    if failure is not None and app.should_ignore_error(failure):
        failure = None
    preserve = environ.get("werkzeug.debug.preserve_context")
    if preserve is not None:
        preserve(_cv_app.get())
        preserve(ctx)
    try:
        ctx.pop(failure)
    except Exception as error:
        _keep_response(app, error)


def end_stream(
    app: Kernos, ctx: RequestContext, owned: AppContext | None, failure: BaseException | None
) -> None:
    """Tear down a request whose response was streamed, and is current again.

    Raises:
        Exception: As :func:`close`.
    """
    if failure is not None and app.should_ignore_error(failure):
        failure = None
    if ctx._opened is not None and ctx._opened.modified:
        app.logger.warning("The session was changed while the response was streamed: too late.")
    errors = run_all([ctx._tear_down], failure)
    if owned is not None:
        errors += run_all([ctx._stages.teardown_appcontext], app, owned, failure)
        errors += run_all([owned._announce_pop])
    try:
        raise_errors(errors, "Errors in teardown functions")
    except Exception as error:
        _keep_response(app, error)


def _keep_response(app: Kernos, error: Exception) -> None:
    """Log what a served request's teardown raised, unless it is to be raised."""
    if propagates(app):
        raise error
    from kernos.lifecycle.observers import is_news

    if is_news(app, error):
        app.logger.error("A teardown function failed", exc_info=error)


def end_plainly(app: Kernos, ctx: RequestContext, environ: WSGIEnvironment) -> bool:
    """End a request by putting the variables back, if its functions alone wait for its end.

    The context's own methods must not have been replaced.

    Returns:
        False, with nothing done, where there is more to tear down.
    """
    if not (
        ctx._line.ends_plainly
        and not ctx._holds
        and not ctx.request._has_files
        and not app.teardown_appcontext_funcs
        and not app._kernel_plugins.request_hooks.tears_down
        and not request_tearing_down.receivers
        and not appcontext_tearing_down.receivers
        and not appcontext_popped.receivers
        and "werkzeug.debug.preserve_context" not in environ
    ):
        return False
    functions = app.teardown_request_funcs
    if not functions or functions.keys().isdisjoint(table_keys(ctx.request.endpoint)):
        return ctx._leave()
    errors = run_all([ctx._line.teardown_request], app, ctx, None)
    if errors or ctx.request._has_files or not ctx._leave():
        try:
            ctx._end(None, errors + run_all([ctx._close_request]))
        except Exception as error:
            _keep_response(app, error)
    return True


def teardown_request(app: Kernos, ctx: RequestContext, error: BaseException | None) -> None:
    """Run the teardown functions: the blueprints', the application's, the plugins'.

    Raises:
        BaseException: What they raised, after all have run; several as a group.
    """
    errors: list[BaseException] = []
    sync = ctx._line.sync
    if app.teardown_request_funcs:
        for name in table_keys(ctx.request.endpoint):
            for function in reversed(app.teardown_request_funcs.get(name, ())):
                try:
                    sync(app, function)(error)
                except BaseException as failure:
                    errors.append(failure)
    if request_tearing_down.receivers:
        errors += send_to_all(request_tearing_down, app, exc=error)
    hooks = app._kernel_plugins.request_hooks.teardown_request
    if hooks:
        errors += run_all(hooks, app, ctx, error)
    if errors:
        raise_errors(errors, "Errors in the teardown of a request")


def teardown_appcontext(app: Kernos, ctx: AppContext, error: BaseException | None) -> None:
    """Run the teardown functions of an application context.

    Raises:
        BaseException: What they raised, after all have run; several as a group.
    """
    errors: list[BaseException] = []
    if app.teardown_appcontext_funcs:
        synced = [ctx._stages.sync(app, one) for one in reversed(app.teardown_appcontext_funcs)]
        errors += run_all(synced, error)
    if appcontext_tearing_down.receivers:
        errors += send_to_all(appcontext_tearing_down, app, exc=error)
    hooks = app._kernel_plugins.request_hooks.teardown_appcontext
    if hooks:
        errors += run_all(hooks, app, ctx, error)
    if errors:
        raise_errors(errors, "Errors in the teardown of an application context")
