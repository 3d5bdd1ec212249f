"""What a request's path and method find: the rules of routing, row by row."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import BuildError, RequestRedirect, WebsocketMismatch
from werkzeug.test import create_environ

from kernos import Kernos
from kernos.contracts import Router, Rule
from kernos.errors import ContextError
from kernos_routing import BaseConverter, ValidationError


def match(app: Kernos, path: str, method: str = "GET", **kw: Any) -> tuple[Any, dict[str, Any]]:
    environ = {**create_environ(path, **kw), "REQUEST_METHOD": method}
    rule, arguments = app.router.match(environ)
    return rule.endpoint, arguments


def redirect(app: Kernos, path: str, **kw: Any) -> str:
    with pytest.raises(RequestRedirect) as caught:
        match(app, path, **kw)
    assert caught.value.code == 308
    return caught.value.new_url


def test_the_router_meets_the_contract(app: Kernos) -> None:
    assert isinstance(app.router, Router)
    assert isinstance(app.router.add("/<x>", "x", ["GET"]), Rule)


@pytest.mark.parametrize(
    ("rule", "path", "value"),
    [
        ("/<x>", "/žluť", "žluť"),
        ("/<string:x>", "/a b", "a b"),
        ("/<string(length=2):x>", "/cs", "cs"),
        ("/<int:x>", "/42", 42),
        ("/<int(signed=True):x>", "/-42", -42),
        ("/<float:x>", "/1.5", 1.5),
        ("/<path:x>", "/a/b/c", "a/b/c"),
        ("/<any(about, help):x>", "/help", "help"),
        (
            "/<uuid:x>",
            "/12345678-1234-5678-1234-567812345678",
            UUID("12345678-1234-5678-1234-567812345678"),
        ),
    ],
)
def test_each_converter_gives_its_type(app: Kernos, rule: str, path: str, value: object) -> None:
    app.router.add(rule, "view", ["GET"])
    assert match(app, path) == ("view", {"x": value})


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        ("/<int:x>", "/x"),
        ("/<int:x>", "/-1"),
        ("/<int(max=9):x>", "/10"),
        ("/<int:x>", "/" + "1" * 5000),
        ("/<float:x>", "/1"),
        ("/<x>", "/a/b"),
        ("/<string(length=2):x>", "/abc"),
        ("/<any(about, help):x>", "/other"),
        ("/<uuid:x>", "/1234"),
        ("/p", "/q"),
        ("/p", "/p/"),
        ("/p", "/P"),
    ],
)
def test_what_does_not_fit_is_not_found(app: Kernos, rule: str, path: str) -> None:
    app.router.add(rule, "view", ["GET"])
    with pytest.raises(NotFound):
        match(app, path)


def test_a_rule_without_methods_takes_every_method(app: Kernos) -> None:
    app.router.add("/p", "p", None)
    assert match(app, "/p", "BREW") == ("p", {})


def test_head_comes_with_get_and_the_allowed_methods_are_told(app: Kernos) -> None:
    app.router.add("/p", "get", ["GET"])
    app.router.add("/p", "post", ["POST"])
    app.router.add("/<x>", "get", ["GET"])
    assert match(app, "/p", "HEAD") == ("get", {})
    assert match(app, "/p", "POST") == ("post", {})
    with pytest.raises(MethodNotAllowed) as caught:
        match(app, "/p", "DELETE")
    assert sorted(caught.value.valid_methods or ()) == ["GET", "HEAD", "POST"]


def test_the_case_of_a_method_does_not_choose_the_rule(app: Kernos) -> None:
    app.router.add("/p", "get", ["GET"])
    app.router.add("/p", "any", None)
    assert match(app, "/p", "get") == match(app, "/p", "GET") == ("get", {})


def test_a_static_rule_wins_over_a_dynamic_one_added_before(app: Kernos) -> None:
    app.router.add("/<x>", "dynamic", ["GET"])
    app.router.add("/p", "static", ["GET"])
    assert match(app, "/p") == ("static", {})
    assert match(app, "/q") == ("dynamic", {"x": "q"})


def test_a_dynamic_rule_answers_where_the_static_one_has_not_the_method(app: Kernos) -> None:
    app.router.add("/p", "static", ["POST"])
    app.router.add("/<x>", "dynamic", ["GET"])
    assert match(app, "/p") == ("dynamic", {"x": "p"})


def test_a_missing_slash_is_redirected_with_the_query(app: Kernos) -> None:
    app.router.add("/s/", "s", ["GET"])
    app.router.add("/d/<x>/", "d", ["GET"])
    assert redirect(app, "/s", query_string="q=1") == "http://localhost/s/?q=1"
    assert redirect(app, "/d/ž", base_url="https://example.com/app") == (
        "https://example.com/app/d/%C5%BE/"
    )


def test_a_rule_may_take_both_with_and_without_the_slash(app: Kernos) -> None:
    app.router.add("/s/", "s", ["GET"], strict_slashes=False)
    app.router.add("/d/<x>", "d", ["GET"], strict_slashes=False)
    assert match(app, "/s") == match(app, "/s/") == ("s", {})
    assert match(app, "/d/1") == match(app, "/d/1/") == ("d", {"x": "1"})


def test_doubled_slashes_are_redirected_unless_the_map_keeps_them(app: Kernos) -> None:
    app.router.add("/a/b", "ab", ["GET"])
    assert redirect(app, "/a//b") == "http://localhost/a/b"
    app.router.url_map.merge_slashes = False
    with pytest.raises(NotFound):
        match(app, "/a//b")


def test_a_rule_that_keeps_its_slashes_is_no_goal_of_a_redirect(app: Kernos) -> None:
    app.router.add("/a/b", "ab", ["GET"], merge_slashes=False)
    app.router.add("/c//d", "cd", ["GET"], merge_slashes=False)
    with pytest.raises(NotFound):
        match(app, "/a//b")
    assert match(app, "/c//d") == ("cd", {})


def test_slashes_in_front_of_a_path_count_as_one(app: Kernos) -> None:
    app.router.add("/a", "a", ["GET"])
    app.router.add("//b", "b", ["GET"], merge_slashes=False)
    for path, found in (("///a", True), ("//b", False), ("/b", False)):
        environ = {**create_environ("/"), "PATH_INFO": path}
        if found:
            assert app.router.match(environ)[0].endpoint == "a"
        else:
            with pytest.raises(NotFound):
                app.router.match(environ)


def test_defaults_are_arguments_and_make_one_url_canonical(app: Kernos) -> None:
    app.router.add("/all/", "all", ["GET"], defaults={"page": 1})
    app.router.add("/all/page/<int:page>", "all", ["GET"])
    assert match(app, "/all/") == ("all", {"page": 1})
    assert match(app, "/all/page/2") == ("all", {"page": 2})
    assert redirect(app, "/all/page/1") == "http://localhost/all/"
    app.router.url_map.redirect_defaults = False
    assert match(app, "/all/page/1") == ("all", {"page": 1})


def test_a_rule_may_redirect_or_be_an_alias(app: Kernos) -> None:
    app.router.add("/old/<x>", "old", ["GET"], redirect_to="new/<x>")
    app.router.add("/moved", "old", ["GET"], redirect_to="new")
    app.router.add("/index", "index", ["GET"])
    app.router.add("/index.html", "index", ["GET"], alias=True)
    assert redirect(app, "/old/1") == "http://localhost/new/1"
    assert redirect(app, "/moved") == "http://localhost/new"
    assert redirect(app, "/index.html") == "http://localhost/index"


@pytest.mark.parametrize(
    "path", ["//evil.com/s", "///evil.com//s", "/\\evil.com/s", "//evil.com", "/%2F%2Fevil.com/s"]
)
def test_a_redirect_never_leaves_the_host(app: Kernos, path: str) -> None:
    app.router.add("/<path:x>/", "x", ["GET"])
    environ = create_environ("/")
    environ["PATH_INFO"] = path
    with pytest.raises(RequestRedirect) as caught:
        app.router.match(environ)
    scheme, _, rest = caught.value.new_url.partition("://")
    assert (scheme, rest.partition("/")[0]) == ("http", "localhost")
    assert not rest.partition("/")[2].startswith("/")


def test_a_websocket_rule_takes_websockets_only(app: Kernos) -> None:
    app.router.add("/ws", "ws", None, websocket=True)
    upgrade = {"HTTP_CONNECTION": "Upgrade", "HTTP_UPGRADE": "websocket"}
    assert match(app, "/ws", environ_overrides=upgrade) == ("ws", {})
    with pytest.raises(WebsocketMismatch):
        match(app, "/ws")


def test_an_upgrade_to_something_else_is_an_ordinary_request(app: Kernos) -> None:
    app.router.add("/p", "p", ["GET"])
    upgrade = {"HTTP_CONNECTION": "Upgrade", "HTTP_UPGRADE": "h2c"}
    assert match(app, "/p", environ_overrides=upgrade) == ("p", {})


@pytest.mark.parametrize("path", ["", None])
def test_an_empty_path_is_redirected_and_a_missing_one_is_the_root(
    app: Kernos, path: str | None
) -> None:
    app.router.add("/", "root", ["GET"])
    environ = create_environ("/", "http://localhost/app")
    del environ["PATH_INFO"]
    if path is None:
        assert app.router.match(environ)[0].endpoint == "root"
    else:
        environ["PATH_INFO"] = path
        with pytest.raises(RequestRedirect) as caught:
            app.router.match(environ)
        assert caught.value.new_url == "http://localhost/app/"


def test_bytes_that_are_no_utf8_become_replacement_characters(app: Kernos) -> None:
    app.router.add("/<x>", "x", ["GET"])
    environ = create_environ("/")
    environ["PATH_INFO"] = "/\xff"
    assert app.router.match(environ)[1] == {"x": "\ufffd"}


def test_each_match_has_arguments_of_its_own(app: Kernos) -> None:
    app.router.add("/p", "p", ["GET"])
    match(app, "/p")[1]["x"] = 1
    assert match(app, "/p") == ("p", {})


@pytest.mark.parametrize(
    "rule",
    [
        "/<a>-<b>-<c>-<d>-<e>!",
        "/<y>-<m>-<d>-<slug>.html",
        "/<path:a>/<path:b>/<path:c>/<path:d>!",
    ],
)
def test_a_hostile_path_is_not_found_without_trying_its_ways(app: Kernos, rule: str) -> None:
    app.router.add(rule, "x", ["GET"])
    for unit in ("-", "/-", "a-"):
        with pytest.raises(NotFound):
            match(app, "/" + unit * 2000)  # by trying: hours


# --- converters that fail ----------------------------------------------------------------


class Failing(BaseConverter):
    """Raises what it is told to."""

    error: BaseException = ValidationError()

    def to_python(self, value: str) -> object:
        raise self.error


def test_a_validation_error_means_not_found(app: Kernos) -> None:
    app.router.converters["failing"] = Failing
    app.router.add("/<failing:x>", "x", ["GET"])
    with pytest.raises(NotFound):
        match(app, "/1")


def test_another_error_is_raised_and_names_converter_and_rule(app: Kernos) -> None:
    app.router.converters["failing"] = type("F", (Failing,), {"error": ValueError("mine")})
    app.router.add("/<failing:x>", "x", ["GET"])
    with pytest.raises(ValueError, match="mine") as caught:
        match(app, "/1")
    assert any("'/<failing:x>'" in note for note in caught.value.__notes__)


def test_a_url_cannot_end_the_process(app: Kernos) -> None:
    app.router.converters["failing"] = type("F", (Failing,), {"error": SystemExit(3)})
    app.router.add("/<failing:x>", "x", ["GET"])
    with pytest.raises(RuntimeError, match="called exit"):
        match(app, "/1")


# --- building ----------------------------------------------------------------------------


def test_urls_are_built_with_the_rest_as_a_query(app: Kernos) -> None:
    app.router.add("/u/<name>", "user", ["GET"])
    ctx = app.test_request_context()
    assert app.router.build("user", {"name": "ž", "q": "a b"}, ctx=ctx) == "/u/%C5%BE?q=a+b"


def test_a_scheme_makes_the_url_external(app: Kernos) -> None:
    app.router.add("/p", "p", ["GET"])
    ctx = app.test_request_context(base_url="http://example.com/app")
    assert app.router.build("p", {}, ctx=ctx) == "/app/p"
    assert app.router.build("p", {}, ctx=ctx, scheme="https") == "https://example.com/app/p"
    assert app.router.build("p", {}, ctx=ctx, external=True) == "http://example.com/app/p"


def test_the_method_chooses_among_the_rules_of_an_endpoint(app: Kernos) -> None:
    app.router.add("/get", "p", ["GET"])
    app.router.add("/post", "p", ["POST"])
    ctx = app.test_request_context()
    assert app.router.build("p", {}, ctx=ctx, method="POST") == "/post"
    assert app.router.build("p", {}, ctx=ctx, method=None) == "/get"


def test_an_endpoint_that_cannot_be_built_is_a_build_error(app: Kernos) -> None:
    app.router.add("/u/<name>", "user", ["GET"])
    with pytest.raises(BuildError, match="user"):
        app.router.build("user", {}, ctx=app.test_request_context())
    with pytest.raises(BuildError, match="Did you mean 'user'"):
        app.router.build("usr", {}, ctx=app.test_request_context())


@pytest.mark.parametrize("kind", ["no context", "no server name"])
def test_a_url_without_a_place_is_refused_with_the_cure(app: Kernos, kind: str) -> None:
    app.router.add("/p", "p", ["GET"])
    ctx = None if kind == "no context" else app.app_context()
    with pytest.raises(ContextError, match="SERVER_NAME") as caught:
        app.router.build("p", {}, ctx=ctx)
    assert isinstance(caught.value, RuntimeError)
    assert 'app.config["SERVER_NAME"]' in caught.value.fix
