"""Names that Kernos has beside Flask's, and an application may have for its own."""

from __future__ import annotations

import flask
import flask.cli
import flask.sansio.app
import flask.sansio.blueprints
import flask.sansio.scaffold
import flask.testing
import flask.views
from flask import session


def _error(call, *arguments, **more):
    try:
        return call(*arguments, **more)
    except BaseException as error:
        return error


def _get(app, path="/", **options):
    response = app.test_client().open(path, **options)
    return [response.status_code, response.text]


def _used(app):
    app.secret_key = "s"

    @app.route("/")
    def index():
        return flask.render_template_string("{{ 1 }}")

    @app.route("/j/<int:n>")
    def item(n):
        session["n"] = n
        return {"next": flask.url_for("item", n=n + 1)}

    blueprint = flask.Blueprint("bp", "bp")
    blueprint.route("/bp")(lambda: "bp")
    app.register_blueprint(blueprint)
    app.cli.command("hello")(lambda: print("hello"))
    answers = [_get(app, path) for path in ("/", "/j/1", "/bp", "/nope")]
    return [*answers, app.test_cli_runner().invoke(args=["hello"]).output]


_TAKEN = """
plugins router components line settings hooks cache registry close config_file freeze thaw
component contributions response_headers template_names services manager defines env_prefix
json_strict session_strict refuses_bad_forms refuses_bad_hosts serves_hidden_files warns_as
session_cache_control session_outage strict_converters got_first_request has_component
components_of get_debug_flag host_matching name_of_component sessions_wait sync_functions
blueprint_components held_contributions jinja_loader_for json_encoder json_decoder
_ready _frozen _served _app _line _router _component _plugins _settings _started
_plugin_manager _contributions _freeze _close _forget _set_up _add_static_route _env_prefix
""".split()


def attributes_of_the_applications_own():
    seen = {}
    for name in _TAKEN:
        app = flask.Flask("x")
        setattr(app, name, {"mine": name})
        seen[name] = [_error(_used, app), getattr(app, name) == {"mine": name}]
    return seen


def attributes_set_after_the_first_request():
    seen = {}
    for name in _TAKEN:
        app = flask.Flask("x")
        _used(app)
        setattr(app, name, {"mine": name})
        seen[name] = [_error(_get, app, path) for path in ("/", "/j/1", "/bp", "/nope")]
    return seen


def methods_of_the_applications_own():
    seen = {}
    for name in _TAKEN:
        app_class = type("App", (flask.Flask,), {name: lambda self, *a, **k: "mine"})
        app = app_class("x")
        seen[name] = [_error(_used, app), getattr(app, name)()]
    return seen


def attributes_of_the_blueprints_own():
    seen = {}
    for name in ("components", "line", "component", "router", "json_encoder"):
        app = flask.Flask("x")
        app_blueprint = type("Bp", (flask.Blueprint,), {name: "of the class"})("bp", "bp")
        setattr(app_blueprint, name, {"mine": name})
        app_blueprint.route("/mine")(lambda: "mine")
        app.register_blueprint(app_blueprint)
        seen[name] = [_error(_get, app, "/mine"), getattr(app_blueprint, name)]
    return seen


def defaults_of_the_class_are_not_there():
    return [
        hasattr(flask.Blueprint("bp", "bp"), "components"),
        getattr(flask.Flask("x"), "got_first_request", None) is True,
    ]
