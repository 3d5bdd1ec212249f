"""Names of modules, requests, responses and JSON providers that are replaced."""

from __future__ import annotations

import flask
import flask.app
import flask.blueprints
import flask.cli
import flask.ctx
import flask.globals
import flask.helpers
import flask.json
import flask.json.provider
import flask.sansio.app
import flask.sansio.scaffold
import flask.sessions
import flask.templating
import flask.testing
import flask.views
import flask.wrappers
from apparatus.patched import counted, make_app


def names_of_modules():
    app_modules = {
        (flask.templating, "_render"): "/page",
        (flask.templating, "_stream"): "/stream",
        (flask.templating, "render_template_string"): "/page",
        (flask.templating, "stream_template_string"): "/stream",
        (flask, "render_template_string"): "/page",
        (flask, "stream_template_string"): "/stream",
        (flask, "url_for"): "/redirect",
        (flask, "redirect"): "/redirect",
        (flask, "abort"): "/abort",
        (flask, "jsonify"): "/jsonify",
        (flask, "send_file"): "/file",
        (flask.json, "dumps"): "/json",
        (flask.json, "jsonify"): "/jsonify",
        (flask.json, "loads"): "/json",
    }
    return {
        f"{module.__name__}.{name}": counted(module, name, path)
        for (module, name), path in app_modules.items()
    }


def json_providers_methods():
    cls = flask.json.provider.DefaultJSONProvider
    base = flask.json.provider.JSONProvider
    seen = {}
    for owner in (cls, base, lambda app: app.json):
        for name in ("dumps", "loads", "response", "_prepare_response_obj", "dump", "load"):
            for path in ("/json", "/jsonify"):
                key = f"{getattr(owner, '__name__', 'x')}.{name} {path}"
                seen[key] = counted(owner, name, path)
    seen["loads"] = counted(cls, "loads", "/echo", method="POST", json={"a": 1})
    return seen


def json_provider_settings_at_any_time():
    app = make_app()
    client = app.test_client()
    seen = [client.get("/json").text]
    app.json.compact = False
    seen.append(client.get("/json").text)
    app.json.mimetype = "application/x"
    seen.append(client.get("/json").mimetype)
    app.json.default = lambda value: "?"
    app.add_url_rule
    flask.json.provider.DefaultJSONProvider.sort_keys = False
    with app.app_context():
        seen.append(flask.json.dumps({"b": object(), "a": 1}))
    return seen


def request_methods():
    echo = {"method": "POST", "json": {}}
    return {
        name: counted(flask.Request, name, "/echo", **(options or echo))
        for name, options in {
            "get_json": None,
            "on_json_loading_failed": {"method": "POST", "data": "{"},
            "_load_form_data": None,
            "get_data": None,
            "close": None,
            "__init__": None,
        }.items()
    }


def response_methods():
    return {
        name: counted(flask.Response, name, "/session" if name == "set_cookie" else "/")
        for name in (
            "__init__",
            "__call__",
            "get_wsgi_headers",
            "get_wsgi_response",
            "get_app_iter",
            "set_data",
            "set_cookie",
        )
    }


def responses_methods_on_werkzeugs_class():
    from werkzeug.wrappers import Response

    return {
        name: counted(Response, name, "/")
        for name in ("get_wsgi_headers", "get_wsgi_response", "__call__", "set_data")
    }


def the_classes_of_request_and_response_replaced_late():
    class Request(flask.Request):
        pass

    class Response(flask.Response):
        default_mimetype = "text/x"

    app = make_app()
    client = app.test_client()
    seen = [client.get("/").mimetype]
    app.request_class = Request
    app.response_class = Response
    app.add_url_rule
    app.view_functions["index"] = lambda: type(flask.request._get_current_object()).__name__
    response = client.get("/")
    seen += [response.mimetype, response.text]
    flask.Flask.response_class = Response
    seen.append(make_app().test_client().get("/").mimetype)
    return seen


def classes_replaced_in_the_package():
    original = flask.Flask

    class Traced(flask.Flask):
        def __init__(self, *arguments, **more):
            super().__init__(*arguments, **more)
            self.traced = True

    flask.Flask = Traced
    try:
        from flask import Flask

        app = make_app(Flask)
        return app.traced, app.test_client().get("/").text, isinstance(app, original)
    finally:
        flask.Flask = original


def view_methods():
    class Page(flask.views.MethodView):
        init_every_request = True

        def get(self):
            return "got"

    calls = []
    original = flask.views.MethodView.dispatch_request

    def wrapped(self, **kwargs):
        calls.append(type(self).__name__)
        return original(self, **kwargs)

    flask.views.MethodView.dispatch_request = wrapped
    app = flask.Flask("x")
    app.add_url_rule("/", view_func=Page.as_view("page"))
    return app.test_client().get("/").text, calls


def globals_replaced_in_modules():
    app = make_app()
    seen = []
    with app.test_request_context("/"):
        original = flask.request
        flask.request = "patched"
        seen.append(flask.request)
        flask.request = original
        seen.append(flask.request.path)
    return seen


def blueprint_register_wrapped():
    calls = []
    original = flask.Blueprint.register

    def wrapped(self, app, options):
        calls.append([self.name, sorted(options)])
        return original(self, app, options)

    flask.Blueprint.register = wrapped
    parent, child = flask.Blueprint("p", "p"), flask.Blueprint("c", "c")
    parent.register_blueprint(child, url_prefix="/c")
    flask.Flask("x").register_blueprint(parent, url_prefix="/p", name="q")
    return calls


def client_methods_wrapped():
    seen = {}
    for name in ("open", "session_transaction", "_copy_environ", "_request_from_builder_args"):
        original, calls = getattr(flask.testing.FlaskClient, name), []

        def wrapped(self, *arguments, calls=calls, original=original, **more):
            calls.append(1)
            return original(self, *arguments, **more)

        setattr(flask.testing.FlaskClient, name, wrapped)
        client = make_app().test_client()
        client.get("/")
        with client.session_transaction() as kept:
            kept["x"] = 1
        seen[name] = len(calls)
    return seen


def wrapped_send_of_signals():
    calls = []
    original = flask.request_started.send
    flask.request_started.send = lambda *a, **k: (calls.append(sorted(k)), original(*a, **k))[1]
    make_app().test_client().get("/")
    return calls
