"""Whether the ``Host`` header of a request is a host, and one that is trusted."""

from __future__ import annotations

import typing as t
import warnings
import weakref

from werkzeug.wsgi import get_host

from kernos.contracts.own_names import asked_of

if t.TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from kernos import Kernos

#: The subdomain of a host that is not below the server's name; no rule has it.
NO_SUBDOMAIN = "<invalid>"

#: How many different headers are remembered; a client can send endless ones.
LIMIT = 1024


class HostGuard:
    """Ask the request about each header once, and remember the good ones.

    What a good host is, the application's request class decides in its ``host``.

    Args:
        app: Its configuration has the ``TRUSTED_HOSTS``.
    """

    def __init__(self, app: Kernos) -> None:
        self._app_ref = weakref.ref(app)  # it holds the router that holds this
        self._good: set[object] = set()

    def check(self, environ: WSGIEnvironment) -> None:
        """Return if the header is good.

        Raises:
            BadRequest: It is no host, or (SecurityError) not a trusted one.
        """
        header = environ.get("HTTP_HOST")
        app = t.cast("Kernos", self._app_ref())
        trusted = app.config.get("TRUSTED_HOSTS")
        key: object = header if trusted is None else (header, *trusted)
        if key in self._good:
            return
        # A copy, since a request registers itself in its environment.
        request = app.request_class(dict(environ))
        if trusted is not None:
            request.trusted_hosts = trusted
        request.host  # noqa: B018 - reading it is the check
        if header is not None or trusted is None:
            if len(self._good) >= LIMIT:
                self._good.clear()
            self._good.add(key)

    def subdomain_of(self, environ: WSGIEnvironment, server_name: str) -> str:
        """Return what stands before the server's name in the request's host.

        Warns, in the name of the application's class, of a host that is not below it.
        """
        app = self._app_ref()
        default_port = {"https": ":443", "wss": ":443"}.get(environ["wsgi.url_scheme"], ":80")
        host = get_host(environ).lower()
        name = server_name.lower().removesuffix(default_port)
        if host == name:
            return ""
        if host.endswith(f".{name}"):
            return ".".join(filter(None, host.removesuffix(f".{name}").split(".")))
        warnings.warn_explicit(
            f"Current server name {host!r} doesn't match configured server name {name!r}",
            UserWarning,
            filename=__file__,
            lineno=0,
            module=asked_of(app, "warns_as", type(app).__module__),
        )
        return NO_SUBDOMAIN
