"""Subclasses of the application that override its methods."""

from __future__ import annotations

import flask
import flask.cli
import flask.sansio.app
import flask.sansio.blueprints
import flask.sansio.scaffold
import flask.testing
import flask.views
from apparatus.asking import get
from flask import g, request, session


class _Plain:
    pass


def add_url_rule_overridden():
    class App(flask.Flask):
        def add_url_rule(self, rule, endpoint=None, view_func=None, **options):
            options.setdefault("methods", ["GET", "PUT"])
            super().add_url_rule("/api" + rule, endpoint, view_func, **options)

    app = App("x")
    app.route("/a")(lambda: request.method)
    app.get("/b", endpoint="b")(lambda: "b") if False else None
    blueprint = flask.Blueprint("bp", "bp")
    blueprint.add_url_rule("/c", "c", lambda: "c")
    app.register_blueprint(blueprint, url_prefix="/p")
    return (
        get(app, "/api/a", method="PUT"),
        get(app, "/api/p/c"),
        sorted(rule.rule for rule in app.url_map.iter_rules()),
    )


def method_route_overridden():
    class App(flask.Flask):
        def _method_route(self, method, rule, options):
            options["endpoint"] = f"{method}:{rule}"
            return super()._method_route(method, "/v1" + rule, options)

    class Blueprint(flask.Blueprint):
        def _method_route(self, method, rule, options):
            return super()._method_route(method, "/v2" + rule, options)

    app = App("x")
    app.get("/a")(lambda: "got")
    app.post("/a")(lambda: "posted")
    blueprint = Blueprint("b", "b")
    blueprint.put("/a")(lambda: "put")
    app.register_blueprint(blueprint)
    return [
        get(app, "/v1/a"),
        get(app, "/v1/a", method="POST"),
        get(app, "/v2/a", method="PUT"),
        sorted(app.view_functions, key=str)[:2],
    ]


def make_response_overridden():
    class App(flask.Flask):
        def make_response(self, rv):
            if isinstance(rv, _Plain):
                rv = ("plain", 203)
            if rv is None:
                rv = ("", 204)
            return super().make_response(rv)

    app = App("x")
    app.add_url_rule("/plain", "plain", lambda: _Plain())
    app.add_url_rule("/none", "none", lambda: None)
    app.add_url_rule("/made", "made", lambda: flask.make_response(_Plain()))
    return [get(app, path) for path in ("/plain", "/none", "/made")]


