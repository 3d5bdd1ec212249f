"""A router of literal paths answers as Werkzeug's map does, whenever it becomes one."""

from __future__ import annotations

import copy
import gc
import json
import os
import subprocess
import sys
import threading
import typing as t
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings, strategies as st
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import BuildError, Map, RequestRedirect, Rule
from werkzeug.test import create_environ

from kernos import Blueprint, Kernos, Request
from kernos.errors import RegistrationError
from kernos.hooks import hookimpl
from kernos.testing.conformance.routing import RouterKit
from kernos.testing.conformance.threads import in_threads
from kernos_routing import BaseConverter, RouteMap, WerkzeugRouter
from kernos_routing.literal import LIMIT, LiteralRouter, LiteralRule, become
from kernos_routing.map import LazyRule


def literal_app(kind: type[Kernos] = Kernos, **options: t.Any) -> Kernos:
    """Return an application whose router has no map yet."""
    return kind("app", components={"routing": LiteralRouter}, plugins=[], **options)


def mapped_app(**options: t.Any) -> Kernos:
    """Return an application whose router has a map from the beginning."""
    return Kernos("app", components={"routing": WerkzeugRouter}, plugins=[], **options)


def waits(app: Kernos) -> bool:
    """Tell whether the router has no map yet; to look does not make it one."""
    return type(app.router) is LiteralRouter


def answer(app: Kernos, path: str, method: str = "GET", **options: t.Any) -> object:
    """Return what a request matches, or what is wrong with it."""
    environ = create_environ(path, "http://example.com/", method=method, **options)
    try:
        rule, arguments = app.router.match(environ)
    except MethodNotAllowed as error:
        return sorted(error.valid_methods or ())
    except RequestRedirect as error:
        return error.new_url
    except HTTPException as error:
        return type(error)
    return rule.endpoint, rule.rule, sorted(rule.methods or ()), dict(arguments)


def printed(program: str) -> str:
    """Return what a program prints, run in a process that has the standard set."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("KERNOS_")}
    ran = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env=environment | {"KERNOS_COMPONENTS": "default", "KERNOS_PLUGINS": "none"},
    )
    return ran.stdout


class TestLiteralRouter(RouterKit):
    """The contract, from the literal state on."""

    def make_router(self, app: Kernos) -> t.Any:
        return LiteralRouter(app)


# --- it waits ------------------------------------------------------------------------------


def test_literal_paths_are_answered_without_a_map() -> None:
    app = literal_app()
    app.get("/")(lambda: "top")
    app.route("/a/b.c~d-e_f/", methods=["get", "POST"], endpoint="deep")(lambda: "deep")
    client = app.test_client()
    assert client.get("/").text == "top"
    assert client.post("/a/b.c~d-e_f/?q=1").text == "deep"
    assert client.head("/").status_code == 200
    assert waits(app)


def test_a_process_that_serves_literal_paths_imports_no_routing_of_werkzeugs() -> None:
    program = """
import json, sys
from kernos import Blueprint, Kernos
app = Kernos("app")
pages = Blueprint("pages", "pages", url_prefix="/pages")
pages.get("/one")(lambda: "one")
app.register_blueprint(pages)
app.get("/")(lambda: "top")
client = app.test_client()
found = []
for path in ("/", "/pages/one", "/none"):
    status = client.get(path).status_code
    found.append((status, sorted(n for n in sys.modules if n.endswith((".routing", ".router")))))
