"""The response: what it is made of, and what it refuses to carry."""

from __future__ import annotations

import typing as t

import pytest
from kernel_harness import call, make_app
from werkzeug.datastructures import Headers
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as WerkzeugResponse

import kernos
from kernos import Kernos, Response
from kernos.wrappers import sinks


@pytest.fixture
def app() -> Kernos:
    return make_app()


# --- what a view may return ------------------------------------------------------------

RETURNED: dict[str, tuple[t.Callable[[], t.Any], int, bytes, dict[str, str]]] = {
    "text": (lambda: "ž", 200, "ž".encode(), {"Content-Type": "text/html; charset=utf-8"}),
    "empty text": (lambda: "", 200, b"", {"Content-Length": "0"}),
    "bytes": (lambda: b"\xff", 200, b"\xff", {"Content-Length": "1"}),
    "bytearray": (lambda: bytearray(b"a"), 200, b"a", {}),
    "dict": (lambda: {"a": 1}, 200, b'{"a": 1}', {"Content-Type": "application/json"}),
    "list": (lambda: [1, 2], 200, b"[1, 2]", {"Content-Type": "application/json"}),
    "generator of text": (lambda: (c for c in "abc"), 200, b"abc", {}),
    "generator of bytes": (lambda: (c for c in [b"a", b"b"]), 200, b"ab", {}),
    "text and status": (lambda: ("a", 202), 202, b"a", {}),
    "text and status line": (lambda: ("a", "299 Fine"), 299, b"a", {}),
    "text and headers": (lambda: ("a", {"X-A": "b"}), 200, b"a", {"X-A": "b"}),
    "text and pairs": (lambda: ("a", [("X-A", "b")]), 200, b"a", {"X-A": "b"}),
    "text and Headers": (lambda: ("a", Headers({"X-A": "b"})), 200, b"a", {"X-A": "b"}),
    "all three": (lambda: ("a", 201, {"X-A": "b"}), 201, b"a", {"X-A": "b"}),
    "all three, no status": (lambda: ("a", None, {"X-A": "b"}), 200, b"a", {"X-A": "b"}),
    "dict and status": (lambda: ({"a": 1}, 201), 201, b'{"a": 1}', {}),
    "generator and status": (lambda: (iter("ab"), 202), 202, b"ab", {}),
    "type in headers": (
        lambda: ("a", {"Content-Type": "x/y"}),
        200,
        b"a",
        {"Content-Type": "x/y"},
    ),
    "response": (lambda: Response("a", 203), 203, b"a", {}),
    "response and status": (lambda: (Response("a", 203), 202), 202, b"a", {}),
    "response and headers": (lambda: (Response("a"), {"X-A": "b"}), 200, b"a", {"X-A": "b"}),
    "werkzeug's response": (lambda: WerkzeugResponse("a", 203), 203, b"a", {}),
    "wsgi application": (lambda: wsgi_application, 418, b"tea", {"X-Wsgi": "yes"}),
    "http error": (lambda: NotFound("gone"), 404, b"gone", {}),
    "http error and status": (lambda: (NotFound("gone"), 410), 410, b"gone", {}),
}


def wsgi_application(environ: t.Any, start_response: t.Any) -> list[bytes]:
    start_response("418 TEAPOT", [("X-Wsgi", "yes"), ("Content-Type", "text/plain")])
    return [b"tea"]


@pytest.mark.parametrize("name", RETURNED)
def test_a_view_may_return(app: Kernos, name: str) -> None:
    make, code, body, headers = RETURNED[name]
    app.add_url_rule("/", "index", make)
    answer = call(app)
    assert answer.code == code
    assert answer.body == body or (name.startswith("http") and body in answer.body)
    for key, value in headers.items():
        assert answer.header(key) == value


def test_make_response_is_what_a_view_would_give(app: Kernos) -> None:
    with app.test_request_context("/"):
        assert kernos.make_response().data == b""
        assert kernos.make_response("a").data == b"a"
        response = kernos.make_response("a", 201, {"X-A": "b"})
        assert (response.status_code, response.headers["X-A"]) == (201, "b")
        assert kernos.make_response(response) is response
        assert kernos.make_response({"a": 1}).is_json
        assert kernos.make_response(("a", 404)).status_code == 404


def test_a_foreign_response_becomes_the_applications_class(app: Kernos) -> None:
    class Mine(Response):
        pass

    app.response_class = Mine
    with app.test_request_context("/"):
        for value in (Response("plain"), WerkzeugResponse("a"), wsgi_application, NotFound()):
            assert type(app.make_response(value)) is Mine
        assert app.make_response(Response("plain")).data == b"plain"


def test_json_of_a_response_is_read_by_the_application(app: Kernos) -> None:
    response = Response('{"a": 1}', mimetype="application/json")
    assert response.json == {"a": 1}
    with app.app_context():
        other = Response('{"a": 1}', mimetype="application/json")
        assert other.json_module is app.json
        assert other.get_json() == {"a": 1}