def process_response_overridden():
    class App(flask.Flask):
        def process_response(self, response):
            response = super().process_response(response)
            response.headers["X-Last"] = ",".join(sorted(session))
            return response

        def finalize_request(self, rv, from_error_handler=False):
            response = super().finalize_request(rv, from_error_handler)
            response.headers["X-Final"] = str(from_error_handler)
            return response

    app = App("x")
    app.secret_key = "s"
    app.add_url_rule("/", "index", lambda: session.setdefault("a", "b"))
    app.add_url_rule("/error", "error", lambda: 1 // 0)
    seen = []
    for path in ("/", "/error", "/missing"):
        response = app.test_client().get(path)
        seen.append(
            [response.status_code, response.headers["X-Last"], response.headers["X-Final"]]
        )
    return seen


def error_methods_overridden():
    class App(flask.Flask):
        def handle_user_exception(self, e):
            if isinstance(e, KeyError):
                return flask.Response("user", 400)
            return super().handle_user_exception(e)

        def handle_exception(self, e):
            response = super().handle_exception(e)
            response.headers["X-Handled"] = type(e).__name__
            return response

        def handle_http_exception(self, e):
            return ("http", e.code)

        def log_exception(self, exc_info):
            g.logged = exc_info[0].__name__

        def raise_routing_exception(self, request):
            if request.path == "/custom":
                flask.abort(410)
            return super().raise_routing_exception(request)

    app = App("x")
    app.add_url_rule("/key", "key", lambda: {}["x"])
    app.add_url_rule("/value", "value", lambda: int("x"))
    app.add_url_rule("/abort", "abort", lambda: flask.abort(418))
    app.register_error_handler(
        500, lambda e: (f"{g.logged} {type(e.original_exception).__name__}", 500)
    )
    return [get(app, path) for path in ("/key", "/value", "/abort", "/missing", "/custom")]


def preprocess_and_teardown_overridden():
    order = []

    class App(flask.Flask):
        def preprocess_request(self):
            order.append("pre")
            result = super().preprocess_request()
            order.append("pre done")
            return result

        def do_teardown_request(self, exc=None):
            order.append(f"teardown {type(exc).__name__}")
            super().do_teardown_request(exc)

        def do_teardown_appcontext(self, exc=None):
            order.append(f"teardown app {type(exc).__name__}")
            super().do_teardown_appcontext(exc)

    app = App("x")
    app.before_request(lambda: order.append("before"))
    app.teardown_request(lambda e: order.append("td"))
    app.add_url_rule("/", "index", lambda: order.append("view") or "x")
    app.add_url_rule("/error", "error", lambda: 1 // 0)
    get(app)
    get(app, "/error")
    return order


def create_url_adapter_overridden():
    class App(flask.Flask):
        def create_url_adapter(self, request):
            if request is not None and request.headers.get("X-Prefix"):
                environ = dict(request.environ, PATH_INFO="/other")
                return self.url_map.bind_to_environ(environ)
            return super().create_url_adapter(request)

    app = App("x")
    app.add_url_rule("/", "index", lambda: "index")
    app.add_url_rule("/other", "other", lambda: "other")
    return get(app), get(app, headers={"X-Prefix": "1"})


def url_for_overridden():
    class App(flask.Flask):
        def url_for(self, endpoint, **values):
            return super().url_for(endpoint, **values) + "#mine"

        def inject_url_defaults(self, endpoint, values):
            values.setdefault("lang", "en")
            super().inject_url_defaults(endpoint, values)

        def handle_url_build_error(self, error, endpoint, values):
            return f"/broken/{endpoint}"

    app = App("x")
    app.add_url_rule("/<lang>/", "index", lambda lang: flask.url_for("index", n=1))
    with app.test_request_context("/en/"):
        return (
            get(app, "/de/"),
            flask.url_for("nope"),
            flask.render_template_string("{{ url_for('index') }}"),
        )


def redirect_and_abort_overridden():
    from werkzeug.exceptions import Aborter, HTTPException

    class Broken(HTTPException):
        code = 555
        description = "broken"

    class MyAborter(Aborter):
        def __init__(self):
            super().__init__(extra={555: Broken})

    class App(flask.Flask):
        aborter_class = MyAborter

        def redirect(self, location, code=303):
            return super().redirect(location + "?x=1", code)

    app = App("x")
    app.add_url_rule("/abort", "abort", lambda: flask.abort(555))
    app.add_url_rule("/redirect", "redirect", lambda: flask.redirect("/to"))
    response = app.test_client().get("/redirect")
    return get(app, "/abort"), response.status_code, response.location


def ensure_sync_overridden():
    class App(flask.Flask):
        def ensure_sync(self, func):
            inner = super().ensure_sync(func)

            def wrapped(*arguments, **more):
                result = inner(*arguments, **more)
                return f"<{result}>" if isinstance(result, str) else result

            return wrapped

    app = App("x")

    @app.route("/")
    def index():
        return "sync"

    @app.route("/async")
    async def asynchronous():
        return "async"

    return get(app), get(app, "/async")


def update_template_context_overridden():
    class App(flask.Flask):
        def update_template_context(self, context):
            super().update_template_context(context)
            context["extra"] = sorted(k for k in context if not k.startswith("_"))

    app = App("x")
    app.context_processor(lambda: {"a": 1})
    with app.test_request_context():
        return flask.render_template_string("{{ extra }} {{ a }}", b=2)


def blueprint_subclass():
    class State(flask.blueprints.BlueprintSetupState):
        def add_url_rule(self, rule, endpoint=None, view_func=None, **options):
            super().add_url_rule(rule + ".ext", endpoint, view_func, **options)

    class Blueprint(flask.Blueprint):
        def make_setup_state(self, app, options, first_registration=False):
            self.first = first_registration
            return State(self, app, options, first_registration)

        def register(self, app, options):
            super().register(app, {**options, "url_prefix": "/forced"})

    app = flask.Flask("x", static_folder=None)
    blueprint = Blueprint("b", "b")
    blueprint.add_url_rule("/a", "a", lambda: request.endpoint)
    blueprint.record(
        lambda state: seen.append([state.url_prefix, state.first_registration, state.name])
    )
    blueprint.record_once(lambda state: seen.append("once"))
    seen = []
    app.register_blueprint(blueprint)
    app.register_blueprint(blueprint, name="again")
    return seen, sorted(rule.rule for rule in app.url_map.iter_rules()), get(app, "/forced/a.ext")


def cooperation_of_several_bases():
    order = []

    class Mixin:
        def __init__(self, *arguments, **more):
            order.append("mixin")
            super().__init__(*arguments, **more)

        def dispatch_request(self):
            order.append("mixin dispatch")
            return super().dispatch_request()

    class Other(flask.Flask):
        def dispatch_request(self):
            order.append("other dispatch")
            return super().dispatch_request()

    class App(Mixin, Other):
        pass

    app = App("x")
    app.add_url_rule("/", "index", lambda: "x")
    return get(app), order


def attributes_set_before_the_constructor():
    class App(flask.Flask):
        def __init__(self, *arguments, **more):
            self.registry = []
            super().__init__(*arguments, **more)

        def add_url_rule(self, rule, *arguments, **more):
            self.registry.append(rule)
            super().add_url_rule(rule, *arguments, **more)

    return App("x").registry
