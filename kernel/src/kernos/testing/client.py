"""A client that sends requests to an application without a server.

Source: Flask's page "Testing Flask Applications".
"""

from __future__ import annotations

import typing as t
from contextlib import ExitStack, contextmanager
from copy import copy
from urllib.parse import urlsplit

import werkzeug.test
from werkzeug.test import Client
from werkzeug.wrappers import Request as WerkzeugRequest

if t.TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.test import TestResponse

    from kernos.app import Kernos
    from kernos.contracts import SessionMixin


class EnvironBuilder(werkzeug.test.EnvironBuilder):
    """Make the environment of a request to an application, by its configuration.

    Args:
        app: The application: its name, root, scheme and JSON are used.
        path: The URL's path, or a whole URL.
        base_url: Scheme, host and root; by default the application's.
        subdomain: Stands before ``SERVER_NAME``.
        url_scheme: By default ``PREFERRED_URL_SCHEME``.
        *args: For Werkzeug's builder.
        **kwargs: For Werkzeug's builder: ``method``, ``data``, ``json``, ``headers`` …
    """

    def __init__(
        self,
        app: Kernos,
        path: str = "/",
        base_url: str | None = None,
        subdomain: str | None = None,
        url_scheme: str | None = None,
        *args: t.Any,
        **kwargs: t.Any,
    ) -> None:
        if base_url is not None and (subdomain or url_scheme):
            raise AssertionError('Cannot pass "subdomain" or "url_scheme" with "base_url".')
        if base_url is None:
            host = app.config.get("SERVER_NAME") or "localhost"
            root = app.config["APPLICATION_ROOT"]
            if subdomain:
                host = f"{subdomain}.{host}"
            url = urlsplit(path)
            scheme = url_scheme or url.scheme or app.config["PREFERRED_URL_SCHEME"]
            base_url = f"{scheme}://{url.netloc or host}/{root.lstrip('/')}"
            path = url.path
            if url.query:
                path = f"{path}?{url.query}"
        self.app = app
        super().__init__(path, base_url, *args, **kwargs)

    def json_dumps(self, obj: t.Any, **kwargs: t.Any) -> str:
        """Write JSON as the application does."""
        return self.app.json.dumps(obj, **kwargs)


class KernosClient(Client):
    """Werkzeug's client, with the application's defaults, contexts and sessions.

    Used with ``with``, it keeps the contexts of the last request, so that a test can
    look at ``request``, ``session`` and ``g``: they are entered once more, and torn
    down once more at the next request or the end of the block.
    """

    application: Kernos

    def __init__(self, *args: t.Any, **kwargs: t.Any) -> None:
        super().__init__(*args, **kwargs)
        self.preserve_context = False
        self._new_contexts: list[t.ContextManager[t.Any]] = []
        self._context_stack = ExitStack()
        self.environ_base: dict[str, t.Any] = {
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_USER_AGENT": f"Werkzeug/{_werkzeug_version()}",
        }

    @contextmanager
    def session_transaction(self, *args: t.Any, **kwargs: t.Any) -> t.Iterator[SessionMixin]:
        """Open the session of the next request, and save it at the end of the block.

        Args:
            *args: As for the request methods.
            **kwargs: As for the request methods.

        Raises:
            TypeError: The client keeps no cookies.
            RuntimeError: The application cannot open a session.
        """
        if self._cookies is None:
            raise TypeError("Cookies are disabled. Create a client with 'use_cookies=True'.")
        app = self.application
        ctx = app.test_request_context(*args, **kwargs)
        self._add_cookies_to_wsgi(ctx.request.environ)
        with ctx:
            session = app.session_interface.open_session(app, ctx.request)
        if session is None:
            raise RuntimeError(
                "Session backend did not open a session.\n"
                "  fix: app.secret_key = secrets.token_hex()"
            )
        yield session
        if app.session_interface.is_null_session(session):
            return
        response = app.response_class()
        with ctx:
            app.session_interface.save_session(app, session, response)
        self._update_cookies_from_response(
            ctx.request.host.partition(":")[0],
            ctx.request.path,
            response.headers.getlist("Set-Cookie"),
        )

    def _copy_environ(self, other: WSGIEnvironment) -> WSGIEnvironment:
        environ = {**self.environ_base, **other}
        if self.preserve_context:
            environ["werkzeug.debug.preserve_context"] = self._new_contexts.append
        return environ

    def _request_from_builder_args(
        self, args: tuple[t.Any, ...], kwargs: dict[str, t.Any]
    ) -> WerkzeugRequest:
        kwargs["environ_base"] = self._copy_environ(kwargs.get("environ_base", {}))
        builder = EnvironBuilder(self.application, *args, **kwargs)
        try:
            return builder.get_request()
        finally:
            builder.close()

    def open(
        self,
        *args: t.Any,
        buffered: bool = False,
        follow_redirects: bool = False,
        **kwargs: t.Any,
    ) -> TestResponse:
        """Send one request, and return the response.

        Args:
            *args: A path and more for :class:`EnvironBuilder`; or one builder, request
                or environment.
            buffered: Read the whole body at once.
            follow_redirects: Return the last response of a chain.
            **kwargs: For :class:`EnvironBuilder`.
        """
        request: WerkzeugRequest
        only = args[0] if args and not kwargs else None
        if isinstance(only, werkzeug.test.EnvironBuilder):
            builder = copy(only)
            builder.environ_base = self._copy_environ(builder.environ_base or {})  # type: ignore[arg-type]
            request = builder.get_request()
        elif isinstance(only, dict):
            request = EnvironBuilder.from_environ(
                only, app=self.application, environ_base=self._copy_environ({})
            ).get_request()
        elif isinstance(only, WerkzeugRequest):
            request = copy(only)
            request.environ = self._copy_environ(request.environ)
        else:
            request = self._request_from_builder_args(args, kwargs)
        # A new request's contexts take the place of the last one's.
        self._context_stack.close()
        response = super().open(request, buffered=buffered, follow_redirects=follow_redirects)
        response.json_module = _LateJSON(self.application)  # type: ignore[assignment]
        for context in self._new_contexts:  # of redirects that were followed, the last on top
            self._context_stack.enter_context(context)
        self._new_contexts.clear()
        return response

    def __enter__(self) -> t.Self:
        if self.preserve_context:
            raise RuntimeError("Cannot nest client invocations")
        self.preserve_context = True
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.preserve_context = False
        self._context_stack.close()


class _LateJSON:
    """The application's JSON provider, asked for only where a test reads JSON."""

    def __init__(self, app: Kernos) -> None:
        self._app = app

    def __getattr__(self, name: str) -> t.Any:
        return getattr(self._app.json, name)


def _werkzeug_version() -> str:
    from importlib.metadata import version

    return version("werkzeug")
