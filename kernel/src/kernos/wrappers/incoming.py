"""The half of the request that is its body: forms, JSON, bytes, and their limits.

A body that comes whole, in the ways that most do, is read in one go; every other takes
Werkzeug's way, over a stream.
"""

from __future__ import annotations

import json
import typing as t

from werkzeug.datastructures import EnvironHeaders, ImmutableMultiDict
from werkzeug.exceptions import BadRequest
from werkzeug.formparser import FormDataParser
from werkzeug.wrappers import Request as WerkzeugRequest

from kernos.contracts.stock import Stock
from kernos.globals import _cv_current_app
from kernos.lazy import lazy
from kernos.wrappers import body, forms
from kernos.wrappers.body import GuardedStream
from kernos.wrappers.forms import parse_fields

if t.TYPE_CHECKING:
    from werkzeug.datastructures import FileStorage, Headers

    from kernos.wrappers.request import Request

#: What most clients send; of others the MIME type is parsed.
_JSON_TYPES = frozenset(
    f"application/json{rest}" for rest in ("", "; charset=utf-8", ";charset=utf-8")
)


def _is_debugging() -> bool:
    ctx = _cv_current_app.get(None)
    return ctx is not None and ctx.app.debug


def _refuses_bad_forms() -> bool:
    ctx = _cv_current_app.get(None)
    return ctx is not None and ctx.app._refuses_bad_forms


class Limit:
    """A limit of bodies: the application's setting, unless the request has its own.

    Args:
        setting: The name of the setting.
        default: What holds without an application.
    """

    def __init__(self, setting: str, default: int | None) -> None:
        self._setting = setting
        self._default = default

    def __set_name__(self, owner: type, name: str) -> None:
        self._own = f"_{name}"

    def __get__(self, request: IncomingBody | None, owner: type) -> t.Any:
        if request is None:
            return self
        own = request.__dict__
        if self._own in own:
            return own[self._own]
        ctx = _cv_current_app.get(None)
        return self._default if ctx is None else ctx.app.config[self._setting]

    def __set__(self, request: IncomingBody, value: int | None) -> None:
        request.__dict__[self._own] = value


