"""Routes: what they are made of, and what is refused when it is registered."""

from __future__ import annotations

import typing as t

import pytest
from kernel_harness import call, make_app

from kernos import Kernos
from kernos.app.resources import default_context
from kernos.errors import SetupError
from kernos.testing.doubles import MemoryRouter, doubles


@pytest.fixture
def app() -> Kernos:
    return make_app()


def test_a_view_is_routed_by_its_name_or_by_an_endpoint(app: Kernos) -> None:
    @app.route("/a")
    def first() -> str:
        return "first"

    @app.route("/b", endpoint="named")
    def second() -> str:
        return "second"

    assert set(app.view_functions) == {"first", "named"}
    assert app.view_functions["named"] is second
    assert call(app, "/b").body == b"second"


@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "patch"])
def test_a_method_has_a_decorator_of_its_own(app: Kernos, method: str) -> None:
    with pytest.raises(TypeError, match="methods"):
        getattr(app, method)("/x", methods=["GET"])
    getattr(app, method)("/")(lambda: method)
    assert call(app, "/", method.upper()).text == method
    assert call(app, "/", "TRACE").code == 405


def test_methods_come_from_the_route_then_from_the_view_then_are_get(app: Kernos) -> None:
    def view() -> str:
        return "x"

    view.methods = ["post"]
    view.required_methods = {"TRACE"}
    app.add_url_rule("/a", "a", view)
    app.add_url_rule("/b", "b", view, methods=["put"])
    app.add_url_rule("/c", "c", lambda: "x")
    found = {rule.rule: rule.methods for rule in app.router.rules()}
    assert found == {
        "/a": {"POST", "TRACE", "OPTIONS"},
        "/b": {"PUT", "TRACE", "OPTIONS"},
        "/c": {"GET", "HEAD", "OPTIONS"},
    }


def test_methods_that_are_a_string_are_refused(app: Kernos) -> None:
    with pytest.raises(TypeError, match="list of strings"):
        app.add_url_rule("/", "x", lambda: "x", methods="GET")
    assert list(app.router.rules()) == []


def test_automatic_options_can_be_chosen_by_route_view_and_configuration(app: Kernos) -> None:
    def view() -> str:
        return "x"

    view.provide_automatic_options = False
    app.add_url_rule("/view", "view", view)
    app.add_url_rule("/route", "route", view, provide_automatic_options=True)
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.add_url_rule("/config", "config", lambda: "x")
    found = {rule.endpoint: rule.provide_automatic_options for rule in app.router.rules()}
    assert found == {"view": False, "route": True, "config": False}


def test_an_endpoint_has_one_view(app: Kernos) -> None:
    def one() -> str:
        return "one"

    app.add_url_rule("/a", "x", one)
    app.add_url_rule("/b", "x", one)
    app.add_url_rule("/c", "x")
    with pytest.raises(AssertionError, match="overwriting an existing endpoint function: x") as e:
        app.add_url_rule("/d", "x", lambda: "two")
    assert isinstance(e.value, SetupError)
    assert e.value.fix
    assert [rule.rule for rule in app.router.rules()] == ["/a", "/b", "/c"]
    assert call(app, "/c").body == b"one"


def test_a_rule_without_endpoint_and_view_is_refused(app: Kernos) -> None:
    with pytest.raises(AssertionError, match="view function") as caught:
        app.add_url_rule("/")
    assert isinstance(caught.value, SetupError)


@pytest.mark.parametrize(
    ("rule", "options", "error"),
    [
        ("/<nothing:x>", {}, LookupError),
        ("no-slash", {}, ValueError),
        ("/", {"colour": "red"}, TypeError),
    ],
)
def test_a_rule_that_the_router_refuses_leaves_no_view(
    app: Kernos, rule: str, options: dict[str, t.Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        app.add_url_rule(rule, "x", lambda: "x", **options)
    assert app.view_functions == {}
    assert list(app.router.rules()) == []


def test_a_view_function_added_to_the_table_later_serves_its_rule(app: Kernos) -> None:
    app.add_url_rule("/", "later")
    app.endpoint("later")(lambda: "late")
    assert call(app).body == b"late"


def test_a_rule_whose_view_never_came_is_an_error_of_the_application(app: Kernos) -> None:
    app.testing = True
    app.add_url_rule("/", "never")
    with pytest.raises(KeyError, match="never"):
        call(app)


def test_a_plain_router_without_snapshots_serves_too() -> None:
    class Plain(MemoryRouter):
        snapshot = None

        def __init__(self, app: Kernos) -> None:
            super().__init__(app)

    del Plain.snapshot
    app = make_app(components=doubles(routing=Plain))
    app.add_url_rule("/<name>", "x", lambda name: name)
    assert call(app, "/ada").body == b"ada"


@pytest.mark.parametrize("kind", ["filter", "test", "global"])
def test_template_names_are_registered_by_name_or_by_function(app: Kernos, kind: str) -> None:
    table = getattr(app.template_names, f"{kind}s")

    @getattr(app, f"template_{kind}")()
    def own_name(value: t.Any = None) -> t.Any:
        return value

    getattr(app, f"template_{kind}")("given")(own_name)
    getattr(app, f"add_template_{kind}")(own_name, "added")
    assert table == {"own_name": own_name, "given": own_name, "added": own_name}


def test_the_tables_are_plain_and_live(app: Kernos) -> None:
    for name in (
        "view_functions",
        "error_handler_spec",
        "before_request_funcs",
        "after_request_funcs",
        "teardown_request_funcs",
        "template_context_processors",
        "url_value_preprocessors",
        "url_default_functions",
        "blueprints",
        "extensions",
    ):
        assert isinstance(getattr(app, name), dict), name
    for name in (
        "teardown_appcontext_funcs",
        "shell_context_processors",
        "url_build_error_handlers",
    ):
        assert getattr(app, name) == [], name
    assert app.template_context_processors[None] == [default_context]
