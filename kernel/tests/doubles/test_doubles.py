"""The doubles meet the contracts, and nothing more."""

from __future__ import annotations

import io
import subprocess
import sys
import textwrap
import typing as t

import pytest
from kernel_harness import call, make_app
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import BuildError, RequestRedirect

import kernos
import kernos.sessions
from kernos import Kernos
from kernos.contracts import (
    CommandLine,
    JSONProvider,
    Router,
    SessionInterface,
    Template,
    TemplateEngine,
)
from kernos.contracts.routing import Rule
from kernos.testing.doubles import EagerMemorySessions, MemoryJSON, MemorySessions, doubles

# --- all of them -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slot", "contract"),
    [
        ("json", JSONProvider),
        ("sessions", SessionInterface),
        ("routing", Router),
        ("templating", TemplateEngine),
        ("cli", CommandLine),
    ],
)
def test_a_double_meets_its_contract(slot: str, contract: type) -> None:
    assert isinstance(make_app().component(slot), contract)


def test_a_component_can_take_a_doubles_place_and_none_leaves_the_slot_empty() -> None:
    mine = MemorySessions()
    app = make_app(components=doubles(sessions=mine))
    assert app.session_interface is mine
    assert "cli" not in doubles(cli=None)


def test_the_lazy_flag_of_sessions_is_selectable() -> None:
    assert make_app()._opens_sessions_early() is False
    eager = make_app(components=doubles(lazy_sessions=False))
    assert isinstance(eager.session_interface, EagerMemorySessions)
    assert eager._opens_sessions_early() is True


def test_a_whole_application_runs_on_doubles_and_imports_no_other_component() -> None:
    program = """
        import sys
        from kernos import *
        from kernos.hooks import discovery
        from kernos.testing.doubles import doubles

        discovery.search_path = list  # nothing else is installed
        app = Kernos("alone", components=doubles(), plugins=[])

        @app.route("/<name>")
        def page(name):
            session["name"] = name
            flash("hello")
            url = url_for("page", name=name)
            return render_template_string("{name} at {url}", name=name, url=url)

        @app.route("/data", methods=["POST"])
        def data():
            return {"got": request.get_json(), "session": session["name"]}

        @app.cli.command("hello")
        def hello():
            return current_app.name

        client = app.test_client()
        assert client.get("/ada").text == "ada at /ada"
        assert client.post("/data", json=[1]).json == {"got": [1], "session": "ada"}
        assert client.get("/data/none").status_code == 404
        assert app.test_cli_runner().invoke(["hello"]).output == "alone"
        strangers = ("kernos_", "jinja2", "itsdangerous", "click", "rich")
        print([name for name in sys.modules if name.startswith(strangers)])
    """
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "[]\n", "")


# --- json ------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [None, True, -1.5, "žluť", [], {"a": [1, {"b": None}]}])
def test_json_survives_the_round_trip(value: object) -> None:
    provider = MemoryJSON()
    assert provider.loads(provider.dumps(value)) == value
    assert provider.loads(provider.dumps(value).encode()) == value
    file = io.StringIO()
    provider.dump(value, file)
    file.seek(0)
    assert provider.load(file) == value


def test_json_refuses_what_it_cannot_write_or_read() -> None:
    provider = MemoryJSON()
    with pytest.raises(TypeError):
        provider.dumps(object())
    with pytest.raises(ValueError, match="JSON"):
        provider.dumps(float("nan"))
    circle: list[object] = []
    circle.append(circle)
    with pytest.raises(ValueError, match="Circular"):
        provider.dumps(circle)
    with pytest.raises(ValueError, match="Expecting"):
        provider.loads("{")
    with pytest.raises(ValueError, match="deep"):
        provider.loads("[" * 100_000)


# --- sessions --------------------------------------------------------------------------


@pytest.fixture
def store() -> Kernos:
    app = make_app()
    app.add_url_rule("/<key>/<value>", "write", _write)
    app.add_url_rule("/read", "read", lambda: dict(kernos.session))
    app.add_url_rule("/permanent", "permanent", _make_permanent)
    app.add_url_rule("/clear", "clear", lambda: kernos.session.clear() or "gone")
    app.add_url_rule("/regenerate", "regenerate", lambda: kernos.sessions.regenerate() or "new")
    app.add_url_rule("/destroy", "destroy", lambda: kernos.sessions.destroy() or "gone")
    return app


