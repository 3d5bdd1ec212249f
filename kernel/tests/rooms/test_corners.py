"""What few programs do, and must do no harm."""

from __future__ import annotations

import sys
import typing as t

import pytest
from kernel_harness import begin, call, environ, make_app, watch
from werkzeug.exceptions import Gone
from werkzeug.routing import BaseConverter, ValidationError

import kernos
from kernos import Blueprint, Kernos, Request, Response, request
from kernos.debughelpers import DebugFilesKeyError
from kernos.errors import ContributionConflict
from kernos.hooks import hookimpl
from kernos.importing import find_package
from kernos.scaffold import Scaffold
from kernos.streaming import stream_with_context
from kernos.testing.doubles import (
    MemoryCommandLine,
    MemoryJSON,
    MemoryRouter,
    MemorySessions,
    MemoryTemplates,
    doubles,
)
from kernos.testing.doubles.cli import MemoryCommand
from kernos.wrappers import sinks
from kernos.wrappers.host import is_host

# --- contributions and components ------------------------------------------------------


class Wave:
    def __init__(self, word: str) -> None:
        self.word = word

    @hookimpl
    def kernos_register_commands(self, app):
        return [MemoryCommand("wave", lambda: self.word)]

    @hookimpl
    def kernos_register_template_names(self, app):
        return {"filters": {"wave": lambda value: self.word}}


def test_a_name_that_the_application_defines_settles_a_conflict() -> None:
    class Other(Wave):
        pass

    app = make_app(plugins=[Wave("one"), Other("two")])
    app.add_template_filter(lambda value: "own", "wave")
    app.cli.command("wave")(lambda: "own")
    app.freeze()
    with app.app_context():
        assert kernos.render_template_string("{x|wave}", x=1) == "own"
    torn = make_app(plugins=[Wave("one"), Other("two")])
    with pytest.raises(ContributionConflict, match="'wave'"):
        torn.freeze()


def test_a_plugin_that_comes_late_adds_to_what_was_collected() -> None:
    seen: list[str] = []

    class Late:
        @hookimpl
        def kernos_register_middleware(self, app):
            return [lambda inner: lambda env, start: seen.append("late") or inner(env, start)]

        @hookimpl
        def kernos_register_json_types(self, app):
            return {complex: str}

        @hookimpl
        def kernos_register_template_names(self, app):
            return {"filters": {"late": str.upper}}

    class Asking(MemoryJSON):
        def __init__(self, app: Kernos) -> None:
            super().__init__(app)
            self.types = app.contributions("json_types")

        def dumps(self, obj, **kwargs):
            return super().dumps(obj, default=lambda one: self.types[type(one)](one), **kwargs)

    app = make_app(components=doubles(json=Asking))
    app.add_url_rule("/", "index", lambda: {"n": 1j})
    app.component("json"), app.component("templating")
    names = app.contributions("template_names")
    app.freeze()
    app.plugins.register(Late())
    assert call(app).body == b'{"n": "1j"}'
    assert seen == ["late"]
    assert names["filters"] == {"late": str.upper}


def test_the_loader_of_a_folder_is_the_engines() -> None:
    class Loading(MemoryTemplates):
        def jinja_loader_for(self, holder: Scaffold) -> str:
            return f"loader of {holder.name}"

    app = make_app(components=doubles(templating=Loading))
    blueprint, lost = Blueprint("bp", __name__), Blueprint("lost", __name__)
    app.register_blueprint(blueprint)
    assert app.jinja_loader == f"loader of {app.name}"
    assert blueprint.jinja_loader == "loader of bp"
    with app.app_context():
        assert lost.jinja_loader == "loader of lost"
    with pytest.raises(RuntimeError, match="application context"):
        Blueprint("nowhere", __name__).jinja_loader


def test_a_face_may_belong_to_a_blueprints_component() -> None:
    class Faced(MemoryTemplates):
        jinja_env = "of the blueprint"

    app = make_app()
    app.register_blueprint(Blueprint("bp", __name__, components={"templating": Faced}))
    assert app.jinja_env == "of the blueprint"


