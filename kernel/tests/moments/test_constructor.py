"""The constructor: its moments in order, and what it refuses."""

from __future__ import annotations

import typing as t

import pytest
from kernel_harness import call, make_app
from werkzeug.routing import BaseConverter

import kernos
from kernos import Blueprint, Kernos
from kernos.contracts import Router
from kernos.errors import MissingComponent, PluginError
from kernos.hooks import hookimpl
from kernos.testing.doubles import MemoryCommandLine, MemoryRouter, doubles
from kernos.testing.doubles.cli import MemoryCommand


class EvenConverter(BaseConverter):
    regex = r"\d*[02468]"


class Recorder:
    """A feature plugin that writes down each set-up hook, and what the app is then."""

    def __init__(self) -> None:
        self.moments: list[str] = []

    @hookimpl
    def kernos_register_hookspecs(self, app):
        self.moments.append("hookspecs")

    @hookimpl
    def kernos_register_slots(self, app):
        self.moments.append("slots")

    @hookimpl
    def kernos_register_config(self, app):
        assert "_url_router" not in app.__dict__
        self.moments.append("config")
        return {"RECORDED": 1, "TESTING": True}

    @hookimpl
    def kernos_register_converters(self, app):
        self.moments.append("converters")
        assert app.config["RECORDED"] == 1
        return {"even": EvenConverter}

    @hookimpl
    def kernos_app_created(self, app):
        self.moments.append("created")
        assert isinstance(app.router, Router)
        assert "even" in app.router.converters

    @hookimpl
    def kernos_register_blueprints(self, app):
        self.moments.append("blueprints")
        blueprint = Blueprint("bp", __name__)
        blueprint.add_url_rule("/<even:number>", "number", lambda number: number)
        second = Blueprint("second", __name__)
        second.add_url_rule("/", "index", lambda: "second")
        return [blueprint, (second, {"url_prefix": "/second"})]

    @hookimpl
    def kernos_register_commands(self, app):
        self.moments.append("commands")
        assert "bp" in app.blueprints
        return [MemoryCommand("recorded", lambda: "done")]

    @hookimpl
    def kernos_register_json_types(self, app):
        self.moments.append("json_types")

    @hookimpl
    def kernos_register_session_tags(self, app):
        self.moments.append("session_tags")

    @hookimpl
    def kernos_register_template_names(self, app):
        self.moments.append("template_names")
        return {"filters": {"loud": str.upper}, "globals": {"one": 1}}

    @hookimpl
    def kernos_register_middleware(self, app):
        self.moments.append("middleware")

    @hookimpl
    def kernos_app_ready(self, app):
        self.moments.append("ready")

    @hookimpl
    def kernos_shutdown(self, app):
        self.moments.append("shutdown")


def test_the_moments_come_in_the_documented_order() -> None:
    recorder = Recorder()
    app = make_app(plugins=[recorder])
    assert recorder.moments == [
        "hookspecs",
        "slots",
        "config",
        "converters",
        "created",
        "blueprints",
        "commands",
    ]
    recorder.moments.clear()
    app.freeze()
    assert recorder.moments == ["middleware", "ready"]
    app.freeze()
    app.close()
    app.close()
    assert recorder.moments == ["middleware", "ready", "shutdown"]


def test_what_plugins_contribute_takes_part() -> None:
    app = make_app(plugins=[Recorder()])
    app.config["TESTING"] = False
    assert call(app, "/4").body == b"4"
    assert call(app, "/3").code == 404
    assert call(app, "/second/").body == b"second"
    assert app.test_cli_runner().invoke(["recorded"]).output == "done"
    with app.app_context():
        assert kernos.render_template_string("{x|loud}{one}", x="a") == "A1"


def test_a_plugins_default_never_replaces_the_kernels_own() -> None:
    app = make_app(plugins=[Recorder()])
    assert app.config["TESTING"] is False
    assert app.config["RECORDED"] == 1


def test_names_of_the_application_win_over_a_plugins() -> None:
    app = make_app(plugins=[Recorder()])
    app.add_template_filter(str.lower, "loud")
    with app.app_context():
        assert kernos.render_template_string("{x|loud}", x="A") == "a"


def test_components_other_than_routing_are_built_at_their_first_use() -> None:
    built: list[str] = []

    def make(slot: str, kind: t.Any) -> t.Callable[[Kernos], object]:
        def component(app: Kernos) -> object:
            built.append(slot)
            return kind(app)

        return component

    slots = {slot: make(slot, kind) for slot, kind in doubles().items()}
    app = make_app(components=slots, static_folder="static")
    assert built == ["routing"]
    app.freeze()
    assert built == ["routing"]
    app.add_url_rule("/never", "never", None) if False else None
    assert call(app, "/nowhere").code == 404
    assert built in (["routing"], ["routing", "sessions"])
    with app.app_context():
        kernos.json.dumps(1)
        kernos.json.dumps(2)
    assert built.count("json") == 1
    assert app.cli is app.cli
    assert built.count("cli") == 1
    assert "templating" not in built


def test_a_blueprint_of_a_plugin_that_cannot_be_registered_names_the_plugin() -> None:
    class Bad:
        @hookimpl
        def kernos_register_blueprints(self, app):
            first, second = Blueprint("same", __name__), Blueprint("same", __name__)
            return [first, second]

    with pytest.raises(PluginError, match=r"Bad.*kernos_register_blueprints"):
        make_app(plugins=[Bad()])


