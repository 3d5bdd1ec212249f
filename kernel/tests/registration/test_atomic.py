"""A registration that fails half-way leaves nothing behind."""

from __future__ import annotations

import typing as t

import pytest
from kernel_harness import call, make_app, raising

import kernos
from kernos import Blueprint, Kernos
from kernos.errors import MissingComponent, PluginError
from kernos.hooks import hookimpl
from kernos.hooks.calling import NAMES
from kernos.testing.doubles import MemoryCommandLine, MemoryJSON

TABLES = (
    "view_functions",
    "error_handler_spec",
    "before_request_funcs",
    "after_request_funcs",
    "teardown_request_funcs",
    "template_context_processors",
    "url_value_preprocessors",
    "url_default_functions",
    "blueprints",
    "_blueprint_components",
    "extensions",
    "teardown_appcontext_funcs",
    "shell_context_processors",
    "url_build_error_handlers",
    "config",
)


def state(app: Kernos) -> dict[str, t.Any]:
    """Return everything that registrations write, without what is empty."""

    def copy(value: t.Any) -> t.Any:
        if isinstance(value, dict):
            return {key: found for key, one in value.items() if (found := copy(one)) != {}}
        return list(value) if isinstance(value, list) else value

    found = {name: copy(getattr(app, name)) for name in TABLES}
    found["names"] = {kind: dict(table) for kind, table in vars(app.template_names).items()}
    found["rules"] = list(app.router.rules())
    found["converters"] = dict(app.router.converters)
    found["commands"] = dict(app.cli.commands)
    return found


def furnish(part: t.Any) -> None:
    """Register one of everything."""
    part.add_url_rule("/<name>", "named", lambda name: name)
    part.before_request(str)
    part.after_request(str)
    part.teardown_request(str)
    part.context_processor(dict)
    part.url_value_preprocessor(str)
    part.url_defaults(str)
    part.register_error_handler(404, str)
    part.register_error_handler(KeyError, str)


def furnish_app_wide(blueprint: Blueprint) -> None:
    blueprint.before_app_request(str)
    blueprint.after_app_request(str)
    blueprint.teardown_app_request(str)
    blueprint.app_context_processor(dict)
    blueprint.app_url_value_preprocessor(str)
    blueprint.app_url_defaults(str)
    blueprint.app_errorhandler(500)(str)
    blueprint.add_app_template_filter(str.upper, "loud")
    blueprint.add_app_template_test(str.isupper, "loud")
    blueprint.add_app_template_global(1, "one")
    blueprint.record(lambda s: s.app.extensions.update(left=1))
    blueprint.record(lambda s: s.app.config.update(LEFT=1))
    blueprint.record(lambda s: s.app.router.converters.update(left=int))
    blueprint.record(lambda s: s.app.teardown_appcontext(str))
    blueprint.record(lambda s: s.app.shell_context_processor(dict))
    blueprint.cli = MemoryCommandLine().group("left")
    blueprint.cli.command("left")(str)


FAILURES: dict[str, t.Callable[[Blueprint], object]] = {
    "a recorded function raises": lambda bp: bp.record(raising(ValueError("late"))),
    "a duplicate endpoint": lambda bp: bp.add_url_rule("/x", "named", lambda: "other"),
    "an unknown converter": lambda bp: bp.add_url_rule("/<nothing:x>", "x", lambda x: x),
    "an unknown option of a rule": lambda bp: bp.add_url_rule("/x", "x", str, colour="red"),
    "methods as a string": lambda bp: bp.add_url_rule("/x", "x", str, methods="GET"),
    "a handler for no error": lambda bp: bp.app_errorhandler(200)(str),
    "a nested blueprint fails": lambda bp: bp.register_blueprint(_failing("inner")),
    "two nested of one name": lambda bp: [
        bp.register_blueprint(Blueprint("inner", __name__)) for _ in range(2)
    ],
    "a nested component fails": lambda bp: bp.register_blueprint(
        Blueprint("inner", __name__, components={"json": raising(ValueError("no"))})
    ),
    "the process is interrupted": lambda bp: bp.record(raising(KeyboardInterrupt)),
}


def _failing(name: str) -> Blueprint:
    blueprint = Blueprint(name, __name__)
    furnish(blueprint)
    blueprint.record(raising(ValueError("late")))
    return blueprint


