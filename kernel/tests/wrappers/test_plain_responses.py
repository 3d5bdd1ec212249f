"""The quick way to a reply and the ordinary one come to the same, byte for byte."""

from __future__ import annotations

import typing as t
from abc import ABC, abstractmethod

import pytest
from hypothesis import given, settings, strategies as st
from kernel_harness import Answer, Log, call, make_app
from werkzeug.wrappers import Response as WerkzeugResponse

from kernos import Kernos, Response

BODIES = st.one_of(st.text(), st.binary(), st.text().map(str.encode))
MIMETYPES = st.one_of(
    st.none(),
    st.sampled_from(
        [
            "",
            "text/html",
            "text/plain",
            "application/json",
            "application/xml",
            "image/svg+xml",
            "application/octet-stream",
            "text/html; charset=latin-1",
            "TEXT/HTML",
            "text/€",
            "text/žluť",
            "text/a\r\nX-B: c",
            "text/a\tb",
            "\x7f",
        ]
    ),
    st.text(alphabet=st.characters(max_codepoint=255), max_size=12).map("text/{}".format),
)
SENDABLE = st.sampled_from([None, "", "text/html", "text/plain", "image/png", "a/b; c=d"])
STATUSES = st.sampled_from([None, 200, 201, 204, 299, 304, 404, 418, 500, 599, "200 Fine", "404"])
METHODS = st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"])


def set_code(response: Response, code: int) -> None:
    response.status_code = code


class Theirs(WerkzeugResponse):
    """What the answers are compared with."""

    default_mimetype = "text/html"


def touched(response: Response) -> Response:
    """Return the response, made an ordinary one."""
    response.headers
    return response


class Plain:
    """An application that answers with what a test has put there."""

    def __init__(self) -> None:
        self.app: Kernos = make_app()
        self.log = Log(self.app)
        self.make: t.Callable[[], t.Any] = str
        methods = ["GET", "POST", "PUT", "DELETE", "PATCH"]
        self.app.add_url_rule("/", "index", lambda: self.make(), methods=methods)

    def answer(self, make: t.Callable[[], t.Any], method: str = "GET") -> tuple[t.Any, ...]:
        self.make = make
        found: Answer = call(self.app, "/", method, validate=False)
        return found.status, found.headers, found.body


PLAIN = Plain()


def outcome(make: t.Callable[[], t.Any], method: str) -> object:
    """Return the answer, or the class of the error in making it."""
    try:
        return PLAIN.answer(make, method)
    except Exception as error:  # whatever it is, both ways must come to it
        return type(error)


@settings(max_examples=300, deadline=None)
@given(body=BODIES, mimetype=MIMETYPES, method=METHODS)
def test_a_response_of_text_or_bytes_is_the_same_whether_looked_at_or_not(
    body: str | bytes, mimetype: str | None, method: str
) -> None:
    quick = outcome(lambda: Response(body, mimetype=mimetype), method)
    ordinary = outcome(lambda: touched(Response(body, mimetype=mimetype)), method)
    assert quick == ordinary


@settings(max_examples=200, deadline=None)
@given(body=BODIES, content_type=MIMETYPES, method=METHODS)
def test_a_content_type_is_sent_the_same_either_way(
    body: str | bytes, content_type: str | None, method: str
) -> None:
    quick = outcome(lambda: Response(body, content_type=content_type), method)
    ordinary = outcome(lambda: touched(Response(body, content_type=content_type)), method)
    assert quick == ordinary


@settings(max_examples=200, deadline=None)
@given(body=BODIES, mimetype=SENDABLE, method=METHODS, status=STATUSES)
def test_the_reply_is_werkzeugs_with_the_applications_headers_behind(
    body: str | bytes, mimetype: str | None, method: str, status: t.Any
) -> None:
    quick = outcome(lambda: Response(body, mimetype=mimetype, status=status), method)
    assert quick == as_sent(Theirs(body, mimetype=mimetype, status=status), method)


