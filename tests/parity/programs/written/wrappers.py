"""Classes of requests, responses, configuration, clients and views of an application's own."""

from __future__ import annotations

import flask
import flask.cli
import flask.sansio.app
import flask.sansio.blueprints
import flask.sansio.scaffold
import flask.testing
import flask.views
from apparatus.asking import get
from flask import g, request
from flask.config import Config
from flask.ctx import _AppCtxGlobals


def request_class():
    class Request(flask.Request):
        max_form_parts = 2
        _custom = None

        @property
        def custom(self):
            if self._custom is None:
                self._custom = self.headers.get("X-Custom", "none")
            return self._custom

        def on_json_loading_failed(self, e):
            return {"failed": type(e).__name__ if e else None}

        @property
        def blueprint(self):
            return "mine"

    class App(flask.Flask):
        request_class = Request

    app = App("x")

    @app.route("/", methods=["GET", "POST"])
    def index():
        return [request.custom, request.get_json(), request.blueprint, request.endpoint]

    return [
        get(app, headers={"X-Custom": "a"}, method="POST", data="{", content_type="text/json"),
        get(app, method="POST", data="{", content_type="application/json"),
        get(app, method="POST", data=b"{}", content_type="application/json"),
    ]


def request_with_a_cached_body():
    class Request(flask.Request):
        def __init__(self, *arguments, **more):
            super().__init__(*arguments, **more)
            self.body_at_start = self.get_data()

    class App(flask.Flask):
        request_class = Request

    app = App("x")
    app.add_url_rule(
        "/",
        view_func=lambda: [
            request.body_at_start.decode(),
            request.form.get("a"),
            request.data.decode(),
        ],
        methods=["POST"],
    )
    return get(app, method="POST", data={"a": "b"}), get(app, method="POST", data=b"raw")


def request_slots_of_subclasses_and_shallow():
    class Request(flask.Request):
        json_module = None
        charset = "utf-8"
        parameter_storage_class = dict

    app = flask.Flask("x")
    app.request_class = Request
    app.add_url_rule("/", view_func=lambda: [type(request.args).__name__, request.args["a"]])
    return get(app, "/?a=1&a=2")


def response_class():
    class Response(flask.Response):
        default_mimetype = "application/xml"
        default_status = 201
        autocorrect_location_header = True

        def __init__(self, response=None, *arguments, **more):
            super().__init__(response, *arguments, **more)
            self.headers["X-Made"] = "yes"

        @classmethod
        def force_type(cls, rv, environ=None):
            if isinstance(rv, dict) or isinstance(rv, _Plain):
                return cls(f"forced {type(rv).__name__}")
            return super().force_type(rv, environ)

    class App(flask.Flask):
        response_class = Response

    app = App("x")
    app.add_url_rule("/", "index", lambda: "index")
    app.add_url_rule("/plain", "plain", lambda: _Plain())
    app.add_url_rule("/dict", "dict", lambda: {"a": 1})
    app.add_url_rule("/redirect", "redirect", lambda: flask.redirect("/other"))
    app.add_url_rule("/flask", "flask", lambda: flask.Response("base"))
    app.add_url_rule("/wsgi", "wsgi", lambda: _wsgi)
    seen = []
    for path in ("/", "/plain", "/dict", "/redirect", "/flask", "/wsgi", "/missing"):
        response = app.test_client().get(path)
        seen.append([response.status_code, response.mimetype, dict(response.headers)])
        seen.append(response.text)
    return seen


class _Plain:
    pass


def _wsgi(environ, start_response):
    start_response("202 Accepted", [("X-Wsgi", "1"), ("Content-Type", "text/w")])
    return [b"from wsgi"]


def response_with_its_own_iterable():
    class Response(flask.Response):
        def get_app_iter(self, environ):
            return iter([part.upper() for part in super().get_app_iter(environ)])

        def get_wsgi_headers(self, environ):
            headers = super().get_wsgi_headers(environ)
            headers["X-Late"] = environ["REQUEST_METHOD"]
            return headers

    app = flask.Flask("x")
    app.response_class = Response
    app.add_url_rule("/", view_func=lambda: "text")
    response = app.test_client().get("/")
    return response.text, response.headers["X-Late"], response.headers["Content-Length"]