@pytest.fixture(params=["fresh", "furnished"])
def app(request: pytest.FixtureRequest) -> Kernos:
    app = make_app()
    if request.param == "furnished":
        furnish(app)
        before = Blueprint("before", __name__, url_prefix="/before")
        furnish(before)
        furnish_app_wide(before)
        app.register_blueprint(before)
    return app


@pytest.mark.parametrize("name", FAILURES)
def test_a_blueprint_that_fails_leaves_nothing(app: Kernos, name: str) -> None:
    tables = {table: getattr(app, table) for table in TABLES}
    before = state(app)
    blueprint = Blueprint("bp", __name__, url_prefix="/bp", components={"json": MemoryJSON})
    furnish(blueprint)
    furnish_app_wide(blueprint)
    FAILURES[name](blueprint)
    with pytest.raises((Exception, KeyboardInterrupt)):
        app.register_blueprint(blueprint)
    assert state(app) == before
    for table, value in tables.items():
        assert getattr(app, table) is value, f"{table} is another object"


@pytest.mark.parametrize("name", FAILURES)
def test_a_blueprint_that_failed_can_be_mended_and_registered(name: str) -> None:
    app = make_app()
    blueprint = Blueprint("bp", __name__)
    furnish(blueprint)
    mended = len(blueprint.deferred_functions), len(blueprint._blueprints)
    FAILURES[name](blueprint)
    with pytest.raises((Exception, KeyboardInterrupt)):
        app.register_blueprint(blueprint)
    del blueprint.deferred_functions[mended[0] :]
    del blueprint._blueprints[mended[1] :]
    blueprint.add_url_rule("/more/x", "more", lambda: "more")
    app.before_request_funcs.clear()
    app.register_blueprint(blueprint)
    for table in (app.before_request_funcs, app.after_request_funcs, app.teardown_request_funcs):
        table.clear()
    app.template_context_processors.clear()
    app.url_value_preprocessors.clear()
    assert call(app, "/more/x").body == b"more"


def test_the_name_of_a_failed_blueprint_is_free(app: Kernos) -> None:
    with pytest.raises(ValueError, match="late"):
        app.register_blueprint(_failing("bp"))
    good = Blueprint("bp", __name__, url_prefix="/good")
    good.add_url_rule("/", "index", lambda: "good")
    app.register_blueprint(good)
    assert "bp" in app.blueprints


def test_routes_are_taken_back_though_nothing_was_routed_before() -> None:
    app = make_app()
    with pytest.raises(ValueError, match="late"):
        app.register_blueprint(_failing("bp"))
    assert list(app.router.rules()) == []


def test_a_plugin_whose_second_blueprint_fails_takes_the_first_along() -> None:
    class Plugin:
        @hookimpl
        def kernos_register_blueprints(self, app):
            first = Blueprint("first", __name__)
            first.add_url_rule("/", "index", lambda: "first")
            found.append(app)
            return [first, _failing("second")]

    found: list[Kernos] = []
    with pytest.raises(PluginError, match="late"):
        make_app(plugins=[Plugin()])
    assert state(found[0])["rules"] == []
    assert found[0].blueprints == {}


def test_a_blueprint_may_choose_json_and_templating_only() -> None:
    app = make_app()
    before = state(app)
    blueprint = Blueprint("bp", __name__, components={"json": MemoryJSON, "sessions": object})
    blueprint.add_url_rule("/", "x", lambda: "x")
    with pytest.raises(MissingComponent, match="'sessions'"):
        app.register_blueprint(blueprint)
    assert state(app) == before


def test_a_registration_that_is_refused_late_leaves_nothing() -> None:
    app = make_app()
    app.add_url_rule("/", "index", lambda: "x")
    call(app)
    before = state(app)
    with pytest.raises(kernos.errors.SetupError):
        app.register_blueprint(_failing("bp"))
    assert state(app) == before


# --- a plugin that fails at one of its registrations


def _blueprint() -> Blueprint:
    blueprint = Blueprint("half", __name__)
    furnish(blueprint)
    return blueprint


def _command() -> t.Any:
    group = MemoryCommandLine().group("half")
    return group.command("half")(str)


REGISTRATIONS: dict[str, t.Callable[[], object]] = {
    "config": lambda: {"HALF": 1},
    "converters": lambda: {"half": int},
    "blueprints": lambda: [_blueprint()],
    "commands": lambda: [_command()],
    "json_types": lambda: {bytearray: bytes},
    "session_tags": lambda: [int],
    "template_names": lambda: {"filters": {"half": str.upper}, "globals": {"half": 1}},
    "middleware": lambda: [lambda wsgi_app: lambda environ, start: []],
}


