"""The response: Werkzeug's, quick for the common kinds, strict about what leaves.

Source: Flask's API page, "Response Objects"; Werkzeug's ``Response``.
"""

from __future__ import annotations

import json
import typing as t
from functools import lru_cache
from operator import attrgetter

from werkzeug.datastructures import Headers
from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.utils import get_content_type
from werkzeug.wrappers import Response as WerkzeugResponse

from kernos.contracts.stock import Stock
from kernos.globals import _cv_current_app
from kernos.lazy import lazy
from kernos.lookout import WatchedClass, are_same
from kernos.wrappers.sinks import check_cookie, check_headers, check_status, missing_headers

#: Names and values.
HeaderPairs = tuple[tuple[str, str], ...]
#: Status, headers and body of a plain response.
PlainParts = tuple[str, list[tuple[str, str]], list[bytes]]

#: The content types of MIME types that were seen; few different ones occur.
known_types: dict[str | None, str] = {"text/html": "text/html; charset=utf-8"}
_KNOWN_LIMIT = 100

#: Headers whose values Werkzeug turns into URLs that can be sent.
_RELATIVE = frozenset(("location", "content-location"))

#: The status lines of codes that change nothing about headers and body.
_PLAIN_STATUS: dict[int, str] = {
    code: f"{code} {reason.upper()}"
    for code, reason in HTTP_STATUS_CODES.items()
    if code >= 200 and code not in (204, 304)
}


def _learn_type(mimetype: str | None) -> None:
    if mimetype is not None and mimetype.isprintable() and len(known_types) < _KNOWN_LIMIT:
        content_type = get_content_type(mimetype, "utf-8")
        if content_type.isascii():
            known_types[mimetype] = content_type


@lru_cache(maxsize=64)
def _need_no_more(names: tuple[str, ...]) -> bool:
    """Tell whether headers of these names are sent as they are; few different ones occur."""
    lower = {name.lower() for name in names}
    return "content-length" in lower and _RELATIVE.isdisjoint(lower)


def follow(more: HeaderPairs, defaults: t.Iterable[tuple[str, str]]) -> HeaderPairs:
    """Return the headers behind the constructor's: the added ones, then what they lack.

    Raises:
        ValueError: One of them cannot be sent.
    """
    defaults = tuple(defaults)
    return _follow(more, defaults) if len(more) > 1 else _follow_one(more, defaults)


def _follow(more: HeaderPairs, defaults: HeaderPairs) -> HeaderPairs:
    check_headers(more)
    return (*more, *missing_headers(tuple([name for name, _ in more]), defaults))


#: The same for a single one: it is most often the one that a session adds, ``Vary``.
_follow_one = lru_cache(maxsize=64)(_follow)


class _Headers:
    """The ``headers`` of a plain response, made when somebody looks at them."""

    def __get__(self, response: Response | None, owner: type) -> t.Any:
        if response is None:
            return self
        headers = Headers()
        for name, value in response._plain_headers(response._plain_more, ()):
            headers.add(name, value)
        response.__dict__["headers"] = headers
        return headers


class _Body:
    """The ``response`` of a plain response, likewise."""

    def __get__(self, response: Response | None, owner: type) -> t.Any:
        if response is None:
            return self
        response.__dict__["response"] = parts = [response._plain_body]
        return parts


#: What builds an ordinary response.
_BUILDERS = (
    ("__init__", "set_data", "status", "status_code", "headers", "response", "default_status")
    + ("automatically_set_content_length", "_clean_status", "charset", "_plain_parts")
    + ("__call__", "get_wsgi_response", "get_wsgi_headers", "get_app_iter", "iter_encoded")
)
_read_builders: t.Callable[[type], tuple[t.Any, ...]] = attrgetter(
    "__init__", "set_data", "status", "status_code", "default_status"
)
#: What Werkzeug's own class has for them.
_BUILDERS_BELOW = _read_builders(WerkzeugResponse)


