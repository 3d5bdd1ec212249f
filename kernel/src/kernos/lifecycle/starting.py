"""Open a request: its session where that cannot wait, its route, and the news of it."""

from __future__ import annotations

import collections.abc as c
import typing as t

from werkzeug.exceptions import BadRequest, HTTPException

from kernos import contracts
from kernos.ctx.request import NOT_MADE
from kernos.errors import PluginError, SessionUnavailable
from kernos.hooks.calling import run_all
from kernos.signals import appcontext_pushed, request_started
from kernos.wrappers.host import is_host, known_hosts

if t.TYPE_CHECKING:
    from kernos.app import Kernos
    from kernos.contracts import SessionInterface, SessionMixin
    from kernos.ctx import RequestContext


def start(app: Kernos, ctx: RequestContext, is_stock: bool = True) -> None:
    """Do what comes before anything handles the request: find its rule and arguments.

    A routing error is kept for dispatch.

    Args:
        app: The application.
        ctx: The request's context, which is current.
        is_stock: Whether the context's methods are the kernel's own.
    """
    if appcontext_pushed.receivers:
        ctx._announce()
    if ctx._opened is None and not app._sessions_wait and app._opens_sessions_early():
        ctx._open_session()
    request = ctx.request
    environ = request.environ
    host = environ.get("HTTP_HOST", "")
    if host not in known_hosts and app._refuses_bad_hosts and not is_host(host):
        request.routing_exception = BadRequest("The Host header is not a valid host name.")
    elif not is_stock or ctx._adapter is not NOT_MADE or ctx._line.matches_by_adapter:
        ctx.match_request()
    else:
        try:
            request.url_rule, request.view_args = app._url_router.match(environ)
        except HTTPException as error:
            request.routing_exception = error


def announce(app: Kernos, ctx: RequestContext) -> None:
    """Say that a request has started: to the signal's receivers, then to the plugins."""
    if request_started.receivers:
        request_started.send(app, _async_wrapper=app.ensure_sync)
    hooks = app._kernel_plugins.request_hooks.request_started
    errors = run_all(hooks, app, ctx)
    if errors:
        from kernos.lifecycle.observers import report

        report(app, errors)


def session_interface_of(app: Kernos) -> SessionInterface:
    """Return who keeps an application's sessions: what is at hand, else what it says."""
    at_hand: SessionInterface | None = app._session_component
    return app.session_interface if at_hand is None else at_hand


def open_session(app: Kernos, ctx: RequestContext) -> SessionMixin:
    """Return the request's session, by the application's interface.

    Raises:
        SessionUnavailable: The interface raised.
    """
    interface = session_interface_of(app)
    try:
        session: t.Any = interface.open_session(app, ctx.request)
    except Exception as error:
        # Whoever handles the error finds an empty session, and not a second error.
        ctx._opened = contracts.LostSession()
        if isinstance(error, (SessionUnavailable, HTTPException)):
            raise
        raise SessionUnavailable(
            f"{app._name_of_component(interface)} could not open the session.",
            why=f"it raised {type(error).__name__}",
            fix="see the error above; a store that is down must be started",
        ) from error
    if session is None:
        return interface.make_null_session(app)
    if not isinstance(session, (dict, c.MutableMapping)):
        ctx._opened = contracts.LostSession()
        raise PluginError(
            f"{app._name_of_component(interface)} returned {type(session).__name__} from"
            " open_session().",
            why="a session is a mapping, and None means that there can be none",
            fix="class MySession(dict, SessionMixin): ...",
        )
    return session  # type: ignore[return-value]