def test_commands_that_fail_are_left_out_and_the_rest_of_their_plugin_is_not(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Guard:
        @hookimpl
        def kernos_register_commands(self, app):
            raise ValueError("torn")

        @hookimpl
        def kernos_before_request(self, app):
            return ("guarded", 401)

    class Other:
        @hookimpl
        def kernos_register_commands(self, app):
            return [MemoryCommand("other", lambda: "done")]

    app = make_app(plugins=[Guard(), Other()])
    assert list(app.cli.commands) == ["other"]
    assert call(app).body == b"guarded"
    (record,) = caplog.records
    assert "Guard" in record.getMessage()
    assert "torn" in str(record.exc_info)


def test_a_command_that_is_none_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    class Odd:
        @hookimpl
        def kernos_register_commands(self, app):
            return [object(), MemoryCommand("good", lambda: "done")]

    app = make_app(plugins=[Odd()])
    assert list(app.cli.commands) == ["good"]
    assert "Odd" in caplog.text


def test_the_constructor_takes_flasks_arguments(tmp_path) -> None:
    app = make_app(
        "shop",
        static_url_path="/assets",
        static_folder="files",
        template_folder="pages",
        instance_path=str(tmp_path),
        instance_relative_config=True,
        root_path="/srv/shop",
    )
    assert app.import_name == app.name == "shop"
    assert app.static_folder == "/srv/shop/files"
    assert app.static_url_path == "/assets"
    assert app.template_folder == "pages"
    assert app.root_path == "/srv/shop"
    assert app.instance_path == app.config.root_path == str(tmp_path)
    assert repr(app) == "<Kernos 'shop'>"
    assert [rule.rule for rule in app.router.rules()] == ["/assets/<path:filename>"]


def test_a_relative_instance_path_is_refused() -> None:
    with pytest.raises(ValueError, match="absolute"):
        make_app(instance_path="instance")


def test_a_static_host_needs_host_matching() -> None:
    with pytest.raises(AssertionError, match="static_host"):
        make_app(static_folder="static", static_host="a.example")
    with pytest.raises(AssertionError, match="static_host"):
        make_app(static_folder="static", host_matching=True)
    app = make_app(static_folder="static", host_matching=True, static_host="a.example")
    assert [rule.host for rule in app.router.rules()] == ["a.example"]


def test_debug_mode_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert make_app().debug is False
    for value, expected in [("1", True), ("0", False), ("no", False), ("False", False)]:
        monkeypatch.setenv("KERNOS_DEBUG", value)
        assert make_app().debug is expected


def test_the_application_is_freed_with_its_last_reference() -> None:
    import gc
    import weakref

    app = make_app(static_folder="static")
    app.add_url_rule("/", "index", lambda: "x")
    call(app)
    ref = weakref.ref(app)
    del app
    gc.collect()
    assert ref() is None


# --- empty slots -----------------------------------------------------------------------


def test_an_empty_slot_is_an_error_only_when_it_is_used() -> None:
    app = make_app(components={"routing": MemoryRouter})
    app.add_url_rule("/", "index", lambda: "plain")
    app.add_url_rule("/json", "json", lambda: {"a": 1})
    app.add_url_rule("/session", "session", lambda: kernos.session["a"])
    app.add_url_rule("/page", "page", lambda: kernos.render_template_string("x"))
    assert call(app, "/").body == b"plain"
    assert call(app, "/", HTTP_COOKIE="session=x").body == b"plain"
    for path, distribution in [
        ("/json", "kernos-json"),
        ("/session", "kernos-sessions"),
        ("/page", "kernos-templating"),
    ]:
        with pytest.raises(MissingComponent, match=f"pip install {distribution}"):
            call(app, path)
    with pytest.raises(MissingComponent, match="pip install kernos-cli"):
        app.cli
    assert call(app, "/").body == b"plain"


def test_an_error_handler_never_hides_a_missing_component() -> None:
    app = make_app(components={"routing": MemoryRouter})
    app.add_url_rule("/json", "json", lambda: {"a": 1})
    app.register_error_handler(Exception, lambda error: "handled")
    app.register_error_handler(500, lambda error: "handled")
    with pytest.raises(MissingComponent):
        call(app, "/json")


def test_an_application_without_a_router_says_so_at_the_first_route() -> None:
    app = make_app(components={}, static_folder="static")
    with pytest.raises(MissingComponent, match="pip install kernos-routing"):
        app.add_url_rule("/", "index", lambda: "x")


def test_a_blueprints_commands_need_a_command_line_at_their_first_use() -> None:
    blueprint = Blueprint("bp", __name__)
    with pytest.raises(MissingComponent, match="pip install kernos-cli"):
        blueprint.cli


@pytest.mark.parametrize("group", ["mine", "own", None])
def test_a_blueprints_commands_are_merged_or_grouped(group: str | None) -> None:
    options = {} if group == "own" else {"cli_group": group}
    blueprint = Blueprint("own", __name__, **options)
    blueprint.cli = MemoryCommandLine().group("own")
    blueprint.cli.command("hello")(lambda: "hello")
    app = make_app()
    app.register_blueprint(blueprint)
    line = ["hello"] if group is None else [group, "hello"]
    assert app.test_cli_runner().invoke(line).output == "hello"


def test_the_cli_group_of_a_registration_wins() -> None:
    blueprint = Blueprint("own", __name__, cli_group="mine")
    blueprint.cli = MemoryCommandLine().group("own")
    blueprint.cli.command("hello")(lambda: "hello")
    app = make_app()
    app.register_blueprint(blueprint, cli_group="theirs")
    assert list(app.cli.commands) == ["theirs"]


def test_a_blueprint_without_commands_adds_no_group() -> None:
    blueprint = Blueprint("own", __name__)
    blueprint.cli = MemoryCommandLine().group("own")
    app = make_app()
    app.register_blueprint(blueprint)
    assert app.cli.commands == {}
