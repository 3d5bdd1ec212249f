"""The request: lazy as it is, what a client does wrong is a 4xx and never a 500."""

from __future__ import annotations

import io
import typing as t

import pytest
from kernel_harness import Watch, call, environ, make_app, watch
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.wrappers import Request as WerkzeugRequest

import kernos
from kernos import Blueprint, Kernos, Request, request
from kernos.debughelpers import DebugFilesKeyError
from kernos.testing.doubles import MemoryRouter


@pytest.fixture
def app() -> Kernos:
    return make_app()


def ask(app: Kernos, question: t.Callable[[], t.Any]) -> Watch:
    """Route ``/`` to a view that answers with what a question comes to."""
    app.add_url_rule("/", "index", lambda: str(question()), methods=["GET", "POST"])
    return watch(app)


# --- it says what Werkzeug's says ------------------------------------------------------

ENVIRONMENTS = [
    (lambda: environ("/a/b?c=d&c=e&f")),
    (lambda: environ("/ž/x y", query_string="ž=š")),
    (lambda: environ("/", base_url="https://a.example:444/root/")),
    (lambda: environ("/", method="POST", data={"a": "b"}, headers={"X-A": "b", "Cookie": "k=v"})),
    (lambda: environ("//double", SERVER_NAME="/app.sock", SERVER_PORT="", REMOTE_ADDR="10.0.0.1")),
    (lambda: environ("/", SCRIPT_NAME="", PATH_INFO="", QUERY_STRING="")),
    (lambda: environ("/", QUERY_STRING="a=1&a=2&b=+x+&&=y&c")),
    (lambda: environ("/", QUERY_STRING="a=%C5%BE&b=%FF&%")),
    (lambda: environ("/", HTTP_HOST="b.example:80", REMOTE_USER="ada")),
    (lambda: environ("/", method="put")),
]


@pytest.mark.parametrize("make", ENVIRONMENTS)
@pytest.mark.parametrize(
    "name",
    [
        "method",
        "scheme",
        "server",
        "root_path",
        "path",
        "query_string",
        "remote_addr",
        "args",
        "url",
        "base_url",
        "root_url",
        "host_url",
        "host",
        "full_path",
        "script_root",
        "cookies",
        "is_secure",
        "url_root",
        "access_route",
        "remote_user",
        "content_length",
        "mimetype",
        "values",
        "form",
        "accept_mimetypes",
        "user_agent",
    ],
)
def test_an_attribute_is_werkzeugs(make: t.Callable[[], t.Any], name: str) -> None:
    ours, theirs = Request(make()), WerkzeugRequest(make())
    one, two = getattr(ours, name), getattr(theirs, name)
    assert type(one) is type(two)
    assert str(one) == str(two)
    if name != "user_agent":
        assert one == two


def test_headers_and_environment_are_the_servers(app: Kernos) -> None:
    env = environ("/", headers={"X-A": "b"})
    one = Request(env)
    assert one.headers["x-a"] == "b"
    assert one.environ is env
    assert env["werkzeug.request"] is one
    other = environ("/")
    Request(other, populate_request=False)
    assert "werkzeug.request" not in other
    with pytest.raises(RuntimeError, match="shallow"):
        Request(environ("/", method="POST", data=b"x"), shallow=True).get_data()
    assert repr(one) == "<Request 'http://localhost/' [GET]>"


def test_an_attribute_may_be_set(app: Kernos) -> None:
    one = Request(environ("/"))
    one.method, one.path = "BREW", "/pot"
    assert (one.method, one.path) == ("BREW", "/pot")


