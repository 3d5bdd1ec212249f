"""The fast answer is Werkzeug's answer, for rules and paths of all kinds."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import Map, RequestRedirect, Rule
from werkzeug.test import create_environ

from kernos import Kernos
from kernos_routing import RouteMap, WerkzeugRouter

VARIABLES = [
    "<{}>",
    "<int:{}>",
    "<int(signed=True):{}>",
    "<float:{}>",
    "<path:{}>",
    "<string(length=2):{}>",
    "<any(a,b,ab):{}>",
    "a-<{}>",
    "<{}>.x",
    "<int:{}>-<{}>",
    "<{}>-<path:{}>",
    "<path:{}>-x",
]
STATIC = ["a", "b", "ab", "ž", "a b", "x.y", "1", "", "a-b"]
TEXTS = [*STATIC, "1.5", "-1", "12", "a-1", "1-a", "b.x", "a-b-x", "\n", "%", "|"]
METHODS = [None, ["GET"], ["POST"], ["GET", "PUT"], ["OPTIONS"]]


@st.composite
def rules(draw: st.DrawFn) -> dict[str, Any]:
    """Return the arguments of one rule."""
    string = ""
    names = iter("xyzuvwrstq")
    for _ in range(draw(st.integers(0, 3))):
        segment = draw(st.sampled_from(STATIC + VARIABLES))
        count = segment.count("{}")
        string += "/" + segment.format(*(next(names) for _ in range(count)))
    string += draw(st.sampled_from(["", "/"]))
    websocket = draw(st.integers(0, 9)) == 0
    return {
        "string": string or "/",
        "endpoint": draw(st.sampled_from("efg")),
        "methods": None if websocket else draw(st.sampled_from(METHODS)),
        "strict_slashes": draw(st.sampled_from([None, None, True, False])),
        "merge_slashes": draw(st.sampled_from([None, None, True, False])),
        "defaults": draw(st.sampled_from([None, None, None, {"x": 1}, {"x": "a", "k": 2}])),
        "websocket": websocket,
        "build_only": draw(st.integers(0, 9)) == 0,
        "alias": draw(st.integers(0, 9)) == 0,
        "redirect_to": draw(st.sampled_from([None] * 9 + ["elsewhere"])),
    }


map_options = st.fixed_dictionaries(
    {
        "strict_slashes": st.booleans(),
        "merge_slashes": st.booleans(),
        "redirect_defaults": st.booleans(),
        "default_subdomain": st.sampled_from(["", "www"]),
    }
)
paths = st.one_of(
    st.lists(st.sampled_from(TEXTS), max_size=4).map(lambda parts: "/" + "/".join(parts)),
    st.text("ab1/-.ž", max_size=8),
)


@st.composite
def paths_of(draw: st.DrawFn, arguments: list[dict[str, Any]]) -> str:
    """Return a path that is made for one of the rules, or nearly."""
    rule: str = draw(st.sampled_from(arguments))["string"]
    path = VARIABLE.sub(lambda _: draw(st.sampled_from(TEXTS)), rule)
    change = draw(st.sampled_from(["", "", "", "more", "less", "twice"]))
    if change == "twice":
        return path.replace("/", "//", draw(st.integers(1, 3)))
    return path + "/" if change == "more" else path[:-1] if change == "less" else path


VARIABLE = re.compile("<[^>]*>")
requests = st.fixed_dictionaries(
    {
        "method": st.sampled_from(["GET", "HEAD", "POST", "OPTIONS", "get", "BREW"]),
        "query_string": st.sampled_from(["", "q=1&r=%C5%BE"]),
        "base_url": st.sampled_from(["http://localhost", "https://example.com:8443/app"]),
        "upgrade": st.integers(0, 9).map(lambda number: number == 0),
    }
)


def app_with(url_map: RouteMap, server_name: str | None) -> Kernos:
    app = Kernos("app", static_folder=None, components={"routing": WerkzeugRouter}, plugins=[])
    app.config["SERVER_NAME"] = server_name
    app.router.url_map = url_map
    return app


def answer(call: Any, rules: list[Rule]) -> object:
    """Return what a match gives, in a form that two maps can share."""
    try:
        rule, arguments = call()
    except RequestRedirect as error:
        return RequestRedirect, error.new_url
    except MethodNotAllowed as error:
        return MethodNotAllowed, sorted(error.valid_methods or ())
    except HTTPException as error:
        return type(error), error.code
    except (AssertionError, LookupError, TypeError, ValueError) as error:  # of odd rules
        return type(error), str(error)
    return next(i for i, one in enumerate(rules) if one is rule), arguments


def environ_of(path: str, wanted: dict[str, Any]) -> dict[str, Any]:
    environ = create_environ(
        "/", wanted["base_url"], method=wanted["method"], query_string=wanted["query_string"]
    )
    environ["PATH_INFO"] = path.encode().decode("latin1")
    if wanted["upgrade"]:
        environ["HTTP_CONNECTION"] = "Upgrade"
        environ["HTTP_UPGRADE"] = "websocket"
    return environ


def bound(kind: type[Map], options: dict[str, Any], arguments: list[dict[str, Any]]) -> Any:
    url_map = kind(**options)
    made = []
    for one in arguments:
        one = dict(one)
        rule = Rule(one.pop("string"), **one)
        try:
            url_map.add(rule)
        except ValueError:  # a default that its converter refuses, in both maps
            continue
        made.append(rule)
    return url_map, made


@settings(max_examples=400, deadline=None)
@given(
    map_options,
    st.lists(rules(), min_size=1, max_size=6),
    st.sampled_from([None, None, "example.com:8443"]),
    st.data(),
)
def test_router_and_map_answer_as_werkzeug(
    options: dict[str, Any],
    arguments: list[dict[str, Any]],
    server_name: str | None,
    data: st.DataObject,
) -> None:
    plain, plain_rules = bound(Map, options, arguments)
    ours, our_rules = bound(RouteMap, options, arguments)
    assert [str(rule) for rule in plain_rules] == [str(rule) for rule in our_rules]
    app = app_with(ours, server_name)
    router = app.router
    path = st.one_of(paths, paths_of(arguments), paths_of(arguments))
    for one in data.draw(st.lists(st.tuples(path, requests), min_size=1, max_size=8)):
        environ = environ_of(*one)
        subdomain = options["default_subdomain"]
        adapter = plain.bind_to_environ(environ, server_name=server_name, subdomain=subdomain)
        expected = answer(lambda: adapter.match(return_rule=True), plain_rules)
        assert answer(lambda: router.match(environ), our_rules) == expected
        assert answer(lambda: router.match_in_full(environ), our_rules) == expected


@settings(max_examples=200, deadline=None)
@given(
    map_options,
    st.lists(rules(), min_size=1, max_size=6),
    st.sampled_from("efgh"),
    st.dictionaries(st.sampled_from("xyk"), st.sampled_from([1, "a", "ž/", 1.5, None])),
    st.sampled_from([None, "GET", "POST"]),
)
def test_urls_are_built_as_werkzeug_builds_them(
    options: dict[str, Any],
    arguments: list[dict[str, Any]],
    endpoint: str,
    values: dict[str, Any],
    method: str | None,
) -> None:
    def build(adapter: Any) -> object:
        try:
            return adapter.build(endpoint, values, method=method)
        except (LookupError, ValueError, TypeError) as error:
            return type(error), str(error)

    place = ("/p", "http://example.com/app")
    domain = options["default_subdomain"]
    plain, _ = bound(Map, options, arguments)
    ours, _ = bound(RouteMap, options, arguments)
    expected = build(plain.bind_to_environ(create_environ(*place), subdomain=domain))
    assert build(ours.bind_to_environ(create_environ(*place), subdomain=domain)) == expected
    app = app_with(ours, None)
    ctx = app.test_request_context(*place)
    for _ in range(2):  # the second time by a kept adapter
        assert build(At(app.router, ctx)) == expected
    assert ctx.url_adapter is not None
    assert build(At(app.router, ctx)) == expected


class At:
    """A router at one place, with an adapter's way of asking."""

    def __init__(self, router: Any, ctx: Any) -> None:
        self.router, self.ctx = router, ctx

    def build(self, endpoint: str, values: dict[str, Any], method: str | None) -> Any:
        return self.router.build(endpoint, values, ctx=self.ctx, method=method)


@pytest.mark.parametrize("name", ["iter_rules", "is_endpoint_expecting", "__repr__"])
def test_the_map_tells_about_its_rules_as_werkzeugs_does(name: str) -> None:
    def told(kind: type[Map]) -> str:
        url_map = kind(
            [Rule("/<a>", endpoint="e"), Rule("/", endpoint="f"), Rule("/b", endpoint="e")]
        )
        if name == "is_endpoint_expecting":
            return repr(
                [url_map.is_endpoint_expecting("e", "a"), url_map.is_endpoint_expecting("f", "a")]
            )
        return (
            repr(list(url_map.iter_rules())) + repr(list(url_map.iter_rules("e"))) + repr(url_map)
        )

    assert told(RouteMap) == told(Map)