def response_called_as_an_application():
    class Response(flask.Response):
        def __call__(self, environ, start_response):
            environ["seen"] = "yes"
            self.headers["X-Called"] = "yes"
            return super().__call__(environ, start_response)

    app = flask.Flask("x")
    app.response_class = Response
    app.add_url_rule("/", view_func=lambda: "text")
    return dict(app.test_client().get("/").headers)


def config_class():
    class MyConfig(Config):
        def __getitem__(self, key):
            value = super().__getitem__(key)
            return value() if callable(value) else value

        def from_extra(self):
            self["EXTRA"] = 1

    class App(flask.Flask):
        config_class = MyConfig

        def make_config(self, instance_relative=False):
            config = super().make_config(instance_relative)
            config["MADE"] = True
            return config

    app = App("x")
    app.config.from_extra()
    app.config["LATE"] = lambda: "called"
    app.config["SECRET_KEY"] = lambda: "key"
    return [
        type(app.config).__name__,
        app.config["LATE"],
        app.config["EXTRA"],
        app.config["MADE"],
        app.secret_key,
        app.config.get("NOPE"),
        app.config.get_namespace("SESSION_COOKIE_"),
    ]


def app_globals_class():
    class Globals(_AppCtxGlobals):
        def __getattr__(self, name):
            if name.startswith("__"):
                raise AttributeError(name)
            return f"made {name}"

    class App(flask.Flask):
        app_ctx_globals_class = Globals

    with App("x").app_context():
        return (
            g.anything,
            g.get("x"),
            "x" in g,
            isinstance(g._get_current_object(), _AppCtxGlobals),
        )


def app_globals_class_of_another_kind():
    class Globals(dict):
        __getattr__ = dict.__getitem__
        __setattr__ = dict.__setitem__

    app = flask.Flask("x")
    app.app_ctx_globals_class = Globals
    with app.app_context():
        g.a = 1
        return g["a"], dict(g)


def client_class():
    class Client(flask.testing.FlaskClient):
        def __init__(self, *arguments, **more):
            self.token = more.pop("token", None)
            super().__init__(*arguments, **more)

        def open(self, *arguments, **more):
            more.setdefault("headers", {})["X-Token"] = self.token
            return super().open(*arguments, **more)

    class Runner(flask.testing.FlaskCliRunner):
        def invoke(self, *arguments, **more):
            result = super().invoke(*arguments, **more)
            result.marked = True
            return result

    app = flask.Flask("x")
    app.test_client_class = Client
    app.test_cli_runner_class = Runner
    app.add_url_rule("/", "index", lambda: request.headers["X-Token"])
    app.cli.command("hello")(lambda: print("hello"))
    runner = app.test_cli_runner()
    return [
        app.test_client(token="t").get("/").text,
        runner.invoke(args=["hello"]).marked,
        app.test_client(False).get("/").text if False else None,
    ]


def views_of_classes():
    class Base(flask.views.View):
        methods = ["GET", "POST"]
        decorators = [lambda view: lambda **kw: f"[{view(**kw)}]"]
        init_every_request = False
        provide_automatic_options = True

        def __init__(self, name):
            self.name, self.count = name, 0

        def dispatch_request(self, **kwargs):
            self.count += 1
            return f"{self.name} {kwargs} {self.count}"

    class Item(flask.views.MethodView):
        def get(self, n):
            return f"get {n}"

        async def post(self, n):
            return f"post {n}"

        def delete(self, n):
            return "", 204

    app = flask.Flask("x")
    app.add_url_rule("/base/<a>", view_func=Base.as_view("base", "nm"))
    app.add_url_rule("/item/<int:n>", view_func=Item.as_view("item"))
    view = app.view_functions["item"]
    return [
        get(app, "/base/1"),
        get(app, "/base/1", method="POST"),
        get(app, "/base/1", method="PUT")[0],
        get(app, "/item/1", method="HEAD"),
        get(app, "/item/1", method="POST"),
        get(app, "/item/1", method="PUT")[0],
        app.test_client().options("/item/1").headers["Allow"],
        view.view_class is Item,
        view.__name__,
        sorted(view.methods),
        sorted(Item.methods),
        view.__module__ == Item.__module__,
        view.__doc__,
    ]