class Response(WerkzeugResponse, metaclass=WatchedClass, watched=_BUILDERS):
    """The response that a view returns, or that is made of what it returns.

    Given a text or bytes, and at most a MIME type and a status, it is *plain*: it keeps
    these alone, and :meth:`_plain_parts` has what is sent. What else an ordinary response
    has is made when somebody looks at it.
    """

    default_mimetype: str | None = "text/html"
    autocorrect_location_header = False

    headers: Headers = _Headers()  # type: ignore[assignment]
    response: t.Any = _Body()

    # The state of a plain response: its own two attributes, and what is common to all.
    _plain_body: bytes
    _plain_type: str
    _status = "200 OK"
    _status_code = 200
    direct_passthrough = False
    #: Headers of the kernel's own, behind the two of a plain response.
    _plain_more: HeaderPairs = ()

    #: The content types that instances may be plain with: none where a method that
    #: builds a response is overridden.
    _plain_types: t.ClassVar[t.Mapping[str | None, str]] = known_types

    def __init__(
        self,
        response: t.Any = None,
        status: t.Any = None,
        headers: t.Any = None,
        mimetype: str | None = None,
        content_type: str | None = None,
        direct_passthrough: bool = False,
    ) -> None:
        if headers is None and content_type is None and not direct_passthrough:
            kind = type(response)
            if kind is str or kind is bytes:
                kind_of_text = self.default_mimetype if mimetype is None else mimetype
                known = self._plain_types.get(kind_of_text)
                if known is None:
                    _learn_type(kind_of_text)
                elif status is None or (type(status) is int and status in _PLAIN_STATUS):
                    self._plain_body = response.encode() if kind is str else response
                    self._plain_type = known
                    if status is not None:
                        self._status, self._status_code = _PLAIN_STATUS[status], status
                    return
        super().__init__(response, status, headers, mimetype, content_type, direct_passthrough)

    @classmethod
    def _note_replaced(cls) -> None:
        is_stock = cls._is_stock and are_same(_read_builders(WerkzeugResponse), _BUILDERS_BELOW)
        cls._plain_types = known_types if is_stock else {}

    def _plain_parts(self, defaults: t.Iterable[tuple[str, str]]) -> PlainParts | None:
        """Return status, headers and body where they can be sent as they are.

        That is so while the body is the constructor's, nothing was set since but headers,
        of which none asks for more, and a status that leaves them alone, and nobody has
        replaced what sends a response, on this class or on Werkzeug's.

        Args:
            defaults: Headers that are sent unless the response has its own.

        Returns:
            None for an ordinary response.

        Raises:
            ValueError: A header cannot be sent.
        """
        state = self.__dict__
        if "_plain_body" not in state or not _SENDERS.is_in(self):
            return None
        body = state["_plain_body"]
        if len(state) == 2:
            length = ("Content-Length", str(len(body)))
            return "200 OK", [("Content-Type", state["_plain_type"]), length, *defaults], [body]
        if len(state) == 3 and "_plain_more" in state:
            return "200 OK", self._plain_headers(state["_plain_more"], defaults), [body]
        # An attribute that is not known might be anything.
        if not (state.keys() <= _PLAIN_STATE and self._status_code in _PLAIN_STATUS):
            return None
        if state.get("response", [body]) != [body]:
            return None
        if "headers" not in state:
            return self._status, self._plain_headers(self._plain_more, defaults), [body]
        headers = [*state["headers"]]
        names = tuple([name for name, _ in headers])
        if not _need_no_more(names):
            return None
        check_headers(headers)
        return self._status, [*headers, *missing_headers(names, tuple(defaults))], [body]

    def _plain_headers(
        self, more: HeaderPairs, defaults: t.Iterable[tuple[str, str]]
    ) -> list[tuple[str, str]]:
        """Return the constructor's two headers, and what the kernel and the defaults add."""
        if more:
            defaults = follow(more, defaults)
        length = ("Content-Length", str(len(self._plain_body)))
        return [("Content-Type", self._plain_type), length, *defaults]

    def _add_plain_header(self, name: str, value: str) -> bool:
        """Add a header behind the others, if the headers have not been built yet.

        Spares the kernel's own headers the building of all. What is added is checked
        before it is sent, as any other header.

        Args:
            name: None that the constructor sets.
            value: Sent as it is.

        Returns:
            False, with nothing added, for an ordinary response, and where one of the name
            was added before: use ``headers``.
        """
        state = self.__dict__
        if "headers" in state or "_plain_body" not in state:
            return False
        more = self._plain_more
        if more and name in dict(more):
            return False
        self._plain_more = (*more, (name, value))
        return True

    def _has_header(self, name: str) -> bool:
        """Tell whether a header is there, without building the others to find out.

        Args:
            name: None that the constructor sets, written as whoever adds it does.
        """
        state = self.__dict__
        if "headers" in state or "_plain_body" not in state:
            return name in self.headers
        for added, _ in self._plain_more:
            if added == name:
                return True
        return False

    @lazy
    def _on_close(self) -> list[t.Callable[[], t.Any]]:
        return []

    @property
    def status(self) -> str:
        """The status line. Setting it refuses what no server could send."""
        return self._status

    @status.setter
    def status(self, value: t.Any) -> None:
        status, code = self._clean_status(value)
        check_status(status, code)
        self._status, self._status_code = status, code

    @lazy
    def json_module(self) -> t.Any:
        """What :meth:`get_json` reads with: the current application's provider."""
        ctx = _cv_current_app.get(None)
        return json if ctx is None else ctx._json_provider

    @property
    def max_cookie_size(self) -> int:  # type: ignore[override]
        """``MAX_COOKIE_SIZE``; Werkzeug warns of a cookie that is larger, in bytes."""
        ctx = _cv_current_app.get(None)
        if ctx is not None:
            return t.cast(int, ctx.app.config["MAX_COOKIE_SIZE"])
        return super().max_cookie_size

    def set_data(self, value: t.Any) -> None:
        """Set the body; a server takes nothing but bytes, and no bytearray."""
        super().set_data(bytes(value) if isinstance(value, bytearray) else value)

    def set_cookie(self, key: str, *args: t.Any, **kwargs: t.Any) -> None:
        """Set a cookie; Werkzeug's arguments.

        Raises:
            ValueError: Its name, path or domain would smuggle in another attribute.
        """
        path = args[3] if len(args) > 3 else kwargs.get("path")
        domain = args[4] if len(args) > 4 else kwargs.get("domain")
        check_cookie(key, path, domain)
        super().set_cookie(key, *args, **kwargs)


