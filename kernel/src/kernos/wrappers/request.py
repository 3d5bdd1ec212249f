"""The request: Werkzeug's, whose attributes are made when they are read.

Source: Flask's API page, "Incoming Request Data"; Werkzeug's ``Request``.
"""

from __future__ import annotations

import typing as t

from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import BadRequest, HTTPException

from kernos.lazy import lazy
from kernos.names import split_blueprint_path
from kernos.wrappers.forms import parse_fields
from kernos.wrappers.host import is_host
from kernos.wrappers.incoming import IncomingBody

if t.TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.datastructures import Authorization, MultiDict

    from kernos.contracts import Rule

_BAD_HOST = "The Host header is not a valid host name."


def _decoded(value: str) -> str:
    return value.encode("latin1").decode(errors="replace")


class Request(IncomingBody):
    """The request that a view handles.

    Args:
        environ: The WSGI environment.
        populate_request: Put the request into the environment, for other WSGI code.
        shallow: Refuse to read the body.
    """

    #: The rule that matched, None before or without a match.
    url_rule: Rule | None = None
    #: The arguments of the view, None when nothing matched.
    view_args: dict[str, t.Any] | None = None
    #: What went wrong while matching; raised when the request is dispatched.
    routing_exception: HTTPException | None = None

    def __init__(
        self,
        environ: WSGIEnvironment,
        populate_request: bool = True,
        shallow: bool = False,
    ) -> None:
        # Werkzeug's constructor reads ten attributes; here each waits to be asked for.
        self.environ = environ
        # Each request reads these, and finds them on the instance more quickly.
        self.url_rule = None
        self.view_args = None
        self.routing_exception = None
        self._has_files = False
        if shallow:
            self.shallow = True
        elif populate_request:
            environ["werkzeug.request"] = self

    # --- what Werkzeug's constructor would have set --------------------------------

    @lazy
    def method(self) -> str:
        """The method in upper case."""
        method: str = self.environ.get("REQUEST_METHOD", "GET")
        return method.upper()

    @lazy
    def scheme(self) -> str:
        """The URL's scheme, ``http`` or ``https``."""
        scheme: str = self.environ.get("wsgi.url_scheme", "http")
        return scheme

    @lazy
    def server(self) -> tuple[str, int | None] | None:
        """The server's own address; a path and None for a Unix socket."""
        name = self.environ.get("SERVER_NAME")
        if name is None:
            return None
        try:
            return name, int(self.environ["SERVER_PORT"])
        except (KeyError, TypeError, ValueError):  # a Unix socket
            return name, None

    @lazy
    def root_path(self) -> str:
        """The prefix that the application is mounted under, without a final slash."""
        return _decoded(self.environ.get("SCRIPT_NAME") or "").rstrip("/")

    @lazy
    def path(self) -> str:
        """The path behind the prefix, with one slash in front."""
        return "/" + _decoded(self.environ.get("PATH_INFO") or "").lstrip("/")

    @lazy
    def query_string(self) -> bytes:
        """What follows the question mark, raw; bytes that are no UTF-8 are replaced."""
        text: str = self.environ.get("QUERY_STRING", "")
        raw = text.encode("latin1", "replace")
        if text.isascii():
            return raw
        try:
            raw.decode()
        except UnicodeDecodeError:
            return raw.decode(errors="replace").encode()
        return raw

    @lazy
    def args(self) -> MultiDict[str, str]:
        """The arguments of the query; quoted bytes that are no UTF-8 stay quoted."""
        query = self.query_string
        if query.isascii() and self.parameter_storage_class is ImmutableMultiDict:
            return parse_fields(query.decode())
        return super().args

    @lazy
    def remote_addr(self) -> str | None:
        """The client's address, as the server sees it."""
        return self.environ.get("REMOTE_ADDR")

    # --- hosts and URLs: a bad Host header is the client's fault, a 400 ------------

    @lazy
    def host(self) -> str:
        """The host of the URL, with its port where that is not the scheme's own.

        Raises:
            BadRequest: The header is no host name.
            SecurityError: It is not one of the trusted hosts.
        """
        # What matters is the header: the server's own name is the operator's.
        if not is_host(self.environ.get("HTTP_HOST", "")):
            raise BadRequest(_BAD_HOST)
        return super().host

    @property
    def authorization(self) -> Authorization | None:
        """The ``Authorization`` header, None when it is missing or malformed."""
        try:
            return super().authorization
        except ValueError:
            return None

    # --- the route -------------------------------------------------------------------

    @property
    def endpoint(self) -> str | None:
        """The endpoint that matched, None when nothing did."""
        return None if self.url_rule is None else self.url_rule.endpoint

    @property
    def blueprint(self) -> str | None:
        """The full name of the blueprint that the endpoint belongs to, or None."""
        endpoint = self.endpoint
        if endpoint is not None and "." in endpoint:
            return endpoint.rpartition(".")[0]
        return None

    @property
    def blueprints(self) -> list[str]:
        """The names of :attr:`blueprint` and of those it is nested in, inmost first."""
        name = self.blueprint
        return [] if name is None else split_blueprint_path(name)

    def close(self) -> None:
        """Close the files that came with the request."""
        if self.__dict__.get("files"):
            super().close()