def test_a_request_knows_its_route() -> None:
    app = make_app()
    outer, inner = Blueprint("outer", __name__), Blueprint("inner", __name__)
    seen: list[t.Any] = []

    def view(**values: t.Any) -> str:
        seen[:] = [request.endpoint, request.blueprint, request.blueprints, request.view_args]
        return t.cast(str, request.url_rule.rule)

    inner.add_url_rule("/<int:number>", "view", view)
    outer.register_blueprint(inner)
    app.register_blueprint(outer)
    app.add_url_rule("/plain", "plain", view)
    assert call(app, "/7").body == b"/<int:number>"
    assert seen == ["outer.inner.view", "outer.inner", ["outer.inner", "outer"], {"number": 7}]
    call(app, "/plain")
    assert seen == ["plain", None, [], {}]
    with app.test_request_context("/nowhere"):
        assert (request.endpoint, request.blueprint, request.blueprints) == (None, None, [])
        assert request.view_args is None
        assert request.routing_exception.code == 404


# --- hosts: F5, F6 ---------------------------------------------------------------------

BAD_HOSTS = [
    "xn--a",
    "[:1]:80",
    "[::1",
    "a b",
    "a/b",
    "a\\b",
    "a?b",
    "a#b",
    "user@a",
    "a:b",
    "a:99999",
    "a,b",
    "a:1:2",
    "a\tb",
    "a" * 300,
    "<script>",
    "a]",
]
GOOD_HOSTS = [
    "localhost",
    "a.example",
    "a.example:8000",
    "127.0.0.1:80",
    "[::1]",
    "[::1]:8000",
    "xn--bcher-kva.example",
    "a_b.example",
    "",
    "A.EXAMPLE.",
    "a.example:",
    "b\xfccher.example",
]


@pytest.mark.parametrize("host", BAD_HOSTS)
@pytest.mark.parametrize("question", ["url", "host", "base_url", "nothing"])
def test_a_host_that_is_none_is_a_400(app: Kernos, host: str, question: str) -> None:
    watched = ask(app, lambda: getattr(request, question, "nothing"))
    watched.fault(code=400, logged=0, HTTP_HOST=host)


@pytest.mark.parametrize("host", BAD_HOSTS)
def test_where_hosts_are_not_refused_a_view_that_reads_a_bad_one_gets_a_400(
    app: Kernos, host: str
) -> None:
    app.refuses_bad_hosts = False
    watched = ask(app, lambda: request.url if "read" in request.args else "unread")
    watched.fault("/?read=1", code=400, logged=0, HTTP_HOST=host)
    assert watched.fault(code=200, logged=0, HTTP_HOST=host).body == b"unread"


@pytest.mark.parametrize("host", GOOD_HOSTS)
def test_a_host_that_is_one_is_answered(app: Kernos, host: str) -> None:
    ask(app, lambda: request.url).fault(code=200, logged=0, HTTP_HOST=host)


def test_endless_different_hosts_do_not_fill_the_memory(app: Kernos) -> None:
    from kernos.wrappers import host as room

    for number in range(room._GOOD_LIMIT + 50):
        assert room.is_host(f"h{number}.example")
    assert len(room.known_hosts) <= room._GOOD_LIMIT


def test_a_slash_redirect_with_a_bad_host_is_a_400(app: Kernos) -> None:
    app.add_url_rule("/folder/", "folder", lambda: "x")
    watch(app).fault("/folder", code=400, logged=0, HTTP_HOST="[:1]:80")


# --- headers that are none: F7 ---------------------------------------------------------


@pytest.mark.parametrize("value", ["Basic \xff", "Basic !!!!", "", "Bearer", "\xff"])
def test_an_authorization_header_that_is_none_is_none(app: Kernos, value: str) -> None:
    watched = ask(app, lambda: getattr(request.authorization, "username", None))
    assert watched.fault(code=200, logged=0, HTTP_AUTHORIZATION=value).body == b"None"


def test_an_authorization_header_is_read(app: Kernos) -> None:
    watched = ask(
        app, lambda: f"{request.authorization.username} {request.authorization.password}"
    )
    assert watched.fault(code=200, logged=0, auth=("ada", "x:y")).body == b"ada x:y"


# --- queries: F31 ----------------------------------------------------------------------


