"""The contract of the ``routing`` slot."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from kernos.ctx import AppContext, RequestContext


@t.runtime_checkable
class Rule(t.Protocol):
    """One route as its router knows it."""

    @property
    def rule(self) -> str:
        """The URL rule, as it was written."""
        ...

    @property
    def endpoint(self) -> t.Any:
        """What :meth:`Router.match` answers with."""
        ...

    @property
    def methods(self) -> t.Collection[str] | None:
        """The HTTP methods in upper case; None takes every method."""
        ...

    @property
    def arguments(self) -> t.Collection[str]:
        """The names of the rule's arguments."""
        ...

    @property
    def defaults(self) -> t.Mapping[str, t.Any] | None:
        """Values of arguments that the URL does not hold."""
        ...


@t.runtime_checkable
class Router(t.Protocol):
    """Match URLs to endpoints, and build URLs from them.

    One instance serves all threads. :meth:`match` may be called while
    :meth:`add` runs in another thread, and then sees the table before or after.

    A router may also have ``snapshot() -> object`` and ``restore(snapshot)``:
    the kernel then takes back rules that a failed registration had added. What
    ``snapshot()`` returns may have ``without(rules)``, the same without some rules:
    the kernel then forgets those of a plugin that is dropped, which else answer 404.
    """

    #: The converters by name; the application adds its own by assignment.
    converters: t.MutableMapping[str, t.Any]

    def add(
        self,
        rule: str,
        endpoint: t.Any,
        methods: t.Collection[str] | None,
        **options: t.Any,
    ) -> Rule:
        """Add one route and return it.

        Args:
            rule: The URL rule; converters are named as in ``<int:id>``.
            endpoint: What :meth:`match` answers with.
            methods: The HTTP methods in upper case; None takes every method.
            **options: The router's own: ``defaults``, ``subdomain``, ``host``,
                ``strict_slashes`` … One of them, ``provide_automatic_options``,
                is never passed.

        Raises:
            LookupError: The rule names a converter that is not known.
            ValueError: The rule cannot be understood.
        """
        ...

    def match(self, environ: WSGIEnvironment) -> tuple[Rule, dict[str, t.Any]]:
        """Return the rule that answers a request, and its arguments.

        Raises:
            werkzeug.exceptions.NotFound: No rule matches the path.
            werkzeug.exceptions.MethodNotAllowed: Rules match, none with the method.
            werkzeug.routing.RequestRedirect: The canonical URL is another one.
        """
        ...

    def build(
        self,
        endpoint: t.Any,
        values: t.Mapping[str, t.Any],
        *,
        ctx: RequestContext | AppContext | None,
        method: str | None = None,
        scheme: str | None = None,
        external: bool | None = None,
    ) -> str:
        """Return the URL of an endpoint.

        Args:
            endpoint: As given to :meth:`add`; never relative.
            values: Arguments of the rule; what is left over becomes the query.
            ctx: The request's context, or the application's outside a request;
                tells host, scheme and prefix.
            method: Prefer the rule that takes it.
            scheme: The scheme of an external URL.
            external: Whether scheme and host stand in front.

        Raises:
            werkzeug.routing.BuildError: No rule fits endpoint, values and method.
        """
        ...

    def rules(self) -> t.Iterable[Rule]:
        """Return the rules in the order in which they were added."""
        ...