def _write(key: str, value: str) -> str:
    kernos.session[key] = value
    return "kept"


def _make_permanent() -> str:
    kernos.session.permanent = True
    return "kept"


def test_a_session_is_found_again_by_its_cookie(store: Kernos) -> None:
    client = store.test_client()
    assert "session=" in client.get("/name/ada").headers["Set-Cookie"]
    answer = client.get("/read")
    assert answer.json == {"name": "ada"}
    assert answer.headers["Vary"] == "Cookie"
    assert "Set-Cookie" not in answer.headers
    assert store.test_client().get("/read").json == {}


def test_an_untouched_session_is_neither_written_nor_named(store: Kernos) -> None:
    store.add_url_rule("/plain", "plain", lambda: "plain")
    answer = store.test_client().get("/plain")
    assert "Set-Cookie" not in answer.headers
    assert "Vary" not in answer.headers
    assert store.session_interface.store == {}


def test_a_permanent_session_is_refreshed_with_a_date(store: Kernos) -> None:
    client = store.test_client()
    assert "Expires=" in client.get("/permanent").headers["Set-Cookie"]
    assert "Expires=" in client.get("/read").headers["Set-Cookie"]


def test_an_emptied_session_is_forgotten(store: Kernos) -> None:
    client = store.test_client()
    client.get("/name/ada")
    assert "Max-Age=0" in client.get("/clear").headers["Set-Cookie"]
    assert store.session_interface.store == {}


def test_a_regenerated_session_keeps_its_data_under_a_new_id(store: Kernos) -> None:
    client = store.test_client()
    client.get("/name/ada")
    (old,) = store.session_interface.store
    client.get("/regenerate")
    (new,) = store.session_interface.store
    assert new != old
    assert client.get("/read").json == {"name": "ada"}


def test_a_destroyed_session_is_gone_here_and_in_the_store(store: Kernos) -> None:
    client = store.test_client()
    client.get("/name/ada")
    client.get("/destroy")
    assert store.session_interface.store == {}
    assert client.get("/read").json == {}


# --- routing ---------------------------------------------------------------------------


@pytest.fixture
def router() -> t.Iterator[Router]:
    app = make_app()
    made: Router = app.router
    made.add("/", "index", {"GET"})
    made.add("/user/<name>", "user", {"GET", "POST"})
    made.add("/user/me", "me", {"GET"})
    made.add("/page/<int:number>", "page", {"PUT"})
    made.add("/files/<path:name>", "files", None, defaults={"kind": "raw"})
    made.add("/folder/", "folder", {"GET"})
    yield made
    del app  # it lived until here: the router holds it weakly


def _match(router: Router, path: str, method: str = "GET") -> tuple[object, dict[str, object]]:
    rule, arguments = router.match({"PATH_INFO": path, "REQUEST_METHOD": method})
    assert isinstance(rule, Rule)
    return rule.endpoint, arguments


def test_the_router_matches_text_and_variable_parts(router: Router) -> None:
    assert _match(router, "/") == ("index", {})
    assert _match(router, "") == ("index", {})
    assert _match(router, "/", "HEAD") == ("index", {})
    assert _match(router, "/user/žluť".encode().decode("latin1")) == ("user", {"name": "žluť"})
    assert _match(router, "/user/me") == ("me", {})
    assert _match(router, "/user/me", "POST") == ("user", {"name": "me"})
    assert _match(router, "/page/7", "PUT") == ("page", {"number": 7})
    assert _match(router, "/files/a/b", "ANY") == ("files", {"name": "a/b", "kind": "raw"})


def test_the_router_raises_werkzeugs_errors(router: Router) -> None:
    with pytest.raises(NotFound):
        _match(router, "/page/seven", "PUT")
    with pytest.raises(MethodNotAllowed) as caught:
        _match(router, "/page/7")
    assert caught.value.valid_methods == ["PUT"]
    with pytest.raises(RequestRedirect) as moved:
        router.match({"PATH_INFO": "/folder", "REQUEST_METHOD": "GET", "QUERY_STRING": "a=1"})
    assert moved.value.new_url == "/folder/?a=1"


