"""Flask's overridable methods, each one face of a stage, and what starts the line.

A face is for those who call or override it; the line itself calls the stages.
"""

from __future__ import annotations

import inspect
import os
import sys
import typing as t

from kernos import globals as proxies
from kernos.ctx import AppContext, RequestContext
from kernos.errors import RegistrationError
from kernos.globals import _cv_app, _cv_request
from kernos.lifecycle import closing, dispatching, failures, pipeline, responding
from kernos.wrappers.host import is_loopback

if t.TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.exceptions import HTTPException

    from kernos import typing as kt
    from kernos.app import Kernos
    from kernos.wrappers import Request, Response

_sentinel = object()


def _here() -> RequestContext:
    ctx = _cv_request.get(None)
    if ctx is None:
        proxies.request_ctx._get_current_object()  # type: ignore[attr-defined]  # raises: why
    return ctx  # type: ignore[return-value]


class _NoRequest:
    """Stands for the context where a response is made without a request."""

    request = None


class ServingMixin:
    """The faces of the stages."""

    if t.TYPE_CHECKING:
        debug: bool
        _sync_functions: set[t.Any]
        _ready_told: bool

        def _freeze_once(self) -> None: ...

    @property
    def _as_app(self) -> Kernos:
        return self  # type: ignore[return-value]

    # --- the server's side -------------------------------------------------------------

    #: Answers one request; wrap it in middleware: ``app.wsgi_app = M(app.wsgi_app)``.
    wsgi_app = pipeline.wsgi_app

    def request_context(self, environ: WSGIEnvironment) -> RequestContext:
        """Return the context of a request, not yet current."""
        return RequestContext(self._as_app, environ)

    def app_context(self) -> AppContext:
        """Return a context of the application: ``with app.app_context(): ...``."""
        return AppContext(self._as_app)

    # --- the line ------------------------------------------------------------------------

    def full_dispatch_request(self) -> Response:
        """Handle the current request, errors with a handler included."""
        if not self._ready_told:
            self._freeze_once()
        ctx = _here()
        response: Response = pipeline.full_dispatch(self._as_app, ctx, ctx._stages.finalize)
        return response

    def preprocess_request(self) -> kt.ResponseReturnValue | None:
        """Call the before-request functions; return the first answer, or None."""
        return dispatching.preprocess(self._as_app, _here())  # type: ignore[no-any-return]

    def dispatch_request(self) -> kt.ResponseReturnValue:
        """Call the view, and return what it returns."""
        return dispatching.dispatch(self._as_app, _here())  # type: ignore[no-any-return]

    def raise_routing_exception(self, request: Request) -> t.NoReturn:
        """Raise what matching the URL has found wrong."""
        dispatching.raise_routing_exception(self._as_app, _here())

    def make_default_options_response(self) -> Response:
        """Return the automatic answer to an OPTIONS request."""
        return dispatching.options_response(self._as_app, _here())

    def make_response(self, rv: kt.ResponseReturnValue) -> Response:
        """Return the response that a view's return value stands for.

        Raises:
            TypeError: It stands for none.
        """
        ctx: t.Any = _cv_request.get(None) or _NoRequest
        return responding.make_response(self._as_app, ctx, rv)

    def process_response(self, response: Response) -> Response:
        """Pass a response through the after-request functions, and save the session."""
        return responding.process_response(self._as_app, _here(), response)

    def finalize_request(
        self, rv: kt.ResponseReturnValue | HTTPException, from_error_handler: bool = False
    ) -> Response:
        """Turn a view's or a handler's return value into the response to send."""
        return responding.finalize(self._as_app, _here(), rv, from_error_handler)

    # --- errors ----------------------------------------------------------------------------

    def _find_error_handler(
        self, e: Exception, blueprints: list[str]
    ) -> kt.ErrorHandlerCallable | None:
        return failures.find_error_handler(self._as_app, e, blueprints)

    def handle_http_exception(self, e: HTTPException) -> HTTPException | kt.ResponseReturnValue:
        """Return a handler's answer to an HTTP error, else the error itself."""
        return failures.handle_http_exception(self._as_app, _here(), e)  # type: ignore[no-any-return]

    def trap_http_exception(self, e: Exception) -> bool:
        """Tell whether an HTTP error is handled like any other error."""
        return failures.trap_http_exception(self._as_app, e)

    def handle_user_exception(self, e: Exception) -> HTTPException | kt.ResponseReturnValue:
        """Return a handler's answer to an error, or raise it again."""
        return failures.handle_user_exception(self._as_app, _here(), e)  # type: ignore[no-any-return]

    def handle_exception(self, e: Exception) -> Response:
        """Answer an error that nobody handled with a 500, or raise it again."""
        return failures.handle_exception(self._as_app, _here(), e)

    def log_exception(self, exc_info: t.Any) -> None:
        """Log an error that nobody handled."""
        failures.log_exception(self._as_app, _here(), exc_info)

    def should_ignore_error(self, error: BaseException | None) -> bool:
        """Tell whether teardown functions are not told of an error; never, by default."""
        return False

    # --- the end ---------------------------------------------------------------------------

    def do_teardown_request(self, exc: BaseException | None = _sentinel) -> None:  # type: ignore[assignment]
        """Run the teardown functions of the current request."""
        if exc is _sentinel:
            exc = sys.exc_info()[1]
        closing.teardown_request(self._as_app, _here(), exc)

    def do_teardown_appcontext(self, exc: BaseException | None = _sentinel) -> None:  # type: ignore[assignment]
        """Run the teardown functions of the current application context."""
        if exc is _sentinel:
            exc = sys.exc_info()[1]
        ctx: t.Any = _cv_app.get(None) or AppContext(self._as_app)
        closing.teardown_appcontext(self._as_app, ctx, exc)

    # --- async -----------------------------------------------------------------------------

    def ensure_sync(self, func: t.Callable[..., t.Any]) -> t.Callable[..., t.Any]:
        """Return a function that a WSGI worker can call, a coroutine function wrapped."""
        if inspect.iscoroutinefunction(func):
            return self.async_to_sync(func)
        return func

    def async_to_sync(
        self, func: t.Callable[..., t.Coroutine[t.Any, t.Any, t.Any]]
    ) -> t.Callable[..., t.Any]:
        """Return a function that runs a coroutine function to its end.

        Raises:
            RuntimeError: ``asgiref`` is not installed.
        """
        try:
            from asgiref.sync import async_to_sync
        except ImportError:
            raise RuntimeError(
                'Install "kernos[async]" (asgiref) to use async views and functions:\n'
                '  fix: pip install "kernos[async]"'
            ) from None
        return async_to_sync(func)

    # --- the development server --------------------------------------------------------------

    def run(
        self,
        host: str | None = None,
        port: int | None = None,
        debug: bool | None = None,
        load_dotenv: bool = True,
        **options: t.Any,
    ) -> None:
        """Serve the application for development, until it is interrupted.

        Args:
            host: By default ``SERVER_NAME``'s, else 127.0.0.1.
            port: By default ``SERVER_NAME``'s, else 5000.
            debug: Turn debug mode on or off.
            load_dotenv: Load ``.env`` and its like first.
            **options: For ``werkzeug.serving.run_simple``.
        """
        app = self._as_app
        prefix = app._environment_prefix
        if os.environ.get(f"{prefix}_RUN_FROM_CLI") == "true":
            print(  # noqa: T201 - for the person at the terminal
                " * Ignoring a call to 'app.run()' that would block the current"
                f" '{prefix.lower()}' CLI command.\n"
                "   Only call it in an 'if __name__ == \"__main__\"' guard."
            )
            return
        command_line: t.Any = app._first_component("cli") if app._has_component("cli") else None
        if load_dotenv and hasattr(command_line, "load_dotenv"):
            command_line.load_dotenv(app)
            if f"{prefix}_DEBUG" in os.environ:
                app.debug = app._get_debug_flag()
        if debug is not None:
            app.debug = bool(debug)
        name, _, number = (app.config["SERVER_NAME"] or "").partition(":")
        host = host or name or "127.0.0.1"
        port = port if port is not None else int(number or 5000)
        options.setdefault("use_reloader", app.debug)
        options.setdefault("use_debugger", app.debug)
        options.setdefault("threaded", True)
        if options["use_debugger"] and not is_loopback(host):
            raise RegistrationError(
                f"The debugger would be served on {host!r}.",
                why="whoever reaches it runs code on this machine",
                fix='app.run(host="127.0.0.1")   # or use_debugger=False',
            )
        if hasattr(command_line, "show_server_banner"):
            command_line.show_server_banner(app)
        from werkzeug.serving import run_simple

        try:
            run_simple(host, port, app, **options)
        finally:
            # The module may be run again in an interactive shell, and set up anew.
            app._thaw()