def test_bytes_in_a_query_that_are_no_text_are_replaced(app: Kernos) -> None:
    watched = ask(app, lambda: ascii([request.args.to_dict(), request.full_path, request.url]))
    answer = watched.fault(code=200, logged=0, QUERY_STRING="a=\xff&b=\xc5\xbe")
    assert answer.text.startswith(ascii([{"a": "\ufffd", "b": "ž"}])[:-1])


# --- JSON: F8 --------------------------------------------------------------------------


@pytest.mark.parametrize("body", [b"[" * 990, b"[" * 100_000, b"[" * 5_000 + b"]" * 5_000])
def test_json_that_nests_too_deep_is_a_400(app: Kernos, body: bytes) -> None:
    watched = ask(app, lambda: request.get_json())
    watched.fault(method="POST", code=400, logged=0, data=body, content_type="application/json")


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"nope", b"'a'"])
def test_a_body_that_is_no_json_is_a_400_that_says_no_more(app: Kernos, body: bytes) -> None:
    watched = ask(app, lambda: request.get_json())
    options = {"data": body, "content_type": "application/json"}
    answer = watched.fault(method="POST", code=400, logged=0, **options)
    assert b"Failed to decode" not in answer.body
    app.debug = True
    answer = call(app, method="POST", **options)
    assert answer.code == 400
    assert b"Failed to decode" in answer.body


def test_silent_reading_answers_none(app: Kernos) -> None:
    watched = ask(app, lambda: request.get_json(silent=True))
    options = {"content_type": "application/json"}
    for body in (b"{", b"[" * 100_000):
        answer = watched.fault(method="POST", code=200, logged=0, data=body, **options)
        assert answer.body == b"None"


def test_a_body_that_does_not_claim_to_be_json_is_a_415(app: Kernos) -> None:
    watched = ask(app, lambda: request.json)
    watched.fault(method="POST", code=415, logged=0, data=b"{}", content_type="text/plain")
    with app.test_request_context("/", method="POST", data=b"{}"):
        with pytest.raises(UnsupportedMediaType):
            request.get_json()
        assert request.get_json(force=True) == {}
        assert request.is_json is False


def test_json_is_read_by_the_provider_in_force(app: Kernos) -> None:
    with app.test_request_context("/", method="POST", json={"a": 1}):
        assert request.json == {"a": 1}
        assert request.json_module is app.json
    assert Request(environ("/", method="POST", json=[1])).get_json() == [1]


# --- bodies: F9 ------------------------------------------------------------------------


class ServerError(Exception):
    """What a server raises when the client's chunks are malformed."""


