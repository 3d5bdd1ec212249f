"""Blueprints: names, prefixes, functions and handlers, nested to any depth."""

from __future__ import annotations

import typing as t

import pytest
from kernel_harness import call, make_app, raising

import kernos
from kernos import Blueprint, Kernos, request
from kernos.blueprints import BlueprintSetupState


@pytest.fixture
def app() -> Kernos:
    return make_app()


def rules(app: Kernos) -> dict[str, str]:
    return {rule.endpoint: rule.rule for rule in app.router.rules()}


# --- names and prefixes ----------------------------------------------------------------


@pytest.mark.parametrize("name", ["", "a.b"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        Blueprint(name, __name__)


def test_an_endpoint_with_a_dot_is_refused() -> None:
    blueprint = Blueprint("bp", __name__)
    with pytest.raises(ValueError, match="dot"):
        blueprint.add_url_rule("/", "a.b", lambda: "x")
    dotted = type("Dotted", (), {"__call__": lambda self: "x", "__name__": "a.b"})()
    with pytest.raises(ValueError, match="dot"):
        blueprint.add_url_rule("/", "x", dotted)


@pytest.mark.parametrize(
    ("prefix", "rule", "expected"),
    [
        (None, "/x", "/x"),
        ("/p", "/x", "/p/x"),
        ("/p/", "/x", "/p/x"),
        ("/p", "x", "/p/x"),
        ("/p", "", "/p"),
        ("/p/", "", "/p/"),
        ("/p", "/", "/p/"),
        ("/<name>", "/x", "/<name>/x"),
        ("", "/x", "/x"),
    ],
)
def test_a_prefix_is_joined_to_a_rule(
    app: Kernos, prefix: str | None, rule: str, expected: str
) -> None:
    blueprint = Blueprint("bp", __name__, url_prefix=prefix)
    blueprint.add_url_rule(rule, "x", lambda **values: "x")
    app.register_blueprint(blueprint)
    assert rules(app) == {"bp.x": expected}


def test_the_options_of_a_registration_win(app: Kernos) -> None:
    blueprint = Blueprint(
        "bp", __name__, url_prefix="/own", subdomain="own", url_defaults={"a": 1, "b": 1}
    )
    blueprint.add_url_rule("/<a>/<b>/<c>", "x", lambda **v: v, defaults={"c": 3})
    app.register_blueprint(
        blueprint, url_prefix="/theirs", subdomain="theirs", name="other", url_defaults={"b": 2}
    )
    (rule,) = app.router.rules()
    assert (rule.rule, rule.endpoint) == ("/theirs/<a>/<b>/<c>", "other.x")
    assert rule.subdomain == "theirs"
    assert rule.defaults == {"a": 1, "b": 2, "c": 3}
    assert list(app.blueprints) == ["other"]
    assert list(app.iter_blueprints()) == [blueprint]


def test_a_name_is_taken_once(app: Kernos) -> None:
    blueprint = Blueprint("bp", __name__)
    blueprint.add_url_rule("/", "x", lambda: "x")
    app.register_blueprint(blueprint)
    with pytest.raises(ValueError, match="'bp' is already registered for this blueprint"):
        app.register_blueprint(blueprint)
    with pytest.raises(ValueError, match="'bp' is already registered for a different blueprint"):
        app.register_blueprint(Blueprint("bp", __name__))
    app.register_blueprint(blueprint, name="again", url_prefix="/again")
    assert rules(app) == {"bp.x": "/", "again.x": "/again/"}


def test_a_blueprint_serves_several_applications(app: Kernos) -> None:
    blueprint = Blueprint("bp", __name__)
    blueprint.add_url_rule("/", "x", lambda: kernos.current_app.name)
    other = make_app("other")
    for one in (app, other):
        one.register_blueprint(blueprint)
    assert call(app).text == app.name
    assert call(other).text == "other"


def test_what_is_only_like_a_blueprint_registers_itself(app: Kernos) -> None:
    class Like:
        def register(self, app, options):
            app.add_url_rule(options["url_prefix"], "like", lambda: "like")

    app.register_blueprint(Like(), url_prefix="/like")
    assert call(app, "/like").body == b"like"


def test_a_view_without_a_name_needs_an_endpoint(app: Kernos) -> None:
    blueprint = Blueprint("bp", __name__)
    blueprint.add_url_rule("/")
    with pytest.raises(AssertionError, match="view function"):
        app.register_blueprint(blueprint)


def test_a_blueprint_can_be_shown() -> None:
    assert repr(Blueprint("bp", __name__)) == "<Blueprint 'bp'>"


# --- recorded functions ----------------------------------------------------------------


def test_recorded_functions_are_given_the_state_of_each_registration(app: Kernos) -> None:
    states: list[BlueprintSetupState] = []
    once: list[BlueprintSetupState] = []
    blueprint = Blueprint("bp", __name__, url_prefix="/p")
    blueprint.record(states.append)
    blueprint.record_once(once.append)
    app.register_blueprint(blueprint, colour="red")
    app.register_blueprint(blueprint, name="again")
    first, second = states
    assert (first.app, first.blueprint, first.options) == (app, blueprint, {"colour": "red"})
    assert (first.name, first.name_prefix, first.url_prefix) == ("bp", "", "/p")
    assert (first.first_registration, second.first_registration) == (True, False)
    assert second.name == "again"
    assert once == [first]


def test_a_subclass_may_make_its_own_state(app: Kernos) -> None:
    class State(BlueprintSetupState):
        def add_url_rule(self, rule, endpoint=None, view_func=None, **options):
            super().add_url_rule(f"/mine{rule}", endpoint, view_func, **options)

    class Mine(Blueprint):
        def make_setup_state(self, app, options, first_registration=False):
            return State(self, app, options, first_registration)

    blueprint = Mine("bp", __name__)
    blueprint.add_url_rule("/x", "x", lambda: "x")
    app.register_blueprint(blueprint)
    assert rules(app) == {"bp.x": "/mine/x"}


def test_an_overridden_register_takes_part(app: Kernos) -> None:
    class Mine(Blueprint):
        def register(self, app, options):
            app.extensions["mine"] = options
            super().register(app, options)

    app.register_blueprint(Mine("bp", __name__), url_prefix="/x")
    assert app.extensions["mine"]["url_prefix"] == "/x"
    assert "bp" in app.blueprints


# --- functions around a request --------------------------------------------------------


def test_functions_run_for_the_blueprint_or_for_the_whole_application(app: Kernos) -> None:
    seen: list[str] = []

    def note(what: str, answer: str = "") -> t.Callable[..., t.Any]:
        def function(*args: t.Any) -> t.Any:
            seen.append(what)
            return args[0] if answer == "first" else None

        return function

    blueprint = Blueprint("bp", __name__, url_prefix="/bp")
    blueprint.add_url_rule("/", "x", lambda: "x")
    blueprint.before_request(note("bp before"))
    blueprint.before_app_request(note("bp before app"))
    blueprint.after_request(note("bp after", "first"))
    blueprint.after_app_request(note("bp after app", "first"))
    blueprint.teardown_request(note("bp teardown"))
    blueprint.teardown_app_request(note("bp teardown app"))
    blueprint.url_value_preprocessor(note("bp values"))
    blueprint.app_url_value_preprocessor(note("bp values app"))
    app.add_url_rule("/", "index", lambda: "x")
    app.register_blueprint(blueprint)
    call(app, "/bp/")
    assert seen == [
        "bp values app",
        "bp values",
        "bp before app",
        "bp before",
        "bp after",
        "bp after app",
        "bp teardown",
        "bp teardown app",
    ]
    seen.clear()
    call(app, "/")
    assert seen == ["bp values app", "bp before app", "bp after app", "bp teardown app"]


def test_a_second_registration_runs_the_applications_functions_once(app: Kernos) -> None:
    seen: list[str] = []
    blueprint = Blueprint("bp", __name__)
    blueprint.add_url_rule("/", "x", lambda: "x")
    blueprint.before_app_request(lambda: seen.append("app"))
    blueprint.before_request(lambda: seen.append("bp"))
    app.register_blueprint(blueprint, url_prefix="/a")
    app.register_blueprint(blueprint, name="again", url_prefix="/b")
    call(app, "/b/")
    assert seen == ["app", "bp"]


def test_context_processors_and_template_names(app: Kernos) -> None:
    blueprint = Blueprint("bp", __name__, url_prefix="/bp")
    blueprint.context_processor(lambda: {"bp": "bp"})
    blueprint.app_context_processor(lambda: {"all": "all"})
    blueprint.add_app_template_filter(str.upper, "loud")
    blueprint.app_template_filter("quiet")(str.lower)
    blueprint.app_template_filter()(len)
    blueprint.add_app_template_test(str.isupper, "loud")
    blueprint.app_template_test("low")(str.islower)
    blueprint.add_app_template_global("globe", "where")
    blueprint.app_template_global("fine")(str)
    text = "{all|loud}{bp}{where|quiet}"
    blueprint.add_url_rule("/", "x", lambda: kernos.render_template_string(text))
    app.add_url_rule("/", "x", lambda: kernos.render_template_string("{all|len}"))
    app.register_blueprint(blueprint)
    assert set(app.template_names.tests) == {"loud", "low"}
    assert set(app.template_names.globals) == {"where", "fine"}
    assert call(app, "/bp/").body == b"ALLbpglobe"
    assert call(app, "/").body == b"3"


def test_url_defaults_fill_in_values(app: Kernos) -> None:
    blueprint = Blueprint("bp", __name__, url_prefix="/<lang>")
    blueprint.add_url_rule("/x", "x", lambda: kernos.url_for(".x"))

    @blueprint.url_defaults
    def add_lang(endpoint: str, values: dict[str, t.Any]) -> None:
        values.setdefault("lang", kernos.g.lang)

    @blueprint.url_value_preprocessor
    def take_lang(endpoint: str, values: dict[str, t.Any]) -> None:
        kernos.g.lang = values.pop("lang")

    blueprint.app_url_defaults(lambda endpoint, values: values.setdefault("all", "1"))
    app.register_blueprint(blueprint)
    assert call(app, "/de/x").body == b"/de/x?all=1"


def test_handlers_of_a_blueprint_and_for_the_application(app: Kernos) -> None:
    blueprint = Blueprint("bp", __name__, url_prefix="/bp")
    blueprint.add_url_rule("/", "x", raising(KeyError))
    blueprint.errorhandler(KeyError)(lambda error: "bp")
    blueprint.app_errorhandler(404)(lambda error: "app 404")
    app.add_url_rule("/", "x", raising(KeyError))
    app.register_error_handler(Exception, lambda error: "app")
    app.register_blueprint(blueprint)
    assert [call(app, path).text for path in ("/bp/", "/", "/bp/nowhere")] == [
        "bp",
        "app",
        "app 404",
    ]


def test_a_view_may_be_given_later_under_its_endpoint(app: Kernos) -> None:
    blueprint = Blueprint("bp", __name__)
    blueprint.add_url_rule("/", "later")
    blueprint.endpoint("bp.later")(lambda: "late")
    app.register_blueprint(blueprint)
    assert call(app).body == b"late"


def test_static_files_of_a_blueprint_are_served(app: Kernos, tmp_path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a.txt").write_text("content", "utf-8")
    blueprint = Blueprint(
        "bp", __name__, root_path=str(tmp_path), static_folder="files", url_prefix="/bp"
    )
    other = Blueprint(
        "other", __name__, root_path=str(tmp_path), static_folder="files/", static_url_path="/s/"
    )
    app.register_blueprint(blueprint)
    app.register_blueprint(other)
    assert rules(app) == {
        "bp.static": "/bp/files/<path:filename>",
        "other.static": "/s/<path:filename>",
    }
    assert call(app, "/bp/files/a.txt").body == b"content"
    assert call(app, "/s/a.txt").body == b"content"
    assert call(app, "/s/../test.py").code == 404
    with pytest.raises(RuntimeError, match="static folder"):
        Blueprint("none", __name__).send_static_file("a.txt")


# --- nested ----------------------------------------------------------------------------


def test_nested_blueprints_stack_names_prefixes_functions_and_handlers(app: Kernos) -> None:
    seen: list[str] = []
    parts = [
        Blueprint(name, __name__, url_prefix=f"/{name}") for name in ("outer", "middle", "inner")
    ]
    for part in parts:
        part.before_request(lambda name=part.name: seen.append(f"before {name}"))
        part.after_request(lambda r, name=part.name: seen.append(f"after {name}") or r)
        part.teardown_request(lambda e, name=part.name: seen.append(f"teardown {name}"))
        part.add_url_rule("/", "x", lambda: f"{request.endpoint} {kernos.url_for('.x')}")
        part.add_url_rule("/key", "key", raising(KeyError))
        part.add_url_rule("/value", "value", raising(ValueError))
    outer, middle, inner = parts
    outer.register_error_handler(KeyError, lambda error: "outer")
    outer.register_error_handler(ValueError, lambda error: "outer")
    inner.register_error_handler(KeyError, lambda error: "inner")
    middle.register_blueprint(inner)
    outer.register_blueprint(middle)
    app.register_blueprint(outer)
    assert call(app, "/outer/middle/inner/").text == ("outer.middle.inner.x /outer/middle/inner/")
    names = ["outer", "middle", "inner"]
    assert seen == [
        *[f"before {name}" for name in names],
        *[f"after {name}" for name in reversed(names)],
        *[f"teardown {name}" for name in reversed(names)],
    ]
    assert call(app, "/outer/middle/inner/key").text == "inner"
    assert call(app, "/outer/middle/inner/value").text == "outer"
    assert call(app, "/outer/middle/key").text == "outer"
    assert list(app.blueprints) == ["outer", "outer.middle", "outer.middle.inner"]


@pytest.mark.parametrize(
    ("outer", "inner", "expected"),
    [
        (None, None, "/x"),
        ("/o", None, "/o/x"),
        (None, "/i", "/i/x"),
        ("/o/", "/i/", "/o/i/x"),
    ],
)
def test_prefixes_of_nested_blueprints_are_joined(
    app: Kernos, outer: str | None, inner: str | None, expected: str
) -> None:
    one = Blueprint("outer", __name__, url_prefix=outer)
    two = Blueprint("inner", __name__, url_prefix=inner)
    two.add_url_rule("/x", "x", lambda: "x")
    one.register_blueprint(two)
    app.register_blueprint(one)
    assert rules(app) == {"outer.inner.x": expected}


def test_prefixes_given_at_registration_win_when_nested(app: Kernos) -> None:
    one, two = (Blueprint(name, __name__, url_prefix="/lost") for name in ("outer", "inner"))
    two.add_url_rule("/x", "x", lambda: "x")
    one.register_blueprint(two, url_prefix="/i")
    app.register_blueprint(one, url_prefix="/o")
    assert rules(app) == {"outer.inner.x": "/o/i/x"}


@pytest.mark.parametrize(
    ("outer", "inner", "expected"),
    [(None, None, None), ("o", None, "o"), (None, "i", "i"), ("o", "i", "i.o")],
)
def test_subdomains_of_nested_blueprints_are_stacked(
    app: Kernos, outer: str | None, inner: str | None, expected: str | None
) -> None:
    one = Blueprint("outer", __name__, subdomain=outer)
    two = Blueprint("inner", __name__, subdomain=inner)
    two.add_url_rule("/x", "x", lambda: "x")
    one.register_blueprint(two)
    app.register_blueprint(one)
    (rule,) = app.router.rules()
    assert rule.subdomain == expected


def test_a_nested_blueprint_may_be_renamed_and_registered_twice(app: Kernos) -> None:
    outer, inner = Blueprint("outer", __name__), Blueprint("inner", __name__)
    inner.add_url_rule("/", "x", lambda: str(request.endpoint))
    outer.register_blueprint(inner, url_prefix="/a")
    outer.register_blueprint(inner, url_prefix="/b", name="again")
    app.register_blueprint(outer)
    assert call(app, "/a/").text == "outer.inner.x"
    assert call(app, "/b/").text == "outer.again.x"


def test_a_blueprint_does_not_nest_in_itself() -> None:
    blueprint = Blueprint("bp", __name__)
    with pytest.raises(ValueError, match="itself"):
        blueprint.register_blueprint(blueprint)


def test_two_nested_blueprints_of_one_name_are_refused(app: Kernos) -> None:
    outer = Blueprint("outer", __name__)
    outer.register_blueprint(Blueprint("inner", __name__))
    outer.register_blueprint(Blueprint("inner", __name__))
    with pytest.raises(ValueError, match=r"'outer\.inner' is already registered"):
        app.register_blueprint(outer)
    assert app.blueprints == {}


# --- folders ---------------------------------------------------------------------------


def test_resources_of_a_blueprint_are_opened_below_its_root(tmp_path) -> None:
    (tmp_path / "a.txt").write_text("ž", "utf-8")
    blueprint = Blueprint("bp", __name__, root_path=str(tmp_path))
    with blueprint.open_resource("a.txt") as file:
        assert file.read() == "ž".encode()
    with blueprint.open_resource("a.txt", "rt") as file:
        assert file.read() == "ž"
    with blueprint.open_resource("a.txt", "r", encoding="latin1") as file:
        assert file.read() == "Å¾"
    with pytest.raises(ValueError, match="reading"):
        blueprint.open_resource("a.txt", "w")


def test_templates_of_a_blueprint_are_found_behind_the_applications(tmp_path) -> None:
    for folder, text in [("app", "app"), ("bp", "bp")]:
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "both.txt").write_text(text, "utf-8")
    (tmp_path / "bp" / "own.txt").write_text("own", "utf-8")
    app = make_app(root_path=str(tmp_path), template_folder="app")
    blueprint = Blueprint("bp", __name__, root_path=str(tmp_path), template_folder="bp")
    app.register_blueprint(blueprint)
    with app.app_context():
        assert kernos.render_template("both.txt") == "app"
        assert kernos.render_template("own.txt") == "own"


def test_the_deprecated_coders_of_a_blueprint_warn() -> None:
    blueprint = Blueprint("bp", __name__)
    assert blueprint.json_encoder is None
    with pytest.warns(DeprecationWarning, match="json_encoder"):
        blueprint.json_encoder = dict
    assert blueprint.json_encoder is dict
    absent = type("Absent", (Blueprint,), {"_shows_dropped": False})("bp", __name__)
    assert not hasattr(absent, "json_encoder")
    absent.json_encoder = dict
    assert absent.json_encoder is dict
