"""URLs that an application builds, and what may go wrong with them."""

from __future__ import annotations

import typing as t
from urllib.parse import quote

from werkzeug.utils import redirect as werkzeug_redirect

from kernos.ctx import AppContext
from kernos.globals import _cv_app, _cv_request
from kernos.names import split_blueprint_path

if t.TYPE_CHECKING:
    from werkzeug.routing import BuildError
    from werkzeug.wrappers import Response as WerkzeugResponse

    from kernos import typing as kt
    from kernos.app import Kernos
    from kernos.config import Config
    from kernos.contracts import Router
    from kernos.ctx import RequestContext
    from kernos.wrappers import Response

_ANCHOR_SAFE = "%!#$&'()*+,/:;=?@"


class UrlsMixin:
    """``url_for`` and ``redirect`` of an application."""

    if t.TYPE_CHECKING:
        _url_router: Router
        config: Config
        response_class: type[Response]
        url_build_error_handlers: list[t.Callable[..., str]]
        url_default_functions: dict[str | None, list[kt.URLDefaultCallable]]

    def url_for(
        self,
        /,
        endpoint: str,
        *,
        _anchor: str | None = None,
        _method: str | None = None,
        _scheme: str | None = None,
        _external: bool | None = None,
        **values: t.Any,
    ) -> str:
        """Return the URL of an endpoint; see :func:`kernos.url_for`.

        Raises:
            RuntimeError: Outside a request, without a ``SERVER_NAME``.
            ValueError: A scheme for a URL that is not external.
        """
        ctx: RequestContext | AppContext | None = _cv_request.get(None)
        if ctx is not None:
            endpoint = _absolute(endpoint, t.cast("t.Any", ctx).request.blueprint)
            if _external is None:
                _external = _scheme is not None
        else:
            ctx = _cv_app.get(None) or AppContext(t.cast("t.Any", self))
            has_place = ctx.url_adapter if self._has_url_adapters() else self.config["SERVER_NAME"]
            if has_place is None:
                raise RuntimeError(
                    "Unable to build URLs outside an active request without 'SERVER_NAME'"
                    " configured.\n"
                    "  fix: app.config['SERVER_NAME'] = 'example.org'   # APPLICATION_ROOT"
                    " and PREFERRED_URL_SCHEME count too"
                )
            if _external is None:
                _external = True
        if _scheme is not None and not _external:
            raise ValueError("When specifying '_scheme', '_external' must be True.")
        self.inject_url_defaults(endpoint, values)
        try:
            url = self._url_router.build(
                endpoint, values, ctx=ctx, method=_method, scheme=_scheme, external=_external
            )
        except LookupError as error:
            if not _is_build_error(error):
                raise
            values.update(_anchor=_anchor, _method=_method, _scheme=_scheme, _external=_external)
            return self.handle_url_build_error(error, endpoint, values)
        return url if _anchor is None else f"{url}#{quote(_anchor, safe=_ANCHOR_SAFE)}"

    def _has_url_adapters(self) -> bool:
        """Tell whether something makes URL adapters, the router or an override."""
        line = t.cast("Kernos", self)._request_line()
        return line.matches_by_adapter or hasattr(self._url_router, "create_url_adapter")

    def inject_url_defaults(self, endpoint: str, values: dict[str, t.Any]) -> None:
        """Let the ``url_defaults`` functions fill in values: the application's first."""
        names: list[str | None] = [None]
        if "." in endpoint:
            names += reversed(split_blueprint_path(endpoint.rpartition(".")[0]))
        for name in names:
            for function in self.url_default_functions.get(name, ()):
                function(endpoint, values)

    def handle_url_build_error(
        self, error: BuildError, endpoint: str, values: dict[str, t.Any]
    ) -> str:
        """Return what the first of ``url_build_error_handlers`` answers, or raise."""
        for handler in self.url_build_error_handlers:
            try:
                url = handler(error, endpoint, values)
            except LookupError as raised:
                if not _is_build_error(raised):
                    raise
                error = raised
            else:
                if url is not None:
                    return url
        raise error

    def redirect(self, location: str, code: int = 302) -> WerkzeugResponse:
        """Return a response of the application's class that redirects."""
        return werkzeug_redirect(location, code=code, Response=self.response_class)


def _is_build_error(error: LookupError) -> t.TypeGuard[BuildError]:
    from werkzeug.routing import BuildError  # a first response can do without

    return isinstance(error, BuildError)


def _absolute(endpoint: str, blueprint: str | None) -> str:
    """Return an endpoint's full name; one with a dot in front is the blueprint's own."""
    if not endpoint.startswith("."):
        return endpoint
    return endpoint[1:] if blueprint is None else f"{blueprint}{endpoint}"