def test_the_router_refuses_a_rule_that_it_does_not_understand(router: Router) -> None:
    before = list(router.rules())
    with pytest.raises(LookupError, match="uuid"):
        router.add("/<uuid:id>", "x", None)
    with pytest.raises(ValueError, match="slash"):
        router.add("x", "x", None)
    with pytest.raises(TypeError):
        router.add("/x", "x", None, colour="red")
    assert list(router.rules()) == before


def test_the_router_builds_paths_and_queries(router: Router) -> None:
    assert router.build("user", {"name": "a b"}, ctx=None) == "/user/a%20b"
    assert router.build("page", {"number": 7, "tag": ["a", "b"]}, ctx=None) == (
        "/page/7?tag=a&tag=b"
    )
    assert router.build("index", {"none": None}, ctx=None) == "/"
    assert router.build("files", {"name": "x/y", "kind": "raw"}, ctx=None) == "/files/x/y"
    for endpoint, values, method in [
        ("nobody", {}, None),
        ("user", {}, None),
        ("page", {"number": 1}, "GET"),
        ("files", {"name": "x", "kind": "other"}, None),
    ]:
        with pytest.raises(BuildError):
            router.build(endpoint, values, ctx=None, method=method)


def test_the_router_builds_external_urls_of_the_request_and_of_the_configuration() -> None:
    app = make_app()
    app.router.add("/x", "x", None)
    with app.test_request_context("/", base_url="https://a.example:8000/root") as ctx:
        assert app.router.build("x", {}, ctx=ctx) == "/root/x"
        url = app.router.build("x", {}, ctx=ctx, external=True)
        assert url == "https://a.example:8000/root/x"
    app.config.update(SERVER_NAME="b.example", APPLICATION_ROOT="/app")
    with app.app_context() as ctx:
        url = app.router.build("x", {}, ctx=ctx, external=True, scheme="https")
        assert url == "https://b.example/app/x"


def test_the_router_takes_back_rules_and_converters(router: Router) -> None:
    rules, names = list(router.rules()), dict(router.converters)
    snapshot = router.snapshot()
    router.add("/more", "more", None)
    router.converters["more"] = object()
    router.restore(snapshot)
    assert (list(router.rules()), dict(router.converters)) == (rules, names)


# --- templating ------------------------------------------------------------------------


def test_a_template_renders_and_streams_the_same_text() -> None:
    app = make_app()
    app.add_template_filter(str.upper, "shout")
    app.add_template_global("globe", "where")
    template = app.component("templating").from_string("{a[0]|shout}, {where}: {n:>3} {n!r} {{}}")
    assert isinstance(template, Template)
    assert template.name is None
    context = {"a": ["x"], "n": 7}
    assert template.render(context) == "X, globe:   7 7 {}"
    assert list(template.stream(context)) == ["X", ", ", "globe", ": ", "  7", " ", "7", " {", "}"]


def test_templates_are_found_in_memory_and_in_folders(tmp_path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "a.txt").write_text("from the folder", "utf-8")
    app = make_app(root_path=str(tmp_path))
    engine = app.component("templating")
    assert engine.get_template("a.txt").render({}) == "from the folder"
    engine.sources["a.txt"] = "from memory"
    assert engine.get_template("a.txt").render({}) == "from memory"
    assert engine.get_template("a.txt").name == "a.txt"
    with pytest.raises(LookupError, match="templates"):
        engine.get_template("b.txt")


# --- cli -------------------------------------------------------------------------------


def test_commands_run_in_a_context_of_the_application() -> None:
    app = make_app("shop")

    @app.cli.command()
    def where(*rest: str) -> str:
        return f"{kernos.current_app.name} {rest}"

    runner = app.test_cli_runner()
    assert runner.invoke(["where", "a"]).output == "shop ('a',)"
    assert app.component("cli").main(app, ["where"]).exit_code == 0
    lost = runner.invoke(["nowhere"])
    assert lost.exit_code == 1
    assert isinstance(lost.exception, LookupError)
    assert app.component("cli").main(None, None).exit_code == 1


def test_a_group_holds_groups() -> None:
    app = make_app()
    line = app.component("cli")
    inner = line.group("inner")
    inner.command("hello")(lambda: None)
    app.cli.add_command(inner)
    assert app.test_cli_runner().invoke(["inner", "hello"]).output == ""


def test_a_request_through_the_doubles_passes_the_validator_of_wsgi() -> None:
    app = make_app()
    app.add_url_rule("/", "index", lambda: {"a": 1})
    assert call(app).body == b'{"a": 1}'
