"""What views call: redirects, aborts, files, flashed messages."""

from __future__ import annotations

import io
import os
import typing as t
from datetime import timedelta

import pytest
from kernel_harness import Watch, call, make_app, watch
from werkzeug.exceptions import Aborter, Gone, NotFound
from werkzeug.wrappers import Response as WerkzeugResponse

import kernos
from kernos import Kernos, Response, flash, get_flashed_messages


@pytest.fixture
def app(tmp_path) -> Kernos:
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "a.txt").write_text("content", "utf-8")
    os.utime(tmp_path / "static" / "a.txt", (1_000_000_000, 1_000_000_000))
    (tmp_path / "outside.txt").write_text("secret", "utf-8")
    return make_app(root_path=str(tmp_path), static_folder="static")


# --- redirects and aborts --------------------------------------------------------------


def test_a_redirect_is_the_applications(app: Kernos) -> None:
    class Mine(Response):
        pass

    outside = kernos.redirect("/x", 307, Response=WerkzeugResponse)
    assert (outside.status_code, outside.location) == (307, "/x")
    assert type(outside) is WerkzeugResponse
    app.response_class = Mine
    with app.app_context():
        response = kernos.redirect("/x")
        assert (response.status_code, response.location) == (302, "/x")
        assert type(response) is Mine
        app.redirect = lambda location, code=302: f"{location} {code}"
        assert kernos.redirect("/y", 301) == "/y 301"


def test_an_abort_is_the_applications(app: Kernos) -> None:
    with pytest.raises(NotFound):
        kernos.abort(404)
    with pytest.raises(LookupError):
        kernos.abort(200)

    class Mine(Aborter):
        def __init__(self) -> None:
            super().__init__(extra={"gone": Gone})

    class App(Kernos):
        aborter_class = Mine

    own = make_app(kind=App)
    with own.app_context():
        with pytest.raises(Gone, match="really"):
            kernos.abort("gone", "really")
        with pytest.raises(NotFound):
            kernos.abort(404)


# --- static files: F4 ------------------------------------------------------------------


def test_a_static_file_is_served_with_its_validators(app: Kernos) -> None:
    answer = call(app, "/static/a.txt")
    assert answer.body == b"content"
    assert answer.header("Content-Type") == "text/plain; charset=utf-8"
    assert answer.header("Last-Modified") == "Sun, 09 Sep 2001 01:46:40 GMT"
    assert answer.header("Cache-Control") == "no-cache"
    etag = answer.header("ETag")
    assert call(app, "/static/a.txt", HTTP_IF_NONE_MATCH=etag).code == 304
    partial = call(app, "/static/a.txt", HTTP_RANGE="bytes=0-2")
    assert (partial.code, partial.body) == (206, b"con")
    assert call(app, "/static/a.txt", "HEAD").body == b""


IMPOSSIBLE = [
    "Thu, 01 Jan 99999999999 00:00:00 GMT",
    "Thu, 99999999999 Jan 2024 00:00:00 GMT",
    "Thu, 01 Jan 0000 00:00:00 GMT",
    "Thu, 01 Jan 2024 99:99:99 GMT",
    "Thu, 01 Jan 2024 00:00:00 +999999999",
    "\xff",
    "",
]


@pytest.mark.parametrize("date", IMPOSSIBLE)
@pytest.mark.parametrize(
    "header", ["HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_IF_RANGE"]
)
def test_a_date_that_is_none_is_ignored(app: Kernos, header: str, date: str) -> None:
    watched: Watch = watch(app)
    extra = {"HTTP_RANGE": "bytes=0-2"} if header == "HTTP_IF_RANGE" else {}
    answer = watched.fault("/static/a.txt", code=200, logged=0, **{header: date}, **extra)
    assert answer.body == b"content"


def test_a_date_that_is_one_counts(app: Kernos) -> None:
    late = "Thu, 01 Jan 2037 00:00:00 GMT"
    assert call(app, "/static/a.txt", HTTP_IF_MODIFIED_SINCE=late).code == 304


OUTSIDE = ["../outside.txt", "..%2foutside.txt", "/etc/passwd", "no.txt", "", "./../outside.txt"]