def test_a_blueprint_may_have_several_template_engines() -> None:
    class Second(MemoryTemplates):
        suffixes = (".second",)

    app = make_app()
    blueprint = Blueprint("bp", __name__, components={"templating": [MemoryTemplates, Second]})
    blueprint.add_url_rule("/", "index", lambda: kernos.render_template("a.second"))
    blueprint.add_url_rule("/json", "json", lambda: [1])
    app.register_blueprint(blueprint)
    app._blueprint_components["templating", "bp"][1].sources["a.second"] = "second"
    assert call(app).body == b"second"
    assert call(app, "/json").body == b"[1]"


def test_a_map_that_is_assigned_is_the_routers() -> None:
    app = make_app()
    app.url_map = "mine"
    assert app.router.url_map == "mine"
    assert app.url_map == "mine"


def test_an_interface_that_is_none_is_opened_early() -> None:
    class Bare:
        """Has what the kernel calls, and derives from nothing."""

        def open_session(self, app, request):
            return {}

        def save_session(self, app, session, response):
            seen.append("saved")

        def is_null_session(self, session):
            return False

    seen: list[str] = []
    app = make_app()
    app.add_url_rule("/", "index", lambda: "x")
    app.session_interface = Bare()
    call(app)
    assert seen == ["saved"]


def test_a_development_server_needs_no_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[t.Any] = []
    monkeypatch.setattr("werkzeug.serving.run_simple", lambda *args, **rest: served.append(args))
    app = make_app(components={"routing": MemoryRouter})
    app.run()
    line = MemoryCommandLine()
    line.load_dotenv = lambda app: None
    monkeypatch.delenv("KERNOS_DEBUG", raising=False)
    other = make_app(components=doubles(cli=line))
    other.debug = True
    other.run()
    assert other.debug is True
    assert len(served) == 2