class IncomingBody(WerkzeugRequest):
    """A request, as far as its body goes."""

    shallow = False

    #: Whether files may have come with it, which its end must close.
    _has_files = True
    #: How many bytes were read without the stream, None before.
    _read_at_once: int | None = None

    @lazy
    def headers(self) -> Headers:
        """The headers that came with the request."""
        return EnvironHeaders(self.environ)

    # --- limits ---------------------------------------------------------------------

    #: The most bytes a body may have.
    max_content_length: int | None = Limit("MAX_CONTENT_LENGTH", None)  # type: ignore[assignment]

    #: The most bytes a form's field may have.
    max_form_memory_size: int | None = Limit("MAX_FORM_MEMORY_SIZE", 500_000)  # type: ignore[assignment]

    #: The most fields and files a form may have.
    max_form_parts: int | None = Limit("MAX_FORM_PARTS", 1_000)  # type: ignore[assignment]

    # --- bytes ----------------------------------------------------------------------

    @lazy
    def stream(self) -> t.IO[bytes]:
        """The body as a stream that ends where the body does."""
        read = self._read_at_once
        if read is None:
            return t.cast("t.IO[bytes]", GuardedStream(super().stream))
        return t.cast(
            "t.IO[bytes]", body.spent_stream(self.environ, read, self.max_content_length)
        )

    def get_data(  # type: ignore[override]
        self, cache: bool = True, as_text: bool = False, parse_form_data: bool = False
    ) -> bytes | str:
        """Return the body, as bytes or as text; empty once a form or a stream was read.

        Args:
            cache: Keep it, so that it can be read again, as a form too.
            as_text: Decode it; bytes that are no UTF-8 are replaced.
            parse_form_data: Read a form as such, and return what remains: nothing.
        """
        data = None
        if not parse_form_data and _STREAM.is_in(self):
            data = self._read_quickly()
        if data is None:
            return super().get_data(cache, as_text, parse_form_data)  # type: ignore[call-overload,no-any-return]
        if cache:
            self._cached_data = data
        return data.decode(errors="replace") if as_text else data

    def _read_quickly(self, form_limit: int | None = None) -> bytes | None:
        """Return a body that comes whole; None, with nothing read, for others."""
        if self.shallow:
            return None
        data = body.read_at_once(self.environ, self.max_content_length, form_limit)
        if data is not None:
            self._read_at_once = len(data)
        return data

    def _has_headers_sent(self) -> bool:
        """Tell whether the headers are the environment's, as far as they were looked at."""
        headers = self.__dict__.get("headers")
        return headers is None or (
            type(headers) is EnvironHeaders and headers.environ is self.environ
        )

    # --- JSON -----------------------------------------------------------------------

    @lazy
    def json_module(self) -> t.Any:
        """What reads a JSON body: the provider of the blueprint or the application."""
        ctx = _cv_current_app.get(None)
        if ctx is None:
            return json
        app = ctx.app
        return ctx._json_provider if app._blueprint_components else app.json

    @property
    def is_json(self) -> bool:
        """Whether the body claims to be JSON, or one of the formats built on it."""
        if self.environ.get("CONTENT_TYPE") in _JSON_TYPES and _TYPE.is_in(self):
            if self._has_headers_sent():
                return True
        return super().is_json

    def get_json(
        self, force: bool = False, silent: bool = False, cache: bool = True
    ) -> t.Any | None:
        """Return the data of a JSON body; Werkzeug's, and a 400 for one nested too deep."""
        try:
            if cache and not force and self.environ.get("CONTENT_TYPE") in _JSON_TYPES:
                data = self._read_quickly() if _JSON.is_in(self) else None
                if data is not None:
                    return self._read_json(data, silent)
            return super().get_json(force, silent, cache)
        except RecursionError as error:
            return None if silent else self.on_json_loading_failed(ValueError(str(error)))

    def _read_json(self, data: bytes, silent: bool) -> t.Any:
        """Do what Werkzeug does with the first JSON body of a request, and keep the value."""
        self._cached_data = data
        try:
            value = self.json_module.loads(data)
        except ValueError as error:
            value = None if silent else self.on_json_loading_failed(error)
            self._cached_json = (..., value) if silent else (value, ...)
        else:
            self._cached_json = (value, value)
        return value

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

    # --- forms ----------------------------------------------------------------------

    @lazy
    def form(self) -> ImmutableMultiDict[str, str]:
        """The fields of the form."""
        self._load_form_data()
        state = self.__dict__
        if state.get("files"):
            self._has_files = True
        fields: ImmutableMultiDict[str, str] = state["form"]
        return fields

    @lazy
    def files(self) -> ImmutableMultiDict[str, FileStorage]:
        """The files that came with the form, by the names of their fields."""
        self._load_form_data()
        files = self.__dict__.get("files")
        if files is None:  # the form was read in one go, which none with files is
            files = self.parameter_storage_class()
        else:
            self._has_files = True
        return t.cast("ImmutableMultiDict[str, FileStorage]", files)

    def make_form_data_parser(self) -> FormDataParser:
        """Return what reads the form; a strict application hears of what it cannot."""
        parser = super().make_form_data_parser()
        return forms.make_strict(parser) if _refuses_bad_forms() else parser

    def _load_form_data(self) -> None:
        if "form" in self.__dict__ or self._load_form_at_once():
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
            # In debug mode only.
            from kernos.debughelpers import attach_enctype_error_multidict

            attach_enctype_error_multidict(t.cast("Request", self))

    def _load_form_at_once(self) -> bool:
        """Read an urlencoded form that comes whole; False, with nothing read, for others."""
        ctx = _cv_current_app.get(None)
        if (
            ctx is None
            or self.environ.get("CONTENT_TYPE") not in forms.URLENCODED_TYPES
            or ctx.app.debug
            or self.parameter_storage_class is not ImmutableMultiDict
            or not _FORM.is_in(self)
            or not self._has_headers_sent()
        ):
            return False
        is_strict = ctx.app._refuses_bad_forms
        data = self._read_quickly(self.max_form_memory_size if is_strict else None)
        if data is None:
            return False
        try:
            form = parse_fields(data.decode())
        except ValueError as error:
            if is_strict:
                raise forms.unreadable(error) from error
            form = parse_fields("")
        self.__dict__["form"] = form
        if is_strict:
            forms.check_count(self, data.count(b"&") + 1)
        return True


#: What says which bytes there are, and whether they were read.
_STREAM = Stock(IncomingBody, ("stream",), ("stream", "_cached_data", "_read_at_once"))
#: What says which type they have. Headers are those of the environment or were looked at.
_TYPE = Stock(IncomingBody, ("headers", "mimetype"), ("_parsed_content_type",))
#: What Werkzeug asks on the way to JSON.
_JSON = Stock(
    IncomingBody,
    ("stream", "headers", "mimetype", "is_json", "get_data"),
    ("stream", "headers", "get_data", "_parsed_content_type", "_cached_data", "_cached_json")
    + ("_read_at_once",),
)
#: What it asks on the way to an urlencoded form.
_FORM_ATTRIBUTES = (
    ("stream", "content_length", "form_data_parser_class", "make_form_data_parser")
    + ("want_form_data_parsed", "_get_stream_for_parsing")
)  # fmt: skip
_FORM = Stock(
    IncomingBody,
    (*_FORM_ATTRIBUTES, "headers", "mimetype"),
    (*_FORM_ATTRIBUTES, "files", "_parsed_content_type", "_cached_data", "_read_at_once"),
)