@pytest.mark.parametrize("path", OUTSIDE)
def test_nothing_outside_the_folder_is_served(app: Kernos, path: str) -> None:
    assert call(app, f"/static/{path}").code == 404


def test_how_long_a_file_may_be_cached(app: Kernos) -> None:
    for setting, header in [
        (None, "no-cache"),
        (3600, "public, max-age=3600"),
        (timedelta(hours=2), "public, max-age=7200"),
    ]:
        app.config["SEND_FILE_MAX_AGE_DEFAULT"] = setting
        assert call(app, "/static/a.txt").header("Cache-Control") == header

    class Mine(Kernos):
        def get_send_file_max_age(self, filename):
            return 1 if filename.endswith(".txt") else 2

    own = make_app(kind=Mine, root_path=app.root_path, static_folder="static")
    assert "max-age=1" in str(call(own, "/static/a.txt").header("Cache-Control"))


def test_files_are_sent_from_the_applications_root(app: Kernos) -> None:
    with app.test_request_context("/"):
        response = kernos.send_file("static/a.txt", as_attachment=True, download_name="ž.txt")
        response.direct_passthrough = False
        assert response.data == b"content"
        assert "filename*=UTF-8''%C5%BE.txt" in response.headers["Content-Disposition"]
        response.close()
        response = kernos.send_from_directory("static", "a.txt", max_age=5)
        assert response.cache_control.max_age == 5
        assert type(response) is app.response_class
        response.close()
        response = kernos.send_file(io.BytesIO(b"x"), mimetype="a/b")
        assert response.mimetype == "a/b"
        response.close()
        with pytest.raises(NotFound):
            kernos.send_from_directory("static", "../outside.txt")


def test_a_server_may_send_the_file_itself(app: Kernos) -> None:
    app.config["USE_X_SENDFILE"] = True
    answer = call(app, "/static/a.txt")
    assert answer.header("X-Sendfile") == os.path.join(app.root_path, "static", "a.txt")
    assert answer.body == b""


def test_an_application_without_a_static_folder_has_none() -> None:
    app = make_app()
    assert (app.static_folder, app.static_url_path, app.has_static_folder) == (None, None, False)
    with pytest.raises(RuntimeError, match="no static folder"):
        app.send_static_file("a.txt")
    app.static_url_path = "/s/"
    assert app.static_url_path == "/s"
    app.static_url_path = None
    assert app.static_url_path is None


def test_resources_are_opened(app: Kernos, tmp_path) -> None:
    with app.open_resource("outside.txt") as file:
        assert file.read() == b"secret"
    instance = make_app(instance_path=str(tmp_path / "instance"))
    (tmp_path / "instance").mkdir()
    with instance.open_instance_resource("a.txt", "w") as file:
        file.write("ž")
    with instance.open_instance_resource("a.txt") as file:
        assert file.read() == "ž".encode()
    with instance.open_instance_resource("a.txt", "r", encoding="latin1") as file:
        assert file.read() == "Å¾"


# --- flashed messages ------------------------------------------------------------------


@pytest.fixture
def client(app: Kernos) -> t.Any:
    def say() -> str:
        flash("one")
        flash("two", "error")
        flash("three", category="warning")
        return "said"

    app.add_url_rule("/say", "say", say)
    app.add_url_rule("/all", "all", lambda: repr(get_flashed_messages()))
    app.add_url_rule("/pairs", "pairs", lambda: repr(get_flashed_messages(with_categories=True)))
    app.add_url_rule(
        "/some",
        "some",
        lambda: repr(
            [
                get_flashed_messages(category_filter=["error", "warning"]),
                get_flashed_messages(True, ["error"]),
                get_flashed_messages(category_filter=["nothing"]),
            ]
        ),
    )
    app.add_url_rule(
        "/twice", "twice", lambda: "".join(repr(get_flashed_messages()) for _ in "12")
    )
    return app.test_client()


def test_messages_wait_for_the_next_request_and_are_handed_out_once(client: t.Any) -> None:
    client.get("/say")
    assert client.get("/all").text == "['one', 'two', 'three']"
    assert client.get("/all").text == "[]"


def test_messages_come_with_their_categories(client: t.Any) -> None:
    client.get("/say")
    assert client.get("/pairs").text == repr(
        [("message", "one"), ("error", "two"), ("warning", "three")]
    )