# --- what it refuses: F11, F12 ---------------------------------------------------------


@pytest.mark.parametrize(
    "status", ["200 OK\r\nX: 1", "a\0b", 0, 99, 1000, "0 x", "99", -1, "teapot"]
)
@pytest.mark.parametrize("how", ["argument", "status", "status_code"])
def test_a_status_that_no_server_can_send_is_refused(status: t.Any, how: str) -> None:
    if how == "status_code" and isinstance(status, str):
        status = 1001
    response = Response("x")
    with pytest.raises(ValueError, match="status"):
        if how == "argument":
            Response("x", status=status)
        else:
            setattr(response, how, status)
    assert response.status == "200 OK"


@pytest.mark.parametrize("status", [100, 204, 299, 418, 999, "200 Fine", "404"])
def test_a_status_that_a_server_can_send_is_kept(status: t.Any) -> None:
    assert Response("x", status=status).status == WerkzeugResponse("x", status=status).status


COOKIE_NAMES = [
    "a;Domain=evil.example;x",
    "a b",
    "a=b",
    "a\0b",
    "a\r\nSet-Cookie: b",
    "",
    "a,b",
    "a\x7f",
]


@pytest.mark.parametrize("name", COOKIE_NAMES)
def test_a_cookie_name_that_would_smuggle_is_refused(name: str) -> None:
    response = Response("x")
    with pytest.raises(ValueError, match="cookie name"):
        response.set_cookie(name, "v")
    with pytest.raises(ValueError, match="cookie name"):
        response.delete_cookie(name)
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("domain", ["a;b", "a b", "a,b", "a\r\nb", "a\0"])
@pytest.mark.parametrize("how", ["keyword", "position"])
def test_a_cookie_domain_that_would_smuggle_is_refused(domain: str, how: str) -> None:
    response = Response("x")
    with pytest.raises(ValueError, match="cookie domain"):
        if how == "keyword":
            response.set_cookie("a", "v", domain=domain)
        else:
            response.set_cookie("a", "v", None, None, "/", domain)


@pytest.mark.parametrize("path", ["/\r\nSet-Cookie: b", "/\0"])
@pytest.mark.parametrize("how", ["keyword", "position"])
def test_a_cookie_path_with_a_control_character_is_refused(path: str, how: str) -> None:
    response = Response("x")
    with pytest.raises(ValueError, match="cookie path"):
        if how == "keyword":
            response.set_cookie("a", "v", path=path)
        else:
            response.set_cookie("a", "v", None, None, path)


@pytest.mark.parametrize("path", ["/a;b", "/a b", "/ž"])
def test_a_cookie_path_is_quoted(path: str) -> None:
    response = Response("x")
    response.set_cookie("a", "v", path=path)
    (attribute,) = [
        part for part in response.headers["Set-Cookie"].split("; ") if part.startswith("Path")
    ]
    assert ";" not in attribute


def test_cookies_that_are_fine_are_werkzeugs() -> None:
    for key, options in [
        ("a", {}),
        ("__Host-id", {"secure": True, "path": "/", "samesite": "Strict"}),
        ("a.b~c!", {"domain": "a.example", "max_age": 3, "httponly": True, "partitioned": True}),
        ("ž", {}),
    ]:
        ours, theirs = Response("x"), WerkzeugResponse("x")
        ours.set_cookie(key, "v", **options)
        theirs.set_cookie(key, "v", **options)
        assert ours.headers["Set-Cookie"] == theirs.headers["Set-Cookie"]


def test_the_largest_cookie_is_the_configurations(app: Kernos) -> None:
    app.config["MAX_COOKIE_SIZE"] = 10
    with app.app_context():
        assert Response("x").max_cookie_size == 10
    assert Response("x").max_cookie_size == WerkzeugResponse.max_cookie_size


def test_header_names_that_were_checked_do_not_fill_the_memory() -> None:
    sinks.check_headers((f"X-{number}", "v") for number in range(sinks._KNOWN_LIMIT + 100))
    assert len(sinks._known_names) <= sinks._KNOWN_LIMIT


def test_an_error_about_a_header_does_not_show_its_value() -> None:
    for value in ("secret\r\n", "secret €", "secret\0"):
        with pytest.raises(ValueError, match="X-A") as caught:
            sinks.check_headers([("X-A", value)])
        assert "secret" not in str(caught.value)


@pytest.mark.parametrize("value", ["", "a\tb", "\xe9", "a" * 10_000, '"q"; x=y'])
def test_values_that_a_server_can_send_are_sent(app: Kernos, value: str) -> None:
    app.add_url_rule("/", "index", lambda: ("x", {"X-A": value}))
    assert call(app, validate=False).header("X-A") == value


def test_mimetypes_that_were_seen_do_not_fill_the_memory() -> None:
    from kernos.wrappers import response as room

    for number in range(room._KNOWN_LIMIT + 50):
        assert Response("x", mimetype=f"text/x-{number}").mimetype == f"text/x-{number}"
    assert len(room.known_types) <= room._KNOWN_LIMIT
