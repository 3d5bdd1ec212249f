"""Names that Kernos has beside Flask's, and an application may have for its own."""

from __future__ import annotations

import flask
import flask.cli
import flask.ctx
import flask.sansio.app
import flask.sansio.blueprints
import flask.sansio.scaffold
import flask.sessions
import flask.testing
import flask.views
from apparatus.asking import error_of, get
from flask import session


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
    answers = [get(app, path) for path in ("/", "/j/1", "/bp", "/nope")]
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
        seen[name] = [error_of(_used, app), getattr(app, name) == {"mine": name}]
    return seen


def attributes_set_after_the_first_request():
    seen = {}
    for name in _TAKEN:
        app = flask.Flask("x")
        _used(app)
        setattr(app, name, {"mine": name})
        seen[name] = [error_of(get, app, path) for path in ("/", "/j/1", "/bp", "/nope")]
    return seen


def methods_of_the_applications_own():
    seen = {}
    for name in _TAKEN:
        app_class = type("App", (flask.Flask,), {name: lambda self, *a, **k: "mine"})
        app = app_class("x")
        seen[name] = [error_of(_used, app), getattr(app, name)()]
    return seen


def attributes_of_the_blueprints_own():
    seen = {}
    for name in ("components", "line", "component", "router", "json_encoder"):
        app = flask.Flask("x")
        app_blueprint = type("Bp", (flask.Blueprint,), {name: "of the class"})("bp", "bp")
        setattr(app_blueprint, name, {"mine": name})
        app_blueprint.route("/mine")(lambda: "mine")
        app.register_blueprint(app_blueprint)
        seen[name] = [error_of(get, app, "/mine"), getattr(app_blueprint, name)]
    return seen


def defaults_of_the_class_are_not_there():
    return [
        hasattr(flask.Blueprint("bp", "bp"), "components"),
        getattr(flask.Flask("x"), "got_first_request", None) is True,
    ]


_OF_CONTEXTS = """
line environ hold holds release leave bind unbind announce announce_pop processed recovering
is_copy is_served is_stock replaced after_chain tear_down open_session has_url_adapter
json_provider state user data
""".split()


def _app_of_contexts(**given):
    class Request(flask.ctx.RequestContext):
        vars().update(given)

    class Application(flask.ctx.AppContext):
        vars().update(given)

    class App(flask.Flask):
        def request_context(self, environ):
            return Request(self, environ)

        def app_context(self):
            return Application(self)

    return App("x")


def attributes_of_the_contexts_own():
    seen = {}
    for name in _OF_CONTEXTS:
        app = _app_of_contexts(**{name: "of the class"})
        app.route("/own")(lambda name=name: [getattr(flask.globals.request_ctx, name)])
        app.teardown_request(lambda error: seen.setdefault("torn down", []).append(error))
        seen[name] = [error_of(_used, app), get(app, "/own")]
    return seen


def attributes_set_on_the_contexts():
    seen = {}
    for name in _OF_CONTEXTS:
        app = flask.Flask("x")

        @app.before_request
        def mark(name=name):
            for context in (flask.globals.request_ctx, flask.globals.app_ctx):
                setattr(context._get_current_object(), name, "marked")

        @app.teardown_request
        def note(error, name=name):
            seen.setdefault(name, []).append(getattr(flask.globals.request_ctx, name))

        seen.setdefault(name, []).append(error_of(_used, app))
        app.route
    return seen


def attributes_of_a_context_that_is_subclassed_with_an_init():
    class Context(flask.ctx.RequestContext):
        def __init__(self, app, environ, *args, **more):
            self.environ = dict(environ, mine=1)
            self.line = []
            super().__init__(app, environ, *args, **more)

        def push(self):
            self.line.append("pushed")
            return super().push()

    class App(flask.Flask):
        def request_context(self, environ):
            return Context(self, environ)

    app = App("x")
    context = app.test_request_context("/")
    with context:
        inside = [context.environ["mine"], *context.line, flask.request.path]
    return [inside, _used(app)]


def methods_of_a_responses_own():
    class Response(flask.Response):
        def has_header(self, name):
            return name in self.headers

        def plain_parts(self):
            return "mine"

        def add_plain_header(self, name):
            self.headers[name] = "plain"

    app = flask.Flask("x")
    app.response_class = Response

    @app.after_request
    def add(response):
        response.add_plain_header("X-A")
        response.headers["X-B"] = str([response.has_header("X-A"), response.plain_parts()])
        return response

    answers = _used(app)
    return [answers, dict(app.test_client().get("/").headers)]


def attributes_of_a_sessions_own():
    class Nothing(flask.sessions.NullSession):
        what = why = fix = "mine"

    class Interface(flask.sessions.SecureCookieSessionInterface):
        null_session_class = Nothing
        lazy = destroy = regenerate = "mine"

    app = flask.Flask("x")
    app.session_interface = Interface()
    app.route("/", endpoint="a")(lambda: [session.what, str(error_of(session.update, a=1))[:30]])
    app.route("/read", endpoint="b")(lambda: [session.get("a"), len(session)])
    app.route("/set", endpoint="c")(lambda: session.update(a=1) or "")
    seen = [get(app, "/read")]
    with app.test_request_context("/"):
        seen += [session.what, isinstance(error_of(session.update, a=1), RuntimeError)]
    app.secret_key = "s"
    client = app.test_client()
    return [*seen, client.get("/set").status_code, client.get("/read").text]