#: What a response may have of its own and still be plain.
_PLAIN_STATE = frozenset(
    ("_plain_body", "_plain_type", "_plain_more", "_status", "_status_code", "headers", "response")
)
#: What sends an ordinary response.
_SENDERS = Stock(
    Response,
    ("__call__", "get_wsgi_response", "get_wsgi_headers", "get_app_iter", "iter_encoded", "close"),
    (),
)

_MRO = Response.__mro__[:-1]
#: What the classes have of their own.
_AS_DEFINED: list[dict[str, object]] = [dict(vars(kind)) for kind in _MRO]
#: What every class has of its own that says nothing more than its name.
_NOTHING_MORE = frozenset(vars(WatchedClass("Named", (Response,), {"__doc__": ""})))


def is_as_defined(kind: type[Response]) -> bool:
    """Tell whether a class of responses is the kernel's, but for its name.

    Returns:
        False where it has anything of its own, or anything was changed below it.
    """
    above = len(kind.__mro__) - len(_MRO) - 1
    named = kind.__mro__[:above]
    if kind.__mro__[above:-1] != _MRO or any(type(one) is not WatchedClass for one in named):
        return False
    inherited: dict[str, object] = {}
    definitions: list[dict[str, object]] = [{}] * above + _AS_DEFINED
    for one, defined in reversed([*zip(kind.__mro__[:-1], definitions, strict=True)]):
        # What was patched, and put back, may stay behind where it was inherited.
        expected = inherited | defined
        for name, value in vars(one).items():
            if name not in _NOTHING_MORE and value is not expected.get(name, _NOTHING_MORE):
                return False
        if not defined.keys() <= vars(one).keys():
            return False
        inherited = expected
    return True