print(json.dumps(found))
"""
    contract = "kernos.contracts.routing"
    assert json.loads(printed(program)) == [
        [200, [contract]],
        [200, [contract]],
        [404, [contract, "kernos_routing.router", "werkzeug.routing"]],
    ]


def test_the_options_that_blueprints_give_are_kept() -> None:
    app = literal_app(static_folder=None)
    options = {"host": None, "subdomain": None, "defaults": {}}
    rule = app.router.add("/", "top", {"GET"}, **options)
    assert waits(app)
    assert rule.defaults == {}
    assert rule.subdomain == ""  # type: ignore[attr-defined] # of the map
    assert rule.defaults == {}
    for telling in ({"host": ""}, {"subdomain": ""}, {"defaults": {"x": 1}}, {"alias": None}):
        app = literal_app(static_folder=None)
        app.router.add("/", "top", {"GET"}, **telling)
        assert not waits(app)


def test_the_plugin_offers_it_where_rules_and_map_are_ours() -> None:
    def router_of(kind: type[Kernos], **options: t.Any) -> object:
        app = kind("app", components={"routing": "kernos-routing:werkzeug"}, plugins=[], **options)
        return type(app.router)

    class OwnMap(Kernos):
        url_map_class = Map

    class OwnRules(Kernos):
        url_rule_class = Rule

    assert router_of(Kernos) is LiteralRouter
    assert router_of(OwnMap) is WerkzeugRouter
    assert router_of(OwnRules) is WerkzeugRouter
    assert router_of(Kernos, host_matching=True, static_host="s") is WerkzeugRouter


def test_a_blueprint_that_fails_takes_its_literal_rules_back() -> None:
    app = literal_app()
    app.get("/")(lambda: "top")
    bad = Blueprint("bad", "bad")
    bad.get("/bad")(lambda: "bad")
    bad.record(lambda state: state.app.add_url_rule("/<nothing:x>", "x"))
    with pytest.raises(LookupError):
        app.register_blueprint(bad)
    assert [rule.rule for rule in app.router.rules()] == ["/static/<path:filename>", "/"]
    assert app.test_client().get("/bad").status_code == 404


def test_what_is_taken_back_while_it_waits_is_gone() -> None:
    app = literal_app(static_folder=None)
    router: t.Any = app.router
    kept = router.add("/kept", "kept", {"GET"})
    before = router.snapshot()
    gone = router.add("/gone", "gone", {"GET"})
    assert answer(app, "/gone") == ("gone", "/gone", ["GET", "HEAD"], {})
    router.restore(before)
    assert waits(app)
    assert list(router.rules()) == [kept]
    assert answer(app, "/gone") is NotFound
    assert gone.strict_slashes is True  # of the map, as it was
    assert type(gone) is LazyRule
    assert gone.map is app.url_map
    assert answer(app, "/kept") == ("kept", "/kept", ["GET", "HEAD"], {})


def test_what_was_held_while_it_waited_is_restored_to_the_map() -> None:
    app = literal_app(static_folder=None)
    router: t.Any = app.router
    kept = router.add("/kept", "kept", {"GET"})
    other = router.add("/other", "other", {"GET"})
    before = router.snapshot()
    app.url_map.converters["mine"] = BaseConverter
    router.add("/<mine:x>", "mine", {"GET"})
    assert answer(app, "/x") == ("mine", "/<mine:x>", ["GET", "HEAD"], {"x": "x"})
    router.restore(before.without([other]))
    assert list(router.rules()) == [kept]
    assert "mine" not in app.url_map.converters
    assert app.url_map.converters == Map.default_converters
    assert answer(app, "/x") is NotFound
    assert answer(app, "/other") is NotFound
    assert answer(app, "/kept") == ("kept", "/kept", ["GET", "HEAD"], {})


def test_a_plugin_that_is_dropped_takes_its_converter_and_its_literal_path_along() -> None:
    pages = Blueprint("pages", "pages")
    pages.get("/page")(lambda: "page")
    pages.record(lambda state: state.app.router.converters.update(mine=BaseConverter))

    class Plugin:
        @hookimpl
        def kernos_register_blueprints(self, app: Kernos) -> list[Blueprint]:
            return [pages]

    plugin = Plugin()
    app = Kernos("app", components={"routing": LiteralRouter}, plugins=[plugin])
    assert app.router.converters["mine"] is BaseConverter
    assert answer(app, "/page")[0] == "pages.<lambda>"  # type: ignore[index]
    app.plugins.unregister(plugin)
    assert "mine" not in app.router.converters
    assert answer(app, "/page") is NotFound


def test_converters_are_the_maps() -> None:
    app = literal_app()
    converters = app.router.converters
    assert waits(app)
    converters["mine"] = BaseConverter
    assert app.url_map.converters["mine"] is converters["mine"]
    del converters["mine"]
    assert dict(converters) == Map.default_converters
    assert len(converters) == len(Map.default_converters)


# --- what makes it a map -------------------------------------------------------------------


MAKES_A_MAP: dict[str, t.Callable[[Kernos], object]] = {
    "a variable": lambda app: app.get("/<x>")(lambda x: x),
    "a default": lambda app: app.get("/d", endpoint="d", defaults={"x": 1})(lambda x: x),
    "a subdomain": lambda app: app.get("/s", endpoint="s", subdomain="api")(lambda: ""),
    "a redirect": lambda app: app.get("/r", endpoint="r", redirect_to="/")(lambda: ""),
    "repeated slashes": lambda app: app.get("/r//s", endpoint="r")(lambda: ""),
    "a letter beyond ASCII": lambda app: app.get("/ž", endpoint="z")(lambda: ""),
    "a vertical line": lambda app: app.get("/a|b", endpoint="z")(lambda: ""),
    "a path that is not there": lambda app: answer(app, "/none"),
    "a slash too few": lambda app: answer(app, "/branch"),
    "a method that is not taken": lambda app: answer(app, "/", "PUT"),
    "a websocket": lambda app: answer(app, "/", headers={"Upgrade": "websocket"}),
    "the map": lambda app: app.url_map,
    "a converter": lambda app: app.router.converters["path"],
    "the number of converters": lambda app: len(app.router.converters),
    "an adapter": lambda app: app.create_url_adapter(Request(create_environ("/"))),
    "a property of a rule": lambda app: next(iter(app.router.rules())).strict_slashes,  # type: ignore[attr-defined]
    "a rule in words": lambda app: repr(next(iter(app.router.rules()))),
    "two rules beside each other": lambda app: next(iter(app.router.rules())) == 1,
}


@pytest.mark.parametrize("name", MAKES_A_MAP)
def test_what_needs_the_map_makes_it(name: str) -> None:
    app = literal_app()
    app.get("/", endpoint="top")(lambda: "top")
    app.get("/branch/", endpoint="branch")(lambda: "branch")
    router, rules = app.router, list(app.router.rules())
    assert waits(app)
    MAKES_A_MAP[name](app)
    assert type(app.router) is WerkzeugRouter
    assert app.router is router
    assert all(one is other for one, other in zip(rules, app.router.rules(), strict=False))
    assert {type(rule) for rule in app.router.rules()} == {LazyRule}
    assert isinstance(app.url_map, RouteMap)
    assert answer(app, "/") == ("top", "/", ["GET", "HEAD", "OPTIONS"], {})
    assert answer(app, "/branch") == "http://example.com/branch/"
    assert answer(app, "/static/a/b")[3] == {"filename": "a/b"}  # type: ignore[index]


def test_settings_of_hosts_make_it_too() -> None:
    app = literal_app(subdomain_matching=True)
    app.config["SERVER_NAME"] = "example.com"
    app.get("/", endpoint="top")(lambda: "top")
    assert answer(app, "/")[0] == "top"  # type: ignore[index]
    assert not waits(app)
    app = literal_app()
    app.config["TRUSTED_HOSTS"] = ["other.org"]
    app.get("/", endpoint="top")(lambda: "top")
    assert app.test_client().get("/").status_code == 400
    assert not waits(app)


def test_a_map_that_is_assigned_is_the_routers() -> None:
    app = literal_app()
    app.url_map = Map([Rule("/other", endpoint="other")])
    assert answer(app, "/other")[0] == "other"  # type: ignore[index]
    app = literal_app()
    app.router.converters = {**app.router.converters, "mine": BaseConverter}
    app.get("/<mine:x>", endpoint="mine")(lambda x: x)
    assert answer(app, "/x")[0] == "mine"  # type: ignore[index]


def test_a_class_of_rules_that_comes_late_counts() -> None:
    class Own(Rule):
        pass

    app = literal_app(static_folder=None)
    app.get("/")(lambda: "top")
    app.url_rule_class = Own
    app.get("/own", endpoint="own")(lambda: "own")
    assert [type(rule) for rule in app.router.rules()] == [LazyRule, Own]


REFUSED: dict[str, tuple[tuple[t.Any, ...], dict[str, t.Any]]] = {
    "methods in a text": (("/", "top", "GET"), {}),
    "methods in a number": (("/", "top", 1), {}),
    "no slash": (("a", "top", None), {}),
    "nothing": (("", "top", None), {}),
    "no slash before a file": (("a/<path:filename>", "top", None), {}),
    "no text": ((None, "top", None), {}),
    "a strange option": (("/", "top", None), {"strange": True}),
    "an endpoint that nothing can be kept by": (("/", [], None), {}),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_rule_is_refused_as_ever(name: str) -> None:
    given_, options = REFUSED[name]
    with pytest.raises((TypeError, ValueError, AttributeError)) as ours:
        literal_app().router.add(*given_, **options)
    with pytest.raises((TypeError, ValueError, AttributeError)) as werkzeugs:
        mapped_app().router.add(*given_, **options)
    assert repr(ours.value) == repr(werkzeugs.value)


def test_urls_are_built() -> None:
    app = literal_app()
    app.get("/a", endpoint="a")(lambda: app.url_for("a", q=1))
    assert app.test_client().get("/a").text == "/a?q=1"
    with app.test_request_context():
        assert app.url_for("static", filename="x/y") == "/static/x/y"
        with pytest.raises(BuildError):
            app.url_for("none")


def test_static_files_are_served(tmp_path: t.Any) -> None:
    (tmp_path / "a.txt").write_text("a")
    app = literal_app(static_folder=str(tmp_path), static_url_path="/files")
    assert waits(app)
    with app.test_client().get("/files/a.txt") as response:
        assert response.text == "a"


@pytest.mark.parametrize("url_path", ["", "/", "/ž", "/a//b", "/<x>"])
def test_static_files_have_any_path(url_path: str, tmp_path: t.Any) -> None:
    (tmp_path / "a.txt").write_text("a")
    app = literal_app(static_folder=str(tmp_path), static_url_path=url_path)
    plain = mapped_app(static_folder=str(tmp_path), static_url_path=url_path)
    for path in ("/a.txt", "/ž/a.txt", "/a/b/a.txt", "/a//b/a.txt", "/<x>/a.txt"):
        assert answer(app, path) == answer(plain, path)


# --- its rules -----------------------------------------------------------------------------


def test_a_rule_says_what_a_request_asks_without_a_map() -> None:
    app = literal_app()
    static, rule = next(iter(app.router.rules())), app.router.add("/a", ("any",), ["get"])
    assert (rule.rule, rule.endpoint, rule.methods) == ("/a", ("any",), {"GET", "HEAD"})
    assert (rule.arguments, rule.defaults) == (set(), None)
    assert (static.rule, static.arguments) == ("/static/<path:filename>", {"filename"})
    assert app.router.add("/b", "b", None).methods is None
    assert not hasattr(rule, "__html__")
    assert waits(app)


def test_what_is_set_on_a_rule_stays() -> None:
    app = literal_app()
    app.get("/", endpoint="top", provide_automatic_options=False)(lambda: "top")
    rule: t.Any = [*app.router.rules()][1]
    rule.methods.add("PUT")
    rule.own = "mine"
    assert not waits(app)
    assert (rule.own, rule.provide_automatic_options) == ("mine", False)
    assert answer(app, "/", "PUT")[0] == "top"  # type: ignore[index]
    rule.endpoint = "other"
    assert answer(app, "/")[0] == "other"  # type: ignore[index]


def test_a_rule_is_werkzeugs_to_those_who_look() -> None:
    def rules() -> tuple[t.Any, t.Any]:
        app = literal_app(static_folder=None)
        return app.router.add("/a", "a", {"GET"}), app.router.add("/b", "b", {"GET"})

    assert repr(rules()[0]).startswith("<Rule '/a' (")
    assert str(rules()[0]) == "/a"
    one, other = rules()
    assert isinstance(one, Rule)
    assert not isinstance(one, str)
    assert one.__class__ is LazyRule
    assert type(one) is LiteralRule
    assert one == one  # noqa: PLR0124 - what is asked
    assert one != other
    assert one != "/a"
    assert rules()[0] == rules()[0]
    with pytest.raises(TypeError, match="unhashable"):
        hash(rules()[0])
    assert isinstance(copy.copy(rules()[0]), Rule)
    assert rules()[0].map.is_endpoint_expecting("a", "x") is False
    assert rules()[0].build({}) == ("", "/a")
    assert copy.copy(rules()[0]).rule == "/a"


def test_the_router_is_werkzeugs_to_isinstance() -> None:
    app = literal_app()
    assert isinstance(app.router, WerkzeugRouter)
    assert not isinstance(app.router, str)
    assert waits(app)


# --- beside Werkzeug -----------------------------------------------------------------------

RULES = ("/", "/a", "/a/", "/a/b", "/a/b/", "/<x>", "/a/<int:x>", "/<path:x>/", "/A", "/a.b")
PATHS = ("/", "", "/a", "/a/", "//a", "/a//b", "/a/b", "/a/b/", "/a/7", "/x/y/", "/A", "/ž")
METHODS = ("GET", "POST", "HEAD", "OPTIONS", "--")
STEPS = st.one_of(
    st.tuples(
        st.just("add"),
        st.sampled_from(RULES),
        st.sampled_from([None, ("GET",), ("post",), ("GET", "PUT"), ()]),
        st.sampled_from([{}, {}, {}, {"strict_slashes": False}, {"defaults": {"y": 1}}]),
    ),
    st.tuples(st.just("ask"), st.sampled_from(PATHS), st.sampled_from(METHODS)),
    st.tuples(st.just("hold")),
    st.tuples(st.just("restore")),
    st.tuples(st.just("look")),
)


@settings(max_examples=200)
@given(st.lists(STEPS, max_size=12))
def test_any_steps_come_to_the_same_beside_the_map(steps: list[tuple[t.Any, ...]]) -> None:
    def walk(router_class: type[t.Any]) -> list[object]:
        app = Kernos("app", components={"routing": router_class}, plugins=[])
        router: t.Any = app.router
        told: list[object] = []
        held = router.snapshot()
        for number, (step, *given_) in enumerate(steps):
            if step == "add":
                rule, methods, options = given_
                router.add(rule, f"{number}", methods, **options)
            elif step == "ask":
                path, method = given_
                told.append(answer(app, path, method))
            elif step == "hold":
                held = router.snapshot()
            elif step == "restore":
                router.restore(held)
            else:
                told.append(repr(app.url_map))
        told.append([(one.rule, one.endpoint, one.methods) for one in router.rules()])
        told.append(repr(app.url_map))
        told += [answer(app, path, method) for path in PATHS for method in METHODS]
        return told

    assert walk(LiteralRouter) == walk(WerkzeugRouter)


# --- threads -------------------------------------------------------------------------------


def test_threads_match_and_add_while_one_makes_the_map() -> None:
    for _ in range(20):
        app = literal_app(static_folder=None)
        router: t.Any = app.router
        for number in range(20):
            router.add(f"/r{number}", number, {"GET"})

        def work(number: int, router: t.Any = router) -> object:
            if number == 0:
                return router.add("/<int:x>", "dynamic", {"GET"}).endpoint
            if number == 1:
                return router.add("/late", "late", {"GET"}).endpoint
            if number == 2:
                return router.url_map is not None
            path = f"/r{number}"
            return [router.match(create_environ(path))[0].endpoint for _ in range(30)]

        found = in_threads(work, 8)
        assert found[:3] == ["dynamic", "late", True]
        assert found[3:] == [[number] * 30 for number in range(3, 8)]
        assert {rule.endpoint for rule in router.rules()} == {*range(20), "dynamic", "late"}
        assert {type(rule) for rule in router.rules()} == {LazyRule}
        assert answer(app, "/late")[0] == "late"  # type: ignore[index]


def test_no_thread_sees_a_rule_that_is_half_made(monkeypatch: pytest.MonkeyPatch) -> None:
    app = literal_app(static_folder=None)
    router: t.Any = app.router
    rules = [router.add(f"/{number}", number, {"GET"}) for number in range(3)]
    made, read = threading.Event(), threading.Event()
    hold = RouteMap._hold

    def holding(self: RouteMap, rules: t.Any) -> None:
        made.set()  # each rule by itself, but no map of them
        assert read.wait(60)
        hold(self, rules)

    monkeypatch.setattr(RouteMap, "_hold", holding)
    with ThreadPoolExecutor(1) as pool:
        becoming = pool.submit(become, router)
        assert made.wait(60)
        found = [(repr(one), one.strict_slashes, one.subdomain, one.build({})) for one in rules]
        answered = router.match(create_environ("/1"))[0].endpoint
        read.set()
        becoming.result()
    assert found == [
        (f"<Rule '/{number}' ({', '.join(rules[number].methods)}) -> {number}>", True, "")
        + (("", f"/{number}"),)
        for number in range(3)
    ]
    assert answered == 1
    assert {id(one.map) for one in rules} == {id(router.url_map)}


@pytest.mark.parametrize("place", ["_hold", "__init__", "bind"])
def test_a_map_whose_making_was_interrupted_is_made_again(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = literal_app()
    for number in range(4):
        app.add_url_rule(f"/{number}", f"{number}", lambda: "x")
    rules = [*app.router.rules()]
    kind: t.Any = RouteMap if place == "_hold" else LazyRule
    original = getattr(kind, place)
    calls = 0

    def interrupted(self: t.Any, *args: t.Any, **kwargs: t.Any) -> None:
        nonlocal calls
        calls += 1
        original(self, *args, **kwargs)
        if calls in (1, 3):
            raise TimeoutError

    with monkeypatch.context() as patched:
        patched.setattr(kind, place, interrupted)
        for _ in range(1 if place == "_hold" else 2):
            with pytest.raises(TimeoutError):
                _ = app.url_map
            assert answer(app, "/2") == ("2", "/2", ["GET", "HEAD", "OPTIONS"], {})
    assert answer(app, "/none") is NotFound
    assert [answer(app, f"/{number}")[0] for number in range(4)] == ["0", "1", "2", "3"]  # type: ignore[index]
    assert all(one is other for one, other in zip(rules, app.router.rules(), strict=True))
    assert {id(one.map) for one in app.url_map.iter_rules()} == {id(app.url_map)}
    assert app.router.build("2", {}, ctx=app.test_request_context()) == "/2"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_fork_while_a_thread_makes_the_map_leaves_a_process_that_answers() -> None:
    program = """