@settings(max_examples=200, deadline=None)
@given(body=BODIES, method=METHODS)
def test_a_view_that_returns_text_answers_as_one_that_returns_a_response(
    body: str | bytes, method: str
) -> None:
    assert PLAIN.answer(lambda: body, method) == PLAIN.answer(
        lambda: touched(Response(body)), method
    )


def as_sent(response: WerkzeugResponse, method: str) -> tuple[t.Any, ...]:
    """Return what Werkzeug would send, with the application's headers behind."""
    iterable, status, headers = response.get_wsgi_response({"REQUEST_METHOD": method})
    names = {name.lower() for name, _ in headers}
    added = [pair for pair in PLAIN.app.response_headers if pair[0].lower() not in names]
    return status, [*headers, *added], b"".join(iterable)


CHANGES: dict[str, t.Callable[[Response], object]] = {
    "nothing": lambda r: None,
    "status code": lambda r: setattr(r, "status_code", 201),
    "status code 204": lambda r: setattr(r, "status_code", 204),
    "status code 304": lambda r: setattr(r, "status_code", 304),
    "status": lambda r: setattr(r, "status", "200 Fine"),
    "status of a class": lambda r: setattr(r, "status", 418),
    "data": lambda r: r.set_data("other"),
    "response": lambda r: setattr(r, "response", [b"other"]),
    "response of several": lambda r: setattr(r, "response", [b"a", b"b"]),
    "response of text": lambda r: setattr(r, "response", ["text"]),
    "response appended to": lambda r: r.response.append(b"more"),
    "response written over": lambda r: r.response.__setitem__(0, b"other"),
    "response extended": lambda r: r.response.extend([b"more", b"still"]),
    "freeze": lambda r: r.freeze(),
    "make sequence": lambda r: r.make_sequence(),
    "stream": lambda r: r.stream.write("more"),
    "mimetype": lambda r: setattr(r, "mimetype", "text/plain"),
    "content type": lambda r: setattr(r, "content_type", "text/x"),
    "content length": lambda r: setattr(r, "content_length", 3),
    "header": lambda r: r.headers.update({"X-A": "b"}),
    "header with other letters": lambda r: r.headers.update({"x-frame-options": "DENY"}),
    "header twice": lambda r: (r.headers.add("X-A", "b"), r.headers.add("X-A", "c")),
    "header cleared": lambda r: r.headers.clear(),
    "length changed": lambda r: r.headers.update({"Content-Length": "3"}),
    "length removed": lambda r: r.headers.remove("Content-Length"),
    "type removed": lambda r: r.headers.remove("Content-Type"),
    "place": lambda r: r.headers.update({"Location": "/žluť x"}),
    "place of the content": lambda r: r.headers.update({"Content-Location": "/žluť x"}),
    "place and status": lambda r: (r.headers.update({"Location": "/x"}), set_code(r, 303)),
    "header and status 204": lambda r: (r.headers.update({"X-A": "b"}), set_code(r, 204)),
    "header and status 304": lambda r: (r.headers.update({"X-A": "b"}), set_code(r, 304)),
    "header and status 404": lambda r: (r.headers.update({"X-A": "b"}), set_code(r, 404)),
    "headers replaced": lambda r: setattr(r, "headers", type(r.headers)({"X-A": "b"})),
    "cookie": lambda r: r.set_cookie("a", "b"),
    "cookie deleted": lambda r: r.delete_cookie("a"),
    "entity tag": lambda r: r.add_etag(),
    "vary": lambda r: r.vary.add("Cookie"),
    "cache": lambda r: setattr(r.cache_control, "max_age", 3),
    # Its date is given, since it would be the clock's.
    "conditional": lambda r: (
        r.headers.update({"Date": "Thu, 01 Jan 1970 00:00:00 GMT"}),
        r.make_conditional({"REQUEST_METHOD": "GET"}),
    ),
    "passthrough": lambda r: setattr(r, "direct_passthrough", True),
    "call on close": lambda r: r.call_on_close(lambda: None),
    "no length": lambda r: setattr(r, "automatically_set_content_length", False),
    "json read": lambda r: r.get_json(silent=True, force=True),
    "own attribute": lambda r: setattr(r, "mine", 1),
}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("name", CHANGES)
def test_what_is_done_to_a_response_shows_the_same_either_way(name: str, method: str) -> None:
    def make(look: bool) -> Response:
        response = Response("body")
        if look:
            touched(response)
        CHANGES[name](response)
        return response

    assert PLAIN.answer(lambda: make(look=False), method) == PLAIN.answer(
        lambda: make(look=True), method
    )


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("name", CHANGES)
def test_what_is_done_to_a_response_is_sent_as_werkzeug_would(name: str, method: str) -> None:
    def change(response: t.Any) -> t.Any:
        CHANGES[name](response)
        return response

    ours = PLAIN.answer(lambda: change(Response("body")), method)
    assert ours == as_sent(change(Theirs("body")), method)


