"""The request: Werkzeug's, whose attributes are made when they are read.

Source: Flask's API page, "Incoming Request Data"; Werkzeug's ``Request``.
"""

from __future__ import annotations

import json
import typing as t

from werkzeug.datastructures import EnvironHeaders
from werkzeug.exceptions import BadRequest
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request as WerkzeugRequest

from kernos.debughelpers import attach_enctype_error_multidict
from kernos.globals import _cv_app
from kernos.lazy import lazy
from kernos.names import split_blueprint_path
from kernos.wrappers import forms
from kernos.wrappers.body import GuardedStream
from kernos.wrappers.host import is_host

if t.TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.datastructures import Authorization
    from werkzeug.datastructures import Headers
    from werkzeug.datastructures import MultiDict
    from werkzeug.formparser import FormDataParser

    from kernos.contracts import Rule

_BAD_HOST = "The Host header is not a valid host name."


def _is_debugging() -> bool:
    ctx = _cv_app.get(None)
    return ctx is not None and ctx.app.debug


def _refuses_bad_forms() -> bool:
    ctx = _cv_app.get(None)
    return ctx is not None and ctx.app.refuses_bad_forms


def _decoded(value: str) -> str:
    return value.encode("latin1").decode(errors="replace")


class Request(WerkzeugRequest):
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

    shallow = False

    _max_content_length: int | None = None
    _max_form_memory_size: int | None = None
    _max_form_parts: int | None = None

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
        return t.cast(str, self.environ.get("REQUEST_METHOD", "GET")).upper()

    @lazy
    def scheme(self) -> str:
        """The URL's scheme, ``http`` or ``https``."""
        return t.cast(str, self.environ.get("wsgi.url_scheme", "http"))

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
        raw = t.cast(str, self.environ.get("QUERY_STRING", "")).encode("latin1", "replace")
        try:
            raw.decode()
        except UnicodeDecodeError:
            return raw.decode(errors="replace").encode()
        return raw

    @lazy
    def args(self) -> MultiDict[str, str]:
        """The arguments of the query; quoted bytes that are no UTF-8 stay quoted."""
        query = self.query_string
        if b"%" in query or not query.isascii():
            return super().args
        # Nothing is quoted but spaces: what the parser would do, without its questions.
        pairs = (
            pair.partition("=") for pair in query.decode().replace("+", " ").split("&") if pair
        )
        return self.parameter_storage_class((name, value) for name, _, value in pairs)

    @lazy
    def headers(self) -> Headers:
        """The headers that came with the request."""
        return EnvironHeaders(self.environ)

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

    # --- limits ---------------------------------------------------------------------

    @property
    def max_content_length(self) -> int | None:
        """The most bytes a body may have; ``MAX_CONTENT_LENGTH`` unless set here."""
        return self._limit("_max_content_length", "MAX_CONTENT_LENGTH", None)

    @max_content_length.setter
    def max_content_length(self, value: int | None) -> None:
        self._max_content_length = value

    @property
    def max_form_memory_size(self) -> int | None:
        """The most bytes a form's field may have; ``MAX_FORM_MEMORY_SIZE`` unless set."""
        return self._limit("_max_form_memory_size", "MAX_FORM_MEMORY_SIZE", 500_000)

    @max_form_memory_size.setter
    def max_form_memory_size(self, value: int | None) -> None:
        self._max_form_memory_size = value

    @property  # type: ignore[override]
    def max_form_parts(self) -> int | None:
        """The most fields and files a form may have; ``MAX_FORM_PARTS`` unless set."""
        return self._limit("_max_form_parts", "MAX_FORM_PARTS", 1_000)

    @max_form_parts.setter
    def max_form_parts(self, value: int | None) -> None:
        self._max_form_parts = value

    def _limit(self, name: str, key: str, default: int | None) -> int | None:
        if name in self.__dict__:
            return t.cast("int | None", self.__dict__[name])
        ctx = _cv_app.get(None)
        return default if ctx is None else ctx.app.config[key]

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

    #: Whether files may have come with it, which its end must close.
    _has_files = True

    def close(self) -> None:
        """Close the files that came with the request."""
        if self.__dict__.get("files"):
            super().close()

    # --- the body --------------------------------------------------------------------

    @lazy
    def json_module(self) -> t.Any:
        """What reads a JSON body: the provider of the blueprint or the application."""
        ctx = _cv_app.get(None)
        return json if ctx is None else ctx.json_provider

    @lazy
    def stream(self) -> t.IO[bytes]:
        """The body as a stream that ends where the body does."""
        return t.cast("t.IO[bytes]", GuardedStream(super().stream))

    @property
    def authorization(self) -> Authorization | None:
        """The ``Authorization`` header, None when it is missing or malformed."""
        try:
            return super().authorization
        except ValueError:
            return None

    def get_json(
        self, force: bool = False, silent: bool = False, cache: bool = True
    ) -> t.Any | None:
        """Return the data of a JSON body; Werkzeug's, and a 400 for one nested too deep."""
        try:
            return super().get_json(force=force, silent=silent, cache=cache)
        except RecursionError as error:
            return None if silent else self.on_json_loading_failed(ValueError(str(error)))

    def on_json_loading_failed(self, e: ValueError | None) -> t.Any:
        """Answer a body that is no JSON: why, in debug mode only.

        Raises:
            BadRequest: Always, when ``e`` is given.
            UnsupportedMediaType: The body does not claim to be JSON.
        """
        try:
            return super().on_json_loading_failed(e)
        except BadRequest as error:
            if _is_debugging():
                raise
            raise BadRequest from error

    def make_form_data_parser(self) -> FormDataParser:
        """Return what reads the form; a strict application hears of what it cannot."""
        parser = super().make_form_data_parser()
        return forms.make_strict(parser) if _refuses_bad_forms() else parser

    def _load_form_data(self) -> None:
        if "form" in self.__dict__:
            return
        self._has_files = True  # perhaps
        if not _refuses_bad_forms():
            super()._load_form_data()
        else:
            forms.check_size(self)
            try:
                super()._load_form_data()
            except ValueError as error:
                raise forms.unreadable(error) from error
            forms.check_fields(self)
        # A form that forgot its enctype sends file names and no files.
        if _is_debugging() and self.mimetype != "multipart/form-data" and not self.files:
            attach_enctype_error_multidict(self)