class BadBody:
    """A body that breaks after its first bytes."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.first = [b"a=b&"]

    def read(self, *size: int) -> bytes:
        if self.first:
            return self.first.pop()
        raise self.error

    readline = read

    def readinto(self, buffer: t.Any) -> int:
        raise self.error

    def close(self) -> None:
        pass


@pytest.mark.parametrize(
    "question",
    [
        lambda: request.get_data(),
        lambda: request.form.to_dict(),
        lambda: request.stream.read(),
        lambda: list(request.stream),
        lambda: request.stream.readline() + request.stream.readline(),
        lambda: [request.stream.read(4), request.stream.readinto(bytearray(4))],
        lambda: request.get_json(force=True),
    ],
)
def test_a_body_that_the_server_cannot_deliver_is_a_400(app: Kernos, question: t.Any) -> None:
    watched = ask(app, question)
    watched.fault(
        method="POST",
        code=400,
        logged=0,
        validate=False,
        content_type="application/x-www-form-urlencoded",
        **{
            "wsgi.input": BadBody(ServerError("bad chunk")),
            "wsgi.input_terminated": True,
            "HTTP_TRANSFER_ENCODING": "chunked",
        },
    )


def test_an_http_error_of_the_body_stays_itself(app: Kernos) -> None:
    body = BadBody(RequestEntityTooLarge())
    with app.test_request_context("/", method="POST") as ctx:
        ctx.request.environ.update({"wsgi.input": body, "wsgi.input_terminated": True})
        with pytest.raises(RequestEntityTooLarge):
            request.stream.read(), request.stream.read()


def test_the_body_is_a_stream_as_any_other(app: Kernos) -> None:
    with app.test_request_context("/", method="POST", data=b"one\ntwo\nthree"):
        assert request.stream.readline() == b"one\n"
        assert list(request.stream) == [b"two\n", b"three"]
        assert request.stream.read() == b""
        assert request.stream.closed is False


# --- limits ----------------------------------------------------------------------------


def test_limits_are_the_configurations_unless_set_on_the_request(app: Kernos) -> None:
    app.config.update(MAX_CONTENT_LENGTH=10, MAX_FORM_MEMORY_SIZE=11, MAX_FORM_PARTS=12)
    names = ("max_content_length", "max_form_memory_size", "max_form_parts")
    with app.test_request_context("/"):
        assert [getattr(request, name) for name in names] == [10, 11, 12]
        for name in names:
            setattr(request, name, 1)
        assert [getattr(request, name) for name in names] == [1, 1, 1]
        request.max_content_length = None
        assert request.max_content_length is None
    outside = Request(environ("/"))
    assert [getattr(outside, name) for name in names] == [None, 500_000, 1_000]


def test_a_body_beyond_the_limit_is_a_413(app: Kernos) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 3
    watched = ask(app, lambda: request.get_data())
    watched.fault(method="POST", code=413, logged=0, data=b"four")
    assert watched.fault(method="POST", code=200, logged=0, data=b"one").body == b"b'one'"


def test_too_many_parts_or_too_large_a_field_are_a_413(app: Kernos) -> None:
    app.config.update(MAX_FORM_PARTS=2, MAX_FORM_MEMORY_SIZE=10)
    watched = ask(app, lambda: request.form.to_dict())
    parts = {name: (io.BytesIO(b"x"), "f") for name in "abc"}
    watched.fault(method="POST", code=413, logged=0, data=parts)
    field = {"a": "x" * 20, "f": (io.BytesIO(b"x"), "f")}
    watched.fault(method="POST", code=413, logged=0, data=field)


# --- mistakes that debug mode explains -------------------------------------------------


def test_a_form_that_sent_only_the_name_of_a_file_explains_itself(app: Kernos) -> None:
    app.debug = True
    with app.test_request_context("/", method="POST", data={"photo": "me.jpg"}):
        with pytest.raises(DebugFilesKeyError, match="multipart/form-data") as caught:
            request.files["photo"]
        assert "me.jpg" in str(caught.value)
        with pytest.raises(KeyError) as plain:
            request.files["nothing"]
        assert not isinstance(plain.value, DebugFilesKeyError)
        assert request.files.get("photo") is None
    app.debug = False
    with app.test_request_context("/", method="POST", data={"photo": "me.jpg"}):
        with pytest.raises(KeyError) as quiet:
            request.files["photo"]
        assert not isinstance(quiet.value, DebugFilesKeyError)


def test_files_that_were_sent_are_there(app: Kernos) -> None:
    app.debug = True
    data = {"f": (io.BytesIO(b"content"), "f.txt"), "a": "b"}
    with app.test_request_context("/", method="POST", data=data):
        assert isinstance(request.files["f"], FileStorage)
        assert request.files["f"].read() == b"content"
        assert request.form["a"] == "b"


# --- outside an application ------------------------------------------------------------


def test_a_request_can_be_read_without_an_application() -> None:
    one = Request(environ("/?a=b", method="POST", data={"c": "d"}))
    assert one.args["a"] == "b"
    assert one.form["c"] == "d"
    with pytest.raises(BadRequest):
        one.form["missing"]
    bad = Request(environ("/", method="POST", data=b"{", content_type="application/json"))
    with pytest.raises(BadRequest):
        bad.get_json()
    assert isinstance(make_app().router, MemoryRouter)
    assert kernos.has_request_context() is False
