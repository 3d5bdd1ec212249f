"""``flask.Flask`` has Flask's defaults, and every way of Flask's to change them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import jinja2
import pytest
from werkzeug.routing import Map, Rule

import kernos
import kernos_flask


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("KERNOS_COMPONENTS", "default")
    was = kernos_flask.installed()
    kernos_flask.install()
    yield
    if not was:
        kernos_flask.uninstall()


def test_the_configuration_starts_as_flasks_does() -> None:
    import flask

    assert dict(flask.Flask("x").config) == {
        "APPLICATION_ROOT": "/",
        "DEBUG": False,
        "EXPLAIN_TEMPLATE_LOADING": False,
        "MAX_CONTENT_LENGTH": None,
        "MAX_COOKIE_SIZE": 4093,
        "MAX_FORM_MEMORY_SIZE": 500_000,
        "MAX_FORM_PARTS": 1_000,
        "PERMANENT_SESSION_LIFETIME": timedelta(days=31),
        "PREFERRED_URL_SCHEME": "http",
        "PROPAGATE_EXCEPTIONS": None,
        "PROVIDE_AUTOMATIC_OPTIONS": True,
        "SECRET_KEY": None,
        "SECRET_KEY_FALLBACKS": None,
        "SEND_FILE_MAX_AGE_DEFAULT": None,
        "SERVER_NAME": None,
        "SESSION_COOKIE_DOMAIN": None,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_NAME": "session",
        "SESSION_COOKIE_PARTITIONED": False,
        "SESSION_COOKIE_PATH": None,
        "SESSION_COOKIE_SAMESITE": None,
        "SESSION_COOKIE_SECURE": False,
        "SESSION_REFRESH_EACH_REQUEST": True,
        "TEMPLATES_AUTO_RELOAD": None,
        "TESTING": False,
        "TRAP_BAD_REQUEST_ERRORS": None,
        "TRAP_HTTP_EXCEPTIONS": False,
        "TRUSTED_HOSTS": None,
        "USE_X_SENDFILE": False,
    }


def test_objects_show_themselves_as_flasks_do() -> None:
    import flask

    app = flask.Flask("shown")
    assert repr(app) == "<Flask 'shown'>"
    assert repr(flask.Blueprint("b", "x")) == "<Blueprint 'b'>"
    with app.test_request_context("/p?q=1"):
        assert repr(flask.g) == "<flask.g of 'shown'>"
        assert repr(flask.request) == "<Request 'http://localhost/p?q=1' [GET]>"
        shown = repr(flask.globals.request_ctx)
        assert shown == "<RequestContext 'http://localhost/p?q=1' [GET] of shown>"
    assert repr(flask.g) == "<LocalProxy unbound>"
    assert repr(flask.Config("/")) == "<Config {}>"


def test_debug_mode_comes_from_flasks_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    import flask
    from flask.helpers import get_debug_flag

    monkeypatch.setenv("KERNOS_DEBUG", "1")
    assert not flask.Flask("x").debug
    for value, debug in (("1", True), ("0", False), ("false", False), ("on", True)):
        monkeypatch.setenv("FLASK_DEBUG", value)
        assert flask.Flask("x").debug is debug is get_debug_flag()


@pytest.mark.parametrize(
    ("value", "default", "loads"),
    [(None, True, True), (None, False, False), ("1", True, False), ("no", False, True)],
)
def test_dotenv_files_are_skipped_when_flasks_variable_says_so(
    monkeypatch: pytest.MonkeyPatch, value: str | None, default: bool, loads: bool
) -> None:
    from flask.helpers import get_load_dotenv

    monkeypatch.delenv("FLASK_SKIP_DOTENV", raising=False)
    if value is not None:
        monkeypatch.setenv("FLASK_SKIP_DOTENV", value)
    assert get_load_dotenv(default) is loads


def test_prefixed_variables_are_flasks_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    import flask

    monkeypatch.setenv("FLASK_LIMIT", "5")
    monkeypatch.setenv("OTHER_LIMIT", "6")
    config = flask.Config("/")
    config.from_prefixed_env()
    assert config == {"LIMIT": 5}
    config.from_prefixed_env("OTHER")
    assert config == {"LIMIT": 6}


def test_responses_carry_flasks_headers_and_no_others() -> None:
    import flask

    app = flask.Flask("x")
    app.add_url_rule("/", "index", lambda: "x")
    response = app.test_client().get("/")
    assert list(response.headers) == [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Length", "1"),
    ]


def test_json_is_as_lax_as_flasks() -> None:
    import flask

    app = flask.Flask("x")
    app.add_url_rule("/", "index", lambda: {"value": float("nan")})
    assert app.test_client().get("/").text == '{"value":NaN}\n'


def test_a_session_store_that_fails_is_a_plain_server_error() -> None:
    import flask
    from flask.sessions import SessionInterface

    class Down(SessionInterface):
        def open_session(self, app, request):
            raise ConnectionError

    app = flask.Flask("x")
    app.session_interface = Down()
    app.add_url_rule("/", "index", lambda: "x")
    assert app.test_client().get("/").status_code == 500


def test_a_class_left_at_its_default_chooses_nothing() -> None:
    import flask

    from kernos_json import DefaultJSONProvider

    class Offered(DefaultJSONProvider): ...

    app = flask.Flask("x", components={"json": Offered})
    assert app.json_provider_class is DefaultJSONProvider
    assert type(app.json) is Offered


def test_a_class_patched_into_flask_counts_as_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    import flask

    class Mine(flask.json.provider.DefaultJSONProvider): ...

    monkeypatch.setattr(flask.Flask, "json_provider_class", Mine)
    assert type(flask.Flask("x").json) is Mine


def test_classes_named_by_a_subclass_are_used() -> None:
    import flask
    from flask.templating import Environment

    class MyRule(Rule): ...

    class MyMap(Map): ...

    class MyEnvironment(Environment): ...

    class MyRequest(flask.Request): ...

    class MyResponse(flask.Response): ...

    class MyConfig(flask.Config): ...

    class MyGlobals: ...

    class MyFlask(flask.Flask):
        url_rule_class = MyRule
        url_map_class = MyMap
        jinja_environment = MyEnvironment
        request_class = MyRequest
        response_class = MyResponse
        config_class = MyConfig
        app_ctx_globals_class = MyGlobals

    app = MyFlask("x")
    app.add_url_rule("/", "index", lambda: type(flask.request._get_current_object()).__name__)
    assert isinstance(app.url_map, MyMap)
    assert all(isinstance(rule, MyRule) for rule in app.url_map.iter_rules())
    assert isinstance(app.jinja_env, MyEnvironment)
    assert isinstance(app.config, MyConfig)
    assert app.test_client().get("/").text == "MyRequest"
    with app.test_request_context():
        assert isinstance(flask.make_response("x"), MyResponse)
        assert isinstance(flask.g._get_current_object(), MyGlobals)


def test_the_class_shows_the_session_interface_that_its_applications_have() -> None:
    import flask
    from flask.sessions import SecureCookieSessionInterface

    assert isinstance(flask.Flask.session_interface, SecureCookieSessionInterface)
    app = flask.Flask("x")
    assert isinstance(app.session_interface, SecureCookieSessionInterface)
    assert app.session_interface is app.session_interface


def test_clients_and_runners_are_flasks_unless_others_are_named() -> None:
    import flask
    from flask.testing import FlaskClient, FlaskCliRunner

    class MyClient(FlaskClient): ...

    class MyRunner(FlaskCliRunner): ...

    app = flask.Flask("x")
    assert app.test_client_class is app.test_cli_runner_class is None
    assert type(app.test_client()) is FlaskClient
    assert type(app.test_cli_runner()) is FlaskCliRunner
    app.test_client_class = MyClient
    app.test_cli_runner_class = MyRunner
    assert type(app.test_client()) is MyClient
    assert type(app.test_cli_runner()) is MyRunner


def test_a_blueprint_has_its_loader_before_any_application() -> None:
    import flask

    blueprint = flask.Blueprint("b", "x", root_path="/root", template_folder="pages")
    loader = blueprint.jinja_loader
    assert isinstance(loader, jinja2.FileSystemLoader)
    assert loader.searchpath == ["/root/pages"]
    assert flask.Blueprint("c", "x").jinja_loader is None


def test_a_blueprint_of_kernos_registers_on_a_flask_application() -> None:
    import flask

    blueprint = kernos.Blueprint("plain", "x")
    blueprint.add_url_rule("/", "index", lambda: flask.url_for(".index"))
    app = flask.Flask("x")
    app.register_blueprint(blueprint)
    assert app.test_client().get("/").text == "/"


def test_a_signal_is_heard_under_both_names() -> None:
    import flask

    heard: list[str] = []

    def by_flask(sender: object, **_: object) -> None:
        heard.append("flask")

    def by_kernos(sender: object, **_: object) -> None:
        heard.append("kernos")

    app = flask.Flask("x")
    with flask.request_started.connected_to(by_flask, app):
        with kernos.request_started.connected_to(by_kernos, app):
            app.test_client().get("/")
    assert sorted(heard) == ["flask", "kernos"]


def test_an_encoder_that_flask_3_ignores_is_ignored() -> None:
    import flask

    app, blueprint = flask.Flask("x"), flask.Blueprint("b", "x", url_prefix="/b")
    app.json_encoder = blueprint.json_encoder = object
    for holder, url in ((app, "/"), (blueprint, "/")):
        holder.add_url_rule(url, "index", lambda: {"a": 1})
    app.register_blueprint(blueprint)
    client = app.test_client()
    assert app.json_encoder is object
    assert client.get("/").json == client.get("/b/").json == {"a": 1}


def test_the_interface_in_use_is_at_hand_for_each_request() -> None:
    import flask

    app = flask.Flask("sessions", static_folder=None)
    app.secret_key = "k" * 32
    app.add_url_rule("/", view_func=lambda: str(flask.session.get("a")))
    assert app.test_client().get("/").text == "None"
    assert app._session_component is app.session_interface