@pytest.mark.parametrize("name", CHANGES)
def test_what_an_after_function_does_shows_the_same_either_way(name: str) -> None:
    answers = []
    for look in (False, True):
        app = make_app()
        app.add_url_rule("/", "index", lambda: "body")

        @app.after_request
        def change(response: Response, look: bool = look) -> Response:
            if look:
                touched(response)
            CHANGES[name](response)
            return response

        answer = call(app, validate=False)
        answers.append((answer.status, answer.headers, answer.body))
    assert answers[0] == answers[1]


class Shouting(Response):
    """Overrides what builds a response, so that nothing may go around it."""

    def get_wsgi_headers(self, environ):
        headers = super().get_wsgi_headers(environ)
        headers["X-Shouted"] = "yes"
        return headers

    def iter_encoded(self):
        for item in super().iter_encoded():
            yield item.upper()


class Typed(Response):
    default_mimetype = "application/vnd.mine"


class Created(Response):
    default_status = 201


class Untyped(Response):
    default_mimetype = None


def test_a_subclass_that_builds_differently_is_asked() -> None:
    status, headers, body = PLAIN.answer(lambda: Shouting("body"))
    assert (status, body) == ("200 OK", b"BODY")
    assert ("X-Shouted", "yes") in headers


@pytest.mark.parametrize("kind", [Typed, Created, Untyped, Shouting])
def test_a_subclass_of_the_applications_own_is_used(kind: type[Response]) -> None:
    app = make_app()
    app.response_class = kind
    app.add_url_rule("/", "index", lambda: "body")
    app.add_url_rule("/touched", "touched", lambda: touched(kind("body")))
    one, two = call(app, validate=False), call(app, "/touched", validate=False)
    assert (one.status, one.headers, one.body) == (two.status, two.headers, two.body)
    if kind is not Shouting:
        theirs = type("Same", (Theirs,), dict(vars(kind)))("body")
        assert one.status == theirs.status
        assert one.header("Content-Type") == theirs.headers.get("Content-Type")


def test_headers_of_the_application_are_added_where_the_response_has_none() -> None:
    app = make_app()
    app.add_url_rule("/", "index", lambda: "body")
    app.add_url_rule("/own", "own", lambda: ("body", {"x-frame-options": "DENY"}))
    answer = call(app)
    assert answer.header("X-Content-Type-Options") == "nosniff"
    assert answer.header("X-Frame-Options") == "SAMEORIGIN"
    own = call(app, "/own")
    assert [value for name, value in own.headers if name.lower() == "x-frame-options"] == ["DENY"]
    app.response_headers = ()
    assert call(app).headers == [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Length", "4"),
    ]


def test_a_response_may_be_sent_twice() -> None:
    kept = Response("body")
    assert PLAIN.answer(lambda: kept) == PLAIN.answer(lambda: kept)
    assert kept.headers["Content-Length"] == "4"
    assert PLAIN.answer(lambda: kept) == PLAIN.answer(lambda: Response("body"))


def test_the_headers_list_that_a_server_is_given_is_its_own() -> None:
    kept = Response("body")
    _, headers, _ = PLAIN.answer(lambda: kept)
    headers.append(("X-Server", "added"))
    _, again, _ = PLAIN.answer(lambda: kept)
    assert ("X-Server", "added") not in again


