"""Whether the ``Host`` header of a request is a host, and one that is trusted."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from kernos import Kernos

#: How many different headers are remembered; a client can send endless ones.
LIMIT = 1024


class HostGuard:
    """Ask the request about each header once, and remember the good ones.

    What a good host is, the application's request class decides in its ``host``.

    Args:
        app: Its configuration has the ``TRUSTED_HOSTS``.
    """

    def __init__(self, app: Kernos) -> None:
        self._app = app
        self._good: set[object] = set()

    def check(self, environ: WSGIEnvironment) -> None:
        """Return if the header is good.

        Raises:
            BadRequest: It is no host, or (SecurityError) not a trusted one.
        """
        header = environ.get("HTTP_HOST")
        trusted = self._app.config.get("TRUSTED_HOSTS")
        key: object = header if trusted is None else (header, *trusted)
        if key in self._good:
            return
        # A copy, since a request registers itself in its environment.
        request = self._app.request_class(dict(environ))
        if trusted is not None:
            request.trusted_hosts = trusted
        request.host  # noqa: B018 - reading it is the check
        if header is not None or trusted is None:
            if len(self._good) >= LIMIT:
                self._good.clear()
            self._good.add(key)
