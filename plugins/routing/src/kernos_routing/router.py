"""The router: matches and builds URLs with Werkzeug's map."""

from __future__ import annotations

import typing as t
import weakref

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import BuildError, Map, MapAdapter, RequestPath, Rule, WebsocketMismatch
from werkzeug.routing.exceptions import NoMatch, RequestAliasRedirect

from kernos import Kernos
from kernos.contracts.own_names import asked_of
from kernos.errors import ContextError
from kernos_routing.literal import Snapshot
from kernos_routing.map import RouteMap, adopt, lazy_rule_class, safe_map_class

if t.TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from kernos import Request
    from kernos_routing.hosts import HostGuard

_WEBSOCKET_SCHEMES = frozenset(("ws", "wss"))

#: How many adapters are kept for building paths.
LIGHT_ADAPTERS = 64

_NO_SERVER_NAME = (
    "Unable to build URLs outside an active request without 'SERVER_NAME' configured."
    " Also configure 'APPLICATION_ROOT' and 'PREFERRED_URL_SCHEME' as needed."
)


class WerkzeugRouter:
    """Route with a ``werkzeug.routing.Map``, as Flask does, and as fast as it may be.

    Where the host has no say, :meth:`match` looks at the path alone: a table knows the
    paths without arguments, and the map's matcher the others. Everything that needs an
    absolute URL, a redirect say, goes through the full adapter. Both give one answer.

    Args:
        app: Read once for ``url_map_class`` and ``host_matching``, at each use for
            ``url_rule_class``, ``subdomain_matching`` and the configuration.
    """

    def __init__(self, app: Kernos) -> None:
        map_class = safe_map_class(getattr(app, "url_map_class", None) or Map)
        url_map = map_class(host_matching=bool(asked_of(app, "host_matching", False)))
        self._begin(weakref.ref(app), url_map)  # the application holds its router

    def _begin(self, app_ref: weakref.ref[Kernos], url_map: RouteMap) -> None:
        self._app_ref = app_ref
        self._hosts: HostGuard | None = None
        self.url_map = url_map

    @property
    def url_map(self) -> RouteMap:
        """The rules and converters; a map that is put in its place is made safe."""
        return self._url_map

    @url_map.setter
    def url_map(self, value: Map) -> None:
        self._url_map = adopt(value)
        self._url_map.refuse_groups = bool(asked_of(self._app, "strict_converters", True))
        self._light_adapters: dict[tuple[str | None, str, str], MapAdapter] = {}

    @property
    def _app(self) -> Kernos:
        return self._app_ref()  # type: ignore[return-value]

    def _guard(self) -> HostGuard:
        """Return what looks at hosts, made when the first host has a say."""
        from kernos_routing.hosts import HostGuard

        self._hosts = HostGuard(self._app)
        return self._hosts

    @property
    def converters(self) -> t.MutableMapping[str, t.Any]:
        """The converters by name; those added later serve rules added later."""
        return self.url_map.converters

    @converters.setter
    def converters(self, value: t.MutableMapping[str, t.Any]) -> None:
        self.url_map.converters = value  # type: ignore[assignment]

    # --- the table ---------------------------------------------------------------------

    def add(
        self,
        rule: str,
        endpoint: t.Any,
        methods: t.Collection[str] | None,
        **options: t.Any,
    ) -> Rule:
        """Add one route and return it; options are those of Werkzeug's ``Rule``.

        Raises:
            LookupError: The rule names a converter that is not known.
            ValueError: The rule cannot be understood, or could never match.
        """
        rule_class = lazy_rule_class(getattr(self._app, "url_rule_class", None))
        added: Rule = rule_class(rule, methods=methods, endpoint=endpoint, **options)
        self.url_map.add(added)
        return added

    def rules(self) -> t.Iterable[Rule]:
        """Return the rules in the order in which they were added."""
        return self.url_map.in_order()

    def snapshot(self) -> Snapshot:
        """Return the rules and converters of this moment."""
        return self.url_map.snapshot()

    def restore(self, snapshot: Snapshot) -> None:
        """Take back what was added since; the map stays the same object."""
        self.url_map.restore(snapshot)

    # --- from a URL to a rule ------------------------------------------------------------

    def match(self, environ: WSGIEnvironment) -> tuple[Rule, dict[str, t.Any]]:
        """Return the rule that answers a request, and its arguments.

        Raises:
            NotFound: No rule matches the path.
            MethodNotAllowed: Rules match, none with the method.
            RequestRedirect: The canonical URL is another one.
            BadRequest: The ``Host`` header is not trusted, or is needed and bad.
        """
        app: t.Any = self._app_ref()
        url_map = self._url_map
        if (
            url_map.host_matching
            or app.subdomain_matching
            or "HTTP_UPGRADE" in environ
            or environ["wsgi.url_scheme"] in _WEBSOCKET_SCHEMES
        ):
            return self.match_in_full(environ)
        if app.config["TRUSTED_HOSTS"] is not None or app.request_class.trusted_hosts is not None:
            (self._hosts or self._guard()).check(environ)
        method = environ["REQUEST_METHOD"].upper()
        raw = environ.get("PATH_INFO", "/")
        matcher = url_map._matcher
        domain = url_map.default_subdomain or ""
        for rule in matcher.plain[domain].get(raw, ()):
            if rule.methods is None or method in rule.methods:
                return rule, {}
        path = raw if raw.isascii() else raw.encode("latin1").decode(errors="replace")
        if path and (path[0] != "/" or "//" in path):
            path = "/" + path.lstrip("/")
        try:
            rule, arguments = matcher.match(domain, path, method, websocket=False)
        except NoMatch as error:
            if error.have_match_for:
                raise MethodNotAllowed(valid_methods=list(error.have_match_for)) from None
            if error.websocket_mismatch:
                raise WebsocketMismatch from None
            raise NotFound from None
        except (RequestPath, RequestAliasRedirect):
            return self.match_in_full(environ)
        if rule.redirect_to is not None or (
            len(url_map._rules_by_endpoint[rule.endpoint]) > 1 and url_map.may_redirect(rule)
        ):
            return self.match_in_full(environ)
        return rule, arguments

    def match_in_full(self, environ: WSGIEnvironment) -> tuple[Rule, dict[str, t.Any]]:
        """Answer as :meth:`match` does, by Werkzeug's adapter alone."""
        (self._hosts or self._guard()).check(environ)
        adapter = self._bind(environ)
        return t.cast("tuple[Rule, dict[str, t.Any]]", adapter.match(return_rule=True))

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Return what matches and builds URLs for one request, or without one.

        Args:
            request: The request; without one, ``SERVER_NAME`` says where we are.

        Returns:
            None without a request and without a ``SERVER_NAME``.

        Raises:
            BadRequest: The ``Host`` header is bad or not trusted.
        """
        config = self._app.config
        if request is not None:
            if (trusted := config.get("TRUSTED_HOSTS")) is not None:
                request.trusted_hosts = trusted
                request.__dict__.pop("host", None)  # it may have been read before
            request.host  # noqa: B018 - reading it is the check
            return self._bind(request.environ)
        if (server_name := config["SERVER_NAME"]) is None:
            return None
        return self.url_map.bind(
            server_name,
            script_name=config["APPLICATION_ROOT"],
            url_scheme=config["PREFERRED_URL_SCHEME"],
        )

    def _bind(self, environ: WSGIEnvironment) -> MapAdapter:
        app, url_map = self._app, self.url_map
        server_name = app.config["SERVER_NAME"]
        subdomain = None
        if url_map.host_matching:
            server_name = None  # the request's own host decides
        elif not app.subdomain_matching:
            subdomain = url_map.default_subdomain or ""
        elif server_name is not None:
            subdomain = (self._hosts or self._guard()).subdomain_of(environ, server_name)
        return url_map.bind_to_environ(environ, server_name=server_name, subdomain=subdomain)

    # --- from an endpoint to a URL ---------------------------------------------------------

    def build(
        self,
        endpoint: t.Any,
        values: t.Mapping[str, t.Any],
        *,
        ctx: t.Any,
        method: str | None = None,
        scheme: str | None = None,
        external: bool | None = None,
    ) -> str:
        """Return the URL of an endpoint.

        Args:
            endpoint: Its name; never relative.
            values: Arguments of the rule; the rest becomes the query.
            ctx: The context of the request, or of the application outside one.
            method: Prefer the rule that takes it.
            scheme: The scheme of an external URL.
            external: Whether scheme and host stand in front; None leaves them out unless
                there is a scheme, or no request.

        Raises:
            BuildError: No rule fits.
            ContextError: Nothing says what host the URL belongs to.
            BadRequest: The ``Host`` header should have said it, and is none.
        """
        in_request = hasattr(ctx, "request")
        if external is None:
            external = scheme is not None or not in_request
        if in_request and not external and self._has_light_adapter(ctx):
            built = self._build_path(endpoint, values, ctx.request.environ, method)
            if built is not None:
                return built
        adapter = None if ctx is None else ctx.url_adapter
        if adapter is None:
            raise _no_place(ctx)
        return t.cast(
            "str",
            adapter.build(
                endpoint,
                values,
                method=method,
                url_scheme=scheme,
                force_external=external,
            ),
        )

    def _has_light_adapter(self, ctx: t.Any) -> bool:
        """Tell whether a path can be built without the adapter, which looks at the host."""
        app = self._app
        return not (
            self.url_map.host_matching
            or app.subdomain_matching
            or ctx._has_url_adapter  # it is there, or was replaced
            or "create_url_adapter" in app.__dict__
            or "create_url_adapter" in self.__dict__
            or type(app).create_url_adapter is not Kernos.create_url_adapter
        )

    def _build_path(
        self,
        endpoint: t.Any,
        values: t.Mapping[str, t.Any],
        environ: WSGIEnvironment,
        method: str | None,
    ) -> str | None:
        """Return the URL if it is a path of this host, else None."""
        domain = self.url_map.default_subdomain or ""
        place = (environ.get("SCRIPT_NAME"), environ["REQUEST_METHOD"], domain)
        adapter = self._light_adapters.get(place)
        if adapter is None:
            adapter = self._light_adapter(*place)
        try:
            built = adapter.build(endpoint, values, method=method)
        except BuildError:  # raised again with the request's own adapter
            return None
        return built if built[:1] == "/" else None  # another host's, or a websocket's

    def _light_adapter(self, script_name: str | None, method: str, domain: str) -> MapAdapter:
        decoded = (script_name or "").encode("latin1").decode(errors="replace")
        adapter = MapAdapter(self.url_map, "", decoded, domain, "http", "/", method)
        if len(self._light_adapters) >= LIGHT_ADAPTERS:  # methods are the client's to make up
            self._light_adapters = {}
        self._light_adapters[script_name, method, domain] = adapter
        return adapter


def _no_place(ctx: t.Any) -> Exception:
    """Return why nothing says what host a URL belongs to."""
    request = getattr(ctx, "request", None)
    if request is not None and request.routing_exception is not None:
        return t.cast("Exception", request.routing_exception)  # an impossible Host header
    return ContextError(
        _NO_SERVER_NAME,
        why="the host of a URL comes from the request or from the configuration",
        fix='app.config["SERVER_NAME"] = "example.com"',
    )