import os, signal, threading
from kernos import Kernos
from kernos_routing import literal

app = Kernos("app", components={"routing": literal.LiteralRouter}, plugins=[])
app.get("/")(lambda: "top")
held, done = threading.Event(), threading.Event()

def hold():
    with literal._changing:
        held.set()
        done.wait(60)

thread = threading.Thread(target=hold)
thread.start()
held.wait(60)
child = os.fork()
if not child:
    signal.alarm(30)
    os._exit(app.test_client().get("/none").status_code == 404)
_, status = os.waitpid(child, 0)
done.set()
thread.join()
print(os.waitstatus_to_exitcode(status))
"""
    assert printed(program) == "1\n"


# --- methods that somebody holds, or has wrapped -------------------------------------------


@pytest.mark.parametrize("name", ["add", "build", "match", "restore", "rules", "snapshot"])
def test_a_method_that_is_wrapped_calls_what_it_wraps(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = literal_app(static_folder=None)
    router: t.Any = app.router
    original, called = getattr(router, name), []

    def wrapper(*args: t.Any, **kwargs: t.Any) -> object:
        called.append(name)
        return original(*args, **kwargs)

    monkeypatch.setattr(router, name, wrapper)
    for turn in range(2):
        router.add(f"/{turn}", f"{turn}", {"GET"})
        held = router.snapshot()
        router.add("/<x>", "x", {"GET"})
        assert not waits(app)
        assert answer(app, "/y")[0] == "x"  # type: ignore[index]
        router.restore(held)
        assert answer(app, "/y") is NotFound
        with app.test_request_context():
            assert app.url_for(f"{turn}") == f"/{turn}"
        assert len(router.rules()) == turn + 1
    assert len(called) >= 2


def test_a_method_that_is_held_goes_by_what_the_router_is() -> None:
    app = literal_app()
    app.get("/old", endpoint="old")(lambda: "")
    router: t.Any = app.router
    match, add, rules = router.match, router.add, router.rules
    snapshot, restore = router.snapshot, router.restore
    app.url_map = Map([Rule("/new", endpoint="new")])
    with pytest.raises(NotFound):
        match(create_environ("/old"))
    assert add("/a", "a", iter(["GET"])).methods == {"GET", "HEAD"}
    assert [rule.endpoint for rule in rules()] == ["new", "a"]
    held = snapshot()
    add("/<x>", "x", {"GET"})
    restore(held)
    assert [rule.endpoint for rule in router.rules()] == ["new", "a"]


def test_nothing_is_kept_of_rules_that_are_gone() -> None:
    app = literal_app()
    gone = weakref.ref(app.router.add("/a", "a", {"GET"}))
    app.url_map = Map()
    gc.collect()
    assert gone() is None


def test_an_application_that_nobody_holds_is_freed() -> None:
    app = literal_app()
    gone = weakref.ref(app)
    router = app.router
    del app
    gc.collect()
    assert gone() is None
    assert router.add("/<x>", "x", {"GET"}).endpoint == "x"


def test_converters_are_as_strict_as_the_application_was_made() -> None:
    class Grouping(BaseConverter):
        regex = "(a|b)"

    for app in (literal_app(), mapped_app()):
        app.strict_converters = False
        app.url_map.converters["grouping"] = Grouping
        with pytest.raises(RegistrationError, match="capturing"):
            app.get("/<grouping:x>")(lambda x: x)


def test_rules_that_were_taken_back_twice_are_restored() -> None:
    for app in (literal_app(static_folder=None), mapped_app(static_folder=None)):
        router: t.Any = app.router
        nothing = router.snapshot()
        rule = router.add("/b", "b", {"GET"})
        held = router.snapshot()
        router.restore(nothing)
        assert answer(app, "/b") is NotFound
        router.restore(held)
        assert list(router.rules()) == [rule]
        assert answer(app, "/b") == ("b", "/b", ["GET", "HEAD"], {})


def test_many_rules_make_the_map_while_the_application_is_set_up() -> None:
    app = literal_app(static_folder=None)
    for number in range(LIMIT):
        app.router.add(f"/{number}", number, {"GET"})
    assert waits(app)
    app.router.add("/more", "more", {"GET"})
    assert not waits(app)
    assert answer(app, f"/{LIMIT - 1}")[0] == LIMIT - 1  # type: ignore[index]
    assert answer(app, "/more")[0] == "more"  # type: ignore[index]


def test_to_become_a_map_twice_is_once() -> None:
    app = literal_app()
    router: t.Any = app.router
    url_map = become(router).url_map
    assert become(router) is router
    assert router.url_map is url_map


def test_a_registration_that_is_refused_names_the_rule() -> None:
    class Bad(BaseConverter):
        regex = "("

    app = literal_app()
    app.router.converters["bad"] = Bad
    with pytest.raises(RegistrationError, match="<bad:x>"):
        app.get("/<bad:x>")(lambda x: x)
    assert [rule.rule for rule in app.router.rules()] == ["/static/<path:filename>"]