def half_a_plugin(failing: str | None) -> object:
    """Return a plugin that has one of everything, and fails in one of them."""

    def make(kind: str) -> t.Any:
        def register(app: object) -> object:
            if kind == failing:
                raise ValueError("half-way")
            return REGISTRATIONS[kind]()

        return staticmethod(hookimpl(specname=f"kernos_register_{kind}")(register))

    def noticed(app: object, ctx: object) -> None: ...

    functions = {f"register_{kind}": make(kind) for kind in REGISTRATIONS}
    functions["kernos_request_started"] = staticmethod(hookimpl(noticed))
    return type("Half", (), functions)


def set_up(folder: t.Any, *plugins: object) -> Kernos:
    """Return an application that leaves out what fails, with everything collected."""
    (folder / "kernos.toml").write_text('[plugins]\non_error = "quarantine"\n')
    app: Kernos = make_app(root_path=str(folder), plugins=plugins)
    app.freeze()
    for kind in REGISTRATIONS:
        app.plugins.contributions(kind)
    return app


def effects(app: Kernos) -> dict[str, t.Any]:
    found = state(app)
    found["contributed"] = {kind: app.plugins.contributions(kind) for kind in REGISTRATIONS}
    found["hooks"] = [getattr(app.plugins.request_hooks, name) for name in NAMES]
    found["plugins"] = app.plugins.plugins()
    return found


@pytest.mark.parametrize("failing", REGISTRATIONS)
def test_a_plugin_that_fails_at_any_of_eight_registrations_leaves_nothing(
    failing: str, tmp_path: t.Any
) -> None:
    assert len(REGISTRATIONS) == 8
    expected = effects(set_up(tmp_path))
    app = set_up(tmp_path, half_a_plugin(failing))
    assert effects(app) == expected
    (record,) = [one for one in app.plugins.report() if "Half" in one.name]
    assert (record.state, "half-way" in (record.error or "")) == ("quarantined", True)


def test_a_plugin_that_does_not_fail_leaves_something_in_each_place(tmp_path: t.Any) -> None:
    expected, found = effects(set_up(tmp_path)), effects(set_up(tmp_path, half_a_plugin(None)))
    changed = {name for name, value in found.items() if value != expected.get(name)}
    assert changed >= {"config", "converters", "rules", "commands", "view_functions", "hooks"}
    for kind in REGISTRATIONS:
        assert found["contributed"][kind] != expected["contributed"][kind]


class Guest:
    """A plugin with one blueprint, which sets something in every table."""

    @hookimpl
    def kernos_register_blueprints(self, app: object) -> object:
        blueprint = Blueprint("guest", __name__)
        blueprint.add_url_rule("/guest", "page", lambda: "guest")
        blueprint.before_request(lambda: None)
        furnish_app_wide(blueprint)
        return blueprint


def test_a_dropped_plugin_takes_its_blueprints_along_and_nothing_else() -> None:
    def register_own(app: Kernos) -> None:
        app.add_url_rule("/own", "own", own)
        app.before_request(own_check)
        app.register_blueprint(blueprint)
        app.config["OWN"] = 0
        app.extensions["own"] = {}

    def own() -> str:
        return "own"

    def own_check() -> None: ...

    blueprint = Blueprint("mine", __name__)
    blueprint.before_request(own_check)
    expected = make_app()
    register_own(expected)
    guest = Guest()
    app = make_app(plugins=[guest])
    register_own(app)
    assert "/guest" in [one.rule for one in app.router.rules()]
    app.plugins.unregister(guest)
    assert call(app, "/guest").code == 404
    assert call(app, "/own").text == "own"
    found, wanted = state(app), state(expected)
    assert [one.rule for one in found.pop("rules")] == [one.rule for one in wanted.pop("rules")]
    assert found == wanted


def test_the_applications_own_in_a_dropped_plugins_place_stays() -> None:
    guest = Guest()
    app = make_app(plugins=[guest])
    app.config["LEFT"] = 2
    app.template_names.filters["loud"] = str.lower
    app.plugins.unregister(guest)
    assert app.config["LEFT"] == 2
    assert app.template_names.filters["loud"] is str.lower


def test_a_router_that_cannot_forget_answers_404_for_a_dropped_plugin() -> None:
    guest = Guest()
    app = make_app(plugins=[guest])
    app.router.snapshot = tuple  # which knows nothing of rules
    app.plugins.unregister(guest)
    assert call(app, "/guest").code == 404
