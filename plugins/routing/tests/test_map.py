"""The map: added to while it serves, taken back, and strict about what it is given."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.exceptions import NotFound
from werkzeug.routing import BuildError, Map, Rule, Submount
from werkzeug.test import create_environ

from kernos import Kernos
from kernos.errors import KernosError, RegistrationError
from kernos_routing import BaseConverter, RouteMap, UnknownConverter

MakeApp = Callable[..., Kernos]


def endpoint_of(app: Kernos, path: str, method: str = "GET") -> Any:
    return app.router.match(create_environ(path, method=method))[0].endpoint


# --- while serving -----------------------------------------------------------------------


def test_rules_added_while_others_match_and_build_disturb_nobody(app: Kernos) -> None:
    app.router.add("/static", "static", ["GET"])
    app.router.add("/user/<name>", "user", ["GET"])
    app.router.add("/user/<int:number>", "user", ["GET"])
    done = threading.Event()
    errors: list[BaseException] = []
    answered = 0

    def serve() -> None:
        nonlocal answered
        try:
            while not done.is_set():
                assert endpoint_of(app, "/static") == "static"
                assert app.router.match(create_environ("/user/7"))[1] == {"number": 7}
                with pytest.raises(NotFound):
                    endpoint_of(app, "/nothing/at/all")
                adapter = app.router.url_map.bind("localhost")
                assert adapter.build("user", {"name": "x"}) == "/user/x"
                with pytest.raises(BuildError):
                    adapter.build("stati")
                for rule in app.router.url_map.iter_rules():
                    assert rule.map is app.router.url_map
                answered += 1
        except BaseException as error:
            errors.append(error)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    threads = [threading.Thread(target=serve) for _ in range(4)]
    try:
        for thread in threads:
            thread.start()
        for number in range(400):
            app.router.add(f"/added/{number}", f"added{number}", ["GET"])
            app.router.url_map.add(Rule(f"/added/{number}/<x>", endpoint="user"))
            assert endpoint_of(app, f"/added/{number}") == f"added{number}"
            assert endpoint_of(app, f"/added/{number}/x") == "user"
    finally:
        done.set()
        for thread in threads:
            thread.join()
        sys.setswitchinterval(interval)
    assert errors == []
    assert answered > 0


def test_a_rule_added_to_the_map_itself_is_matched_at_once(app: Kernos) -> None:
    with pytest.raises(NotFound):
        endpoint_of(app, "/late")
    app.router.url_map.add(Rule("/late", endpoint="late"))
    assert endpoint_of(app, "/late") == "late"


def test_changed_methods_of_a_rule_count_at_once(app: Kernos) -> None:
    rule = app.router.add("/p", "p", ["GET"])
    rule.methods.add("POST")
    assert endpoint_of(app, "/p", "POST") == "p"


def test_a_converter_added_later_serves_rules_added_later(app: Kernos) -> None:
    class Upper(BaseConverter):
        def to_python(self, value: str) -> str:
            return value.upper()

    app.router.url_map.converters["upper"] = Upper
    app.router.add("/<upper:x>", "x", ["GET"])
    assert app.router.match(create_environ("/ab"))[1] == {"x": "AB"}
    app.router.converters["upper"] = BaseConverter
    app.router.add("/again/<upper:x>", "x", ["GET"])
    assert app.router.match(create_environ("/again/ab"))[1] == {"x": "ab"}


def test_converters_may_be_replaced_as_a_whole(app: Kernos) -> None:
    app.router.converters = {"only": BaseConverter, "default": BaseConverter}
    app.router.add("/<only:x>", "x", ["GET"])
    with pytest.raises(LookupError):
        app.router.add("/<int:x>", "x", ["GET"])


def test_rules_are_told_in_the_order_of_their_adding(app: Kernos) -> None:
    for rule in ("/b", "/<x>", "/a", "/<int:x>"):
        app.router.add(rule, rule[-1], ["GET"])
    assert [rule.rule for rule in app.router.rules()] == ["/b", "/<x>", "/a", "/<int:x>"]


# --- taken back ---------------------------------------------------------------------------


def test_a_snapshot_takes_back_what_was_added_since(app: Kernos) -> None:
    app.router.add("/kept", "kept", ["GET"])
    app.router.add("/kept/<x>", "kept", ["GET"])
    url_map, converters = app.router.url_map, app.router.converters
    snapshot = app.router.snapshot()
    app.router.add("/kept", "other", ["POST"])
    app.router.add("/gone/<x>", "gone", ["GET"])
    app.router.add("/kept/all", "kept", ["GET"], defaults={"x": 1})
    app.router.converters["gone"] = BaseConverter
    app.router.converters["int"] = BaseConverter
    app.router.restore(snapshot)
    assert app.router.url_map is url_map
    assert app.router.converters is converters
    assert "gone" not in converters
    assert converters["int"] is Map.default_converters["int"]
    assert [rule.rule for rule in app.router.rules()] == ["/kept", "/kept/<x>"]
    assert [rule.rule for rule in url_map.iter_rules()] == ["/kept/<x>", "/kept"]
    assert endpoint_of(app, "/kept") == "kept"
    assert app.router.match(create_environ("/kept/1"))[1] == {"x": "1"}
    with pytest.raises(NotFound):
        endpoint_of(app, "/gone/1")
    with pytest.raises(BuildError):
        url_map.bind("localhost").build("gone", {"x": 1})
    assert url_map.bind("localhost").build("kept") == "/kept"


def test_rules_may_be_added_again_after_they_were_taken_back(app: Kernos) -> None:
    snapshot = app.router.snapshot()
    app.router.add("/p", "first", ["GET"])
    app.router.restore(snapshot)
    app.router.add("/p", "second", ["GET"])
    assert endpoint_of(app, "/p") == "second"


# --- refused -----------------------------------------------------------------------------


def test_a_factory_with_a_bad_rule_adds_none(app: Kernos) -> None:
    rules = [Rule("/good", endpoint="good"), Rule("/<nope:x>", endpoint="bad")]
    with pytest.raises(LookupError):
        app.router.url_map.add(Submount("/sub", rules))
    assert list(app.router.url_map.iter_rules()) == []
    with pytest.raises(NotFound):
        endpoint_of(app, "/sub/good")


def test_an_unknown_converter_names_the_known_and_the_nearest(app: Kernos) -> None:
    with pytest.raises(LookupError) as caught:
        app.router.add("/<flaot:x>", "x", ["GET"])
    error = caught.value
    assert isinstance(error, UnknownConverter)
    assert "'flaot'" in error.what
    assert "/<flaot:x>" in error.what
    assert "any, default, float, int, path, string, uuid" in error.why
    assert "<float:…>" in error.fix


def test_an_unknown_converter_without_a_likeness_says_how_to_add_it(app: Kernos) -> None:
    with pytest.raises(UnknownConverter) as caught:
        app.router.add("/p", "x", ["GET"], subdomain="<zzz(1):x>")
    assert 'converters["zzz"]' in caught.value.fix
    with pytest.raises(UnknownConverter) as caught:
        app.router.add("/<date:day>", "y", ["GET"])
    assert 'converters["date"]' in caught.value.fix


def test_a_converters_own_lookup_error_is_left_as_it_is(app: Kernos) -> None:
    class Broken(BaseConverter):
        def __init__(self, url_map: Map) -> None:
            raise KeyError("mine")

    app.router.converters["broken"] = Broken
    with pytest.raises(KeyError, match="mine"):
        app.router.add("/<broken:x>", "x", ["GET"])


def converter(expression: Any) -> type[BaseConverter]:
    return type("Odd", (BaseConverter,), {"regex": expression, "part_isolating": True})


@pytest.mark.parametrize("expression", ["(", "[", "*", "a{2}{3}", r"\1", "(?P<x>", 7, None])
def test_a_converter_with_a_bad_expression_is_refused_with_its_rule(
    app: Kernos, expression: Any
) -> None:
    app.router.converters["odd"] = converter(expression)
    with pytest.raises(RegistrationError) as caught:
        app.router.add("/<odd:x>", "x", ["GET"])
    for word in ("Odd", "'x'", "/<odd:x>"):
        assert word in caught.value.what
    assert caught.value.fix
    assert not list(app.router.rules())


@pytest.mark.parametrize("expression", ["(a|b)", "(?P<name>a)"])
def test_a_converter_that_captures_is_refused(app: Kernos, expression: str) -> None:
    app.router.converters["odd"] = converter(expression)
    with pytest.raises(RegistrationError, match="capturing group"):
        app.router.add("/<odd:x>", "x", ["GET"])


def test_an_application_may_allow_groups_as_flask_does(make_app: MakeApp) -> None:
    app = make_app(strict_converters=False)
    app.router.converters["odd"] = converter("(a|b)")
    app.router.add("/<odd:x>-<odd:y>", "x", ["GET"])
    assert app.router.match(create_environ("/a-b"))[1] == {"x": "a", "y": "b"}


@pytest.mark.parametrize("expression", ["(?P<name>a|b)", r"(a|b)\1"])
def test_groups_that_cannot_work_are_refused_even_then(make_app: MakeApp, expression: str) -> None:
    app = make_app(strict_converters=False)
    app.router.converters["odd"] = converter(expression)
    with pytest.raises(RegistrationError, match="cannot be matched"):
        app.router.add("/<odd:x>-<odd:y>", "x", ["GET"])


@pytest.mark.parametrize("rule", ["/<", "/<x", "nope", "/<a>/<a>", "/<int(>:x>"])
def test_a_rule_that_cannot_be_understood_is_a_value_error(app: Kernos, rule: str) -> None:
    with pytest.raises(ValueError):
        app.router.add(rule, "x", ["GET"])
    assert not list(app.router.rules())


def test_a_variable_that_is_named_twice_is_explained(app: Kernos) -> None:
    with pytest.raises(RegistrationError, match="duplicate argument 'a'") as caught:
        app.router.add("/<a>/<a>", "x", ["GET"])
    assert isinstance(caught.value, KernosError)


# --- classes of the application's own --------------------------------------------------------


def test_the_applications_map_and_rule_classes_are_used_and_made_safe(
    make_app: MakeApp,
) -> None:
    class OwnMap(Map):
        added = 0

        def add(self, rulefactory: Any) -> None:
            OwnMap.added += 1
            super().add(rulefactory)

    class OwnRule(Rule):
        pass

    app = make_app(host_matching=True, url_map_class=OwnMap, url_rule_class=OwnRule)
    assert isinstance(app.router.url_map, OwnMap)
    assert isinstance(app.router.url_map, RouteMap)
    assert app.router.url_map.host_matching
    assert type(app.router.add("/p", "p", ["GET"], host="localhost")) is OwnRule
    assert OwnMap.added == 1
    assert endpoint_of(app, "/p") == "p"
    assert repr(app.router.url_map).startswith("OwnMap([")


def test_werkzeugs_own_class_means_the_default(make_app: MakeApp) -> None:
    app = make_app(url_map_class=Map, url_rule_class=Rule)
    assert type(app.router.url_map) is RouteMap
    assert repr(app.router.url_map) == "Map([])"


def test_a_safe_map_class_is_taken_as_it_is(make_app: MakeApp) -> None:
    class Own(RouteMap):
        default_converters = {**RouteMap.default_converters, "mine": BaseConverter}

    app = make_app(url_map_class=Own)
    assert type(app.router.url_map) is Own
    app.router.add("/<mine:x>", "x", ["GET"])


def test_a_map_that_is_put_in_place_is_made_safe_and_stays_itself(app: Kernos) -> None:
    own = Map([Rule("/a", endpoint="a"), Rule("/<x>", endpoint="b")], merge_slashes=False)
    app.router.url_map = own
    assert app.router.url_map is own
    assert isinstance(own, RouteMap)
    own.converters["own"] = BaseConverter
    app.router.add("/own/<own:x>", "own", ["GET"])
    own.add(Rule("/b", endpoint="b"))
    assert [endpoint_of(app, path) for path in ("/a", "/x", "/own/1", "/b")] == [
        "a",
        "b",
        "own",
        "b",
    ]
    with pytest.raises(NotFound):
        endpoint_of(app, "//a//")
    with pytest.raises(RegistrationError):
        own.converters["odd"] = converter("(a)")
        own.add(Rule("/<odd:x>", endpoint="odd"))
    assert app.router.build("own", {"x": 1}, ctx=app.test_request_context()) == "/own/1"


def test_an_unknown_option_of_a_rule_is_refused(app: Kernos) -> None:
    with pytest.raises(TypeError, match="colour"):
        app.router.add("/p", "p", ["GET"], colour="red")


def test_a_map_takes_rules_in_its_constructor() -> None:
    url_map = RouteMap([Rule("/a", endpoint="a")], "www", strict_slashes=False)
    assert url_map.default_subdomain == "www"
    assert url_map.bind("localhost").match("/a/") == ("a", {})


def test_rules_are_forgotten_by_restoring_a_snapshot_without_them(app: Kernos) -> None:
    def add(name: str) -> None:
        app.add_url_rule(f"/{name}/<int:x>", name, lambda x: name)

    for name in ("one", "two", "three"):
        add(name)
    gone = [rule for rule in app.router.rules() if rule.endpoint == "two"]
    app.router.restore(app.router.snapshot().without(gone))
    with pytest.raises(NotFound):
        endpoint_of(app, "/two/1")
    assert [endpoint_of(app, f"/{name}/1") for name in ("one", "three")] == ["one", "three"]
    add("four")
    assert endpoint_of(app, "/four/1") == "four"