def test_messages_may_be_filtered(client: t.Any) -> None:
    client.get("/say")
    assert client.get("/some").text == "[['two', 'three'], [('error', 'two')], []]"


def test_messages_are_the_same_within_one_request(client: t.Any) -> None:
    client.get("/say")
    assert client.get("/twice").text == "['one', 'two', 'three']" * 2


def test_messages_of_several_requests_add_up(client: t.Any) -> None:
    client.get("/say")
    client.get("/say")
    assert client.get("/all").text == repr(["one", "two", "three"] * 2)


# --- URLs ------------------------------------------------------------------------------


@pytest.fixture
def urls() -> Kernos:
    app = make_app()
    app.add_url_rule("/", "index", lambda: "x")
    app.add_url_rule("/user/<name>", "user", lambda name: name, methods=["GET"])
    app.add_url_rule("/user/<name>/edit", "user", methods=["POST"])
    return app


def test_a_url_is_built_within_a_request(urls: Kernos) -> None:
    with urls.test_request_context("/", base_url="https://a.example/root"):
        for arguments, expected in [
            ({}, "/root/user/ada"),
            ({"_external": True}, "https://a.example/root/user/ada"),
            ({"_scheme": "http"}, "http://a.example/root/user/ada"),
            ({"_anchor": "x y&ž"}, "/root/user/ada#x%20y&%C5%BE"),
            ({"_method": "POST"}, "/root/user/ada/edit"),
            ({"q": "a b", "none": None}, "/root/user/ada?q=a+b"),
        ]:
            assert kernos.url_for("user", name="ada", **arguments) == expected
        with pytest.raises(ValueError, match="_external"):
            kernos.url_for("user", name="ada", _scheme="http", _external=False)


def test_a_url_outside_a_request_is_external(urls: Kernos) -> None:
    with urls.app_context(), pytest.raises(RuntimeError, match="SERVER_NAME") as caught:
        kernos.url_for("index")
    assert "fix: " in str(caught.value)
    urls.config.update(SERVER_NAME="b.example", PREFERRED_URL_SCHEME="https")
    with urls.app_context():
        assert kernos.url_for("index") == "https://b.example/"
        assert kernos.url_for("index", _external=False) == "/"
    assert urls.url_for("index") == "https://b.example/"


def test_a_url_that_cannot_be_built_asks_the_handlers(urls: Kernos) -> None:
    asked: list[t.Any] = []

    def declines(error: Exception, endpoint: str, values: dict[str, t.Any]) -> None:
        asked.append((endpoint, values))

    def raises(error: Exception, endpoint: str, values: dict[str, t.Any]) -> t.NoReturn:
        raise error

    urls.url_build_error_handlers += [declines, raises]
    with urls.test_request_context("/"):
        with pytest.raises(LookupError, match="nobody"):
            kernos.url_for("nobody", a=1, _anchor="x")
        assert asked == [
            (
                "nobody",
                {"a": 1, "_anchor": "x", "_method": None, "_scheme": None, "_external": False},
            )
        ]
        urls.url_build_error_handlers.append(lambda error, endpoint, values: f"/{endpoint}")
        assert kernos.url_for("nobody") == "/nobody"
    urls.url_build_error_handlers.clear()
    with urls.test_request_context("/"), pytest.raises(LookupError):
        kernos.url_for("nobody")


def test_url_defaults_of_the_application_come_first(urls: Kernos) -> None:
    urls.url_defaults(lambda endpoint, values: values.setdefault("name", "default"))
    with urls.test_request_context("/"):
        assert kernos.url_for("user") == "/user/default"
        assert kernos.url_for("user", name="own") == "/user/own"


def test_an_endpoint_with_a_dot_in_front_is_the_blueprints(urls: Kernos) -> None:
    blueprint = kernos.Blueprint("bp", __name__, url_prefix="/bp")
    blueprint.add_url_rule(
        "/", "index", lambda: " ".join(kernos.url_for(name) for name in (".index", "index"))
    )
    urls.register_blueprint(blueprint)
    assert call(urls, "/bp/").text == "/bp/ /"
    with urls.test_request_context("/"):
        assert kernos.url_for(".index") == "/"