def test_what_a_command_line_and_a_router_cannot_take_back_is_left() -> None:
    class Bare:
        name = "bare"

        def add_command(self, command: object) -> None:
            pass

    class Line(MemoryCommandLine):
        def group(self, name):
            return Bare()

    class Plain(MemoryRouter):
        pass

    Plain.snapshot = property()
    app = make_app(components=doubles(cli=Line, routing=Plain))
    assert isinstance(app.cli, Bare)
    blueprint = Blueprint("bp", __name__)
    blueprint.add_url_rule("/", "x", lambda: "x")
    blueprint.record(lambda state: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        app.register_blueprint(blueprint)
    assert app.blueprints == {}
    assert len(list(app.router.rules())) == 1


# --- contexts and sessions -------------------------------------------------------------


def test_a_session_may_be_put_into_a_context() -> None:
    app = make_app()
    with app.test_request_context("/") as ctx:
        ctx.session = {"own": 1}
        assert ctx._session == {"own": 1}
    given = MemorySessions().open_session(app, Request(environ("/")))
    with kernos.ctx.RequestContext(app, environ("/"), session=given):
        given["a"] = 1
        assert kernos.session["a"] == 1


def test_a_closed_stream_gives_nothing_more() -> None:
    app = make_app()
    with app.test_request_context("/"):
        stream = stream_with_context(iter("ab"))
        assert next(stream) == "a"
        stream.close()
        assert list(stream) == []


def test_a_processor_of_all_templates_outside_any_context() -> None:
    app = make_app()
    context: dict[str, t.Any] = {}
    app.update_template_context(context)
    assert context == {}


def test_functions_looked_over_are_remembered_within_bounds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kernos.lifecycle.dispatching._SYNC_LIMIT", 1)
    app = make_app()
    for name in "abc":
        app.add_url_rule(f"/{name}", name, lambda name=name: name)
    assert [call(app, f"/{name}").text for name in "abca"] == ["a", "b", "c", "a"]
    assert len(app._sync_functions) == 1


def test_the_methods_of_a_url_are_asked_for_by_hand() -> None:
    app = make_app()
    app.router.add("/any", "any", None)
    with app.test_request_context("/nowhere"):
        assert list(app.make_default_options_response().allow) == []
    with app.test_request_context("/any"):
        assert list(app.make_default_options_response().allow) == []


# --- responses -------------------------------------------------------------------------


def test_a_status_line_may_go_with_a_response() -> None:
    app = make_app()
    app.add_url_rule("/", "index", lambda: (Response("x"), "299 Fine"))
    assert call(app).status == "299 Fine"


class Odd(Response):
    """A response that answers the server by itself."""

    closed: t.ClassVar[list[str]] = []
    headers_sent: t.Any = (("X-A", "b"),)
    writes = False

    def __call__(self, environ, start_response):
        write = start_response("200 OK", list(self.headers_sent))
        if self.writes:
            write(b"x")
        return self.body()

    def body(self):
        try:
            yield b"odd"
        finally:
            self.closed.append("closed")


@pytest.mark.parametrize("bad", [("X-A", "a\r\nb"), ("X A", "b"), (1, "b"), ("X-A", 1)])
def test_the_body_behind_headers_that_cannot_be_sent_is_closed(bad: t.Any) -> None:
    class Closing:
        def __init__(self) -> None:
            self.closed = 0

        def __iter__(self):
            return iter(())

        def close(self) -> None:
            self.closed += 1

    body = Closing()

    class Bad(Odd):
        headers_sent = (bad,)

        def body(self):
            return body

    app = make_app()
    watched = watch(app)
    app.add_url_rule("/", "index", Bad)
    watched.fault(code=500)
    assert body.closed == 1
    assert watched.last_error is not None
    with pytest.raises((TypeError, ValueError)):
        sinks.check_headers([bad])


def test_a_body_without_close_needs_none() -> None:
    class Bad(Odd):
        headers_sent = (("X A", "b"),)

        def body(self):
            return [b"x"]

    app = make_app()
    app.add_url_rule("/", "index", Bad)
    watch(app).fault(code=500)


def test_a_response_that_does_not_answer_the_server_is_an_error() -> None:
    class Silent(Odd):
        def __call__(self, environ, start_response):
            return [b"x"]

    app = make_app()
    app.add_url_rule("/", "index", Silent)
    watch(app).fault(code=500)


def test_write_is_not_supported_and_says_so() -> None:
    app = make_app()
    app.testing = True
    app.add_url_rule("/", "index", lambda: type("Writes", (Odd,), {"writes": True})("x"))
    with pytest.raises(RuntimeError, match="write"):
        call(app)


def test_a_response_that_answers_by_itself_is_sent() -> None:
    app = make_app()
    app.add_url_rule("/", "index", lambda: Odd("x"))
    answer = begin(app, environ("/"), validate=False)
    assert (b"".join(answer.raw), answer.header("X-A")) == (b"odd", "b")
    assert answer.header("X-Content-Type-Options") == "nosniff"


def test_the_headers_of_the_class_are_a_descriptor() -> None:
    assert Response.headers is not None
    assert Response("x").headers is not Response.headers


# --- requests --------------------------------------------------------------------------


def test_a_request_without_a_server_has_none() -> None:
    env = environ("/")
    del env["SERVER_NAME"]
    assert Request(env).server is None


def test_a_provider_that_recurses_too_deep_is_a_400() -> None:
    class Recursing(MemoryJSON):
        def loads(self, s, **kwargs):
            raise RecursionError("deep")

    app = make_app(components=doubles(json=Recursing))
    watched = watch(app)
    silent: list[t.Any] = []

    def view() -> t.Any:
        silent.append(request.get_json(silent=True))
        return request.get_json()

    app.add_url_rule("/", "index", view, methods=["POST"])
    watched.fault(method="POST", code=400, logged=0, data="1", content_type="application/json")
    assert silent == [None]


def test_a_body_may_be_read_into_a_buffer() -> None:
    one = Request(environ("/", method="POST", data=b"abc"))
    buffer = bytearray(2)
    assert one.stream.readinto(buffer) == 2
    assert bytes(buffer) == b"ab"


def test_a_label_of_a_host_has_its_length() -> None:
    assert is_host(f"{'a' * 63}.example")
    assert not is_host(f"{'a' * 64}.example")


def test_a_missing_file_of_which_no_name_was_sent_says_less() -> None:
    one = Request(environ("/", method="POST", data={"a": "b"}))
    text = str(DebugFilesKeyError(one, "photo"))
    assert "photo" in text
    assert "submitted" not in text


def test_a_redirect_to_another_place_says_nothing_of_slashes() -> None:
    from werkzeug.routing import RequestRedirect

    from kernos.debughelpers import FormDataRoutingRedirect

    one = Request(environ("/a", method="POST"))
    for url, word in [("http://localhost/a/?q", True), ("http://localhost/b", False)]:
        one.routing_exception = RequestRedirect(url)
        assert ("trailing slash" in str(FormDataRoutingRedirect(one))) is word


# --- the rest --------------------------------------------------------------------------


def test_a_face_that_needs_a_request_says_so() -> None:
    with pytest.raises(RuntimeError, match="request context"):
        make_app().preprocess_request()


def test_an_outage_may_be_any_http_error() -> None:
    class Down(MemorySessions):
        lazy = True

        def open_session(self, app, request):
            raise ConnectionError if request.path == "/" else LookupError

    app = make_app(components=doubles(sessions=Down))
    app.session_outage = Gone
    app.add_url_rule("/", "index", lambda: kernos.session.get("a"))
    watch(app).fault(code=410)


def test_the_aliases_of_types_are_there_at_run_time() -> None:
    import kernos.typing as aliases

    for name in ("ResponseReturnValue", "RouteCallable", "ErrorHandlerCallable"):
        assert getattr(aliases, name) is not None


def test_an_error_that_is_ignored_is_no_news_to_a_streams_teardown() -> None:
    told: list[t.Any] = []
    app = make_app()
    app.teardown_request(told.append)
    app.should_ignore_error = lambda error: isinstance(error, KeyError)

    def body() -> t.Iterator[str]:
        yield "x"
        raise KeyError("ignored")

    app.add_url_rule("/", "index", lambda: stream_with_context(body()))
    with pytest.raises(KeyError):
        call(app, validate=False)
    assert told == [None]


def test_an_iterator_without_close_is_streamed() -> None:
    app = make_app()
    ended: list[t.Any] = []
    app.teardown_request(ended.append)
    app.add_url_rule("/", "index", lambda: stream_with_context(["a", "b"]))
    assert call(app).body == b"ab"
    assert ended == [None]


def test_a_scaffold_alone_registers_nothing() -> None:
    class Bare(Scaffold):
        name = "bare"

    with pytest.raises(NotImplementedError):
        Bare(__name__).route("/")
    Bare._check_setup_finished = lambda self, name: None
    with pytest.raises(NotImplementedError):
        Bare(__name__).add_url_rule("/")


def test_a_module_of_a_namespace_package_is_found_in_its_part(
    tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for part in ("one", "two"):
        (tmp_path / part / "km_spread").mkdir(parents=True)
        monkeypatch.syspath_prepend(str(tmp_path / part))
    (tmp_path / "one" / "km_spread" / "module.py").write_text("", "utf-8")
    (tmp_path / "one" / "km_spread" / "pack").mkdir()
    (tmp_path / "one" / "km_spread" / "pack" / "__init__.py").write_text("", "utf-8")
    assert find_package("km_spread.pack") == (None, str(tmp_path / "one"))
    assert find_package("km_spread.module") in [
        (None, str(tmp_path / "one")),
        (None, str(tmp_path / "two")),
    ]
    for name in [name for name in sys.modules if name.startswith("km_")]:
        del sys.modules[name]


def test_a_converter_of_a_plugin_may_refuse_what_it_matches() -> None:
    class Even(BaseConverter):
        regex = r"\d+"

        def to_python(self, value):
            if int(value) % 2:
                raise ValidationError
            return int(value)

    class Plugin:
        @hookimpl
        def kernos_register_converters(self, app):
            return {"even": Even}

    app = make_app(plugins=[Plugin()])
    app.add_url_rule("/<even:number>", "even", lambda number: f"{number}!")
    assert call(app, "/4").text == "4!"
    assert call(app, "/3").code == 404


def test_a_nested_blueprint_may_be_given_a_subdomain_and_commands_of_its_own() -> None:
    outer, inner = Blueprint("outer", __name__, subdomain="o"), Blueprint("inner", __name__)
    inner.add_url_rule("/", "x", lambda: "x")
    inner.cli = MemoryCommandLine().group("inner")
    inner.cli.command("hello")(lambda: "hello")
    outer.register_blueprint(inner, subdomain="i")
    app = make_app()
    app.register_blueprint(outer)
    (rule,) = app.router.rules()
    assert rule.subdomain == "i.o"
    assert app.test_cli_runner().invoke(["outer.inner", "hello"]).output == "hello"


def test_debug_mode_leaves_engines_alone_that_do_not_follow_it() -> None:
    app = make_app()
    app.component("templating")
    app.debug = True
    assert app.config["DEBUG"] is True