def test_a_header_added_plainly_is_one_that_was_added() -> None:
    quick, ordinary = Response("body"), touched(Response("body"))
    assert quick._add_plain_header("Vary", "Cookie")
    assert not ordinary._add_plain_header("Vary", "Cookie")
    ordinary.headers.add("Vary", "Cookie")
    assert PLAIN.answer(lambda: quick) == PLAIN.answer(lambda: ordinary)
    assert quick.headers == ordinary.headers


def test_a_header_added_plainly_stands_in_for_the_applications_own() -> None:
    quick, ordinary = Response("body"), touched(Response("body"))
    quick._add_plain_header("X-Frame-Options", "DENY")
    ordinary.headers.add("X-Frame-Options", "DENY")
    assert PLAIN.answer(lambda: quick) == PLAIN.answer(lambda: ordinary)


@pytest.mark.parametrize("value", ["a\r\nX-B: c", "\x00", "€"])
def test_a_header_added_plainly_is_checked_before_it_is_sent(value: str) -> None:
    quick = Response("body")
    assert quick._add_plain_header("X-A", value)
    status, headers, _ = PLAIN.answer(lambda: quick)
    assert status == "500 INTERNAL SERVER ERROR"
    assert "X-A" not in dict(headers)


def test_a_header_that_was_added_plainly_is_not_added_again() -> None:
    response = Response("body")
    assert response._add_plain_header("Vary", "Cookie")
    assert not response._add_plain_header("Vary", "Cookie")
    assert response.headers.getlist("Vary") == ["Cookie"]


def test_a_header_is_found_wherever_it_was_added() -> None:
    quick = Response("body")
    for response in (quick, touched(Response("body")), Response(iter(["body"]))):
        assert not response._has_header("Vary")
        if not response._add_plain_header("Vary", "Cookie"):
            response.headers.add("Vary", "Cookie")
        assert response._has_header("Vary")
    assert "headers" not in quick.__dict__
    del quick.headers["Vary"]
    assert not quick._has_header("Vary")


def test_no_header_is_added_plainly_to_a_stream() -> None:
    assert not Response(iter(["body"]))._add_plain_header("Vary", "Cookie")


SENDERS = ["__call__", "get_wsgi_response", "get_wsgi_headers", "get_app_iter", "iter_encoded"]
SENDERS += ["close", "set_data", "__init__"]


@pytest.mark.usefixtures("both_lookouts")
@pytest.mark.parametrize("kind", [Response, WerkzeugResponse])
@pytest.mark.parametrize("name", SENDERS)
def test_what_sends_a_response_is_called_where_it_is_wrapped_on_a_class(
    monkeypatch: pytest.MonkeyPatch, kind: type, name: str
) -> None:
    before = PLAIN.answer(lambda: Response("body"))
    original = getattr(kind, name)
    calls: list[object] = []

    def wrapped(self, *args, **kwargs):
        calls.append(self)
        return original(self, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(kind, name, wrapped)
        assert PLAIN.answer(lambda: "body") == before
    assert len(calls) == 1
    assert PLAIN.answer(lambda: "body") == before
    assert len(calls) == 1


def test_what_builds_a_response_is_called_at_once_where_it_is_wrapped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[object] = []
    original = Response.set_data

    class Mixin:
        def set_data(self, value):
            told.append(value)
            super().set_data(value)

    class Mixed(Mixin, Response):
        pass

    Mixed("mixed")
    with monkeypatch.context() as patch:
        patch.setattr(Response, "set_data", lambda self, v: told.append(v) or original(self, v))
        Response("wrapped")
        Mixed("both")
    Response("put back")
    assert told == ["mixed", "wrapped", "both", "both"]
    assert "_plain_body" in vars(Response("put back"))


def test_the_class_of_responses_mixes_with_abstract_classes() -> None:
    class Abstract(ABC):
        @abstractmethod
        def size(self) -> int: ...

    class Sized(Abstract, Response):
        def size(self) -> int:
            return len(self.get_data())

    assert Sized("four").size() == 4
    assert isinstance(Sized("four"), Response)
    assert not isinstance(Response("four"), Sized)
    assert issubclass(Sized, Abstract)
