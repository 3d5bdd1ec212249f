"""Contexts and sessions whose methods or classes are replaced."""

from __future__ import annotations

import functools
import json as standard_json

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

SERVED = (False, True)


def _app(cls=None):
    app = (cls or flask.Flask)("patching")
    app.config["SECRET_KEY"] = "a secret"

    @app.route("/")
    def index():
        return "index"

    @app.route("/page")
    def page():
        return flask.render_template_string("{{ 1 + 1 }}")

    @app.route("/stream")
    def stream():
        return flask.stream_template_string("{{ 1 + 1 }}")

    @app.route("/error")
    def error():
        raise ValueError("x")

    @app.route("/abort")
    def stop():
        flask.abort(409)

    @app.route("/json")
    def as_json():
        return {"a": 1}

    @app.route("/jsonify")
    def as_jsonify():
        return flask.jsonify(a=1)

    @app.route("/redirect")
    def away():
        return flask.redirect(flask.url_for("index"))

    @app.route("/session")
    def keep():
        flask.session["a"] = 1
        return "kept"

    @app.route("/read")
    def read():
        return str(flask.session.get("a"))

    @app.route("/echo", methods=["POST"])
    def echo():
        return {"got": flask.request.get_json()}

    @app.route("/file")
    def file():
        return flask.send_file(__file__)

    @app.route("/item/<int:n>")
    def item(n):
        return flask.url_for("item", n=n + 1)

    return app


def _counted(owner, name, path, *, app=None, **options):
    """Tell whether a patched name is called by a request: patched early, late, and undone."""
    counts = []
    for served in SERVED:
        made = app() if app else _app()
        client = made.test_client()
        if served:
            client.open(path, **options)
        target = owner(made) if callable(owner) and not isinstance(owner, type) else owner
        had = name in vars(target) if hasattr(target, "__dict__") else False
        before = vars(target).get(name)
        original = getattr(target, name)
        calls = []

        @functools.wraps(original)
        def wrapped(*arguments, calls=calls, original=original, **more):
            calls.append(1)
            return original(*arguments, **more)

        setattr(target, name, wrapped)
        status = client.open(path, **options).status_code
        counts.append([bool(calls), status])
        if had:
            setattr(target, name, before)
        else:
            delattr(target, name)
        calls.clear()
        client.open(path, **options)
        counts.append(bool(calls))
    return counts


def push_and_pop_of_the_request_context():
    return {
        name: _counted(flask.ctx.RequestContext, name, "/")
        for name in ("push", "pop", "match_request", "__init__")
    }


def push_and_pop_of_the_app_context():
    return {
        name: _counted(flask.ctx.AppContext, name, "/") for name in ("push", "pop", "__init__")
    }


def entering_the_contexts():
    seen = {}
    for cls, make in (
        (flask.ctx.RequestContext, lambda app: app.test_request_context("/")),
        (flask.ctx.AppContext, lambda app: app.app_context()),
    ):
        for name in ("push", "pop", "__enter__", "__exit__"):
            original, calls = getattr(cls, name), []

            def wrapped(self, *arguments, calls=calls, original=original):
                calls.append(len(arguments))
                return original(self, *arguments)

            setattr(cls, name, wrapped)
            with make(_app()):
                pass
            setattr(cls, name, original)
            seen[f"{cls.__name__}.{name}"] = calls
    return seen


def the_context_class_of_the_app_module():
    calls = []

    class Traced(flask.ctx.RequestContext):
        def __init__(self, *arguments, **more):
            calls.append("made")
            super().__init__(*arguments, **more)

        def push(self):
            calls.append("push")
            super().push()

        def pop(self, *arguments):
            calls.append("pop")
            super().pop(*arguments)

        def match_request(self):
            calls.append("match")
            super().match_request()

    flask.app.RequestContext = Traced
    _app().test_client().get("/")
    return calls


def a_context_class_of_the_applications_own():
    calls = []

    class Traced(flask.ctx.RequestContext):
        def push(self):
            calls.append("push")
            super().push()

        def pop(self, *arguments):
            calls.append("pop")
            super().pop(*arguments)

        def match_request(self):
            calls.append("match")
            super().match_request()

    class TracedApp(flask.ctx.AppContext):
        def push(self):
            calls.append("push app")
            super().push()

        def pop(self, *arguments):
            calls.append("pop app")
            super().pop(*arguments)

    class App(flask.Flask):
        def request_context(self, environ):
            return Traced(self, environ)

        def app_context(self):
            return TracedApp(self)

    _app(App).test_client().get("/")
    return calls


def session_is_opened_and_saved_by_patched_methods():
    cls = flask.sessions.SecureCookieSessionInterface
    paths = ("/", "/session", "/read")
    return {
        name: [_counted(cls, name, path) for path in paths]
        for name in ("open_session", "save_session")
    }


def session_methods_that_write_the_cookie():
    cls = flask.sessions.SecureCookieSessionInterface
    return {
        name: _counted(cls, name, "/session")
        for name in (
            "get_signing_serializer",
            "get_cookie_name",
            "get_cookie_domain",
            "get_cookie_path",
            "get_cookie_secure",
            "get_cookie_samesite",
            "get_cookie_httponly",
            "get_expiration_time",
            "should_set_cookie",
            "is_null_session",
            "make_null_session",
        )
    }


def session_methods_on_the_base_class():
    cls = flask.sessions.SessionInterface
    return {
        name: _counted(cls, name, "/session")
        for name in ("get_cookie_name", "should_set_cookie", "is_null_session")
    }


def session_methods_on_the_instance():
    return {
        name: _counted(lambda app: app.session_interface, name, "/session")
        for name in ("open_session", "save_session", "get_cookie_name", "should_set_cookie")
    }


def session_methods_on_the_instance_and_nobody_asks():
    return {
        name: _counted(lambda app: app.session_interface, name, "/")
        for name in ("open_session", "save_session")
    }


def _interface(name):
    class Interface(flask.sessions.SecureCookieSessionInterface):
        def get_cookie_name(self, app):
            return name

    return Interface()


def _cookie(app):
    return app.test_client().get("/session").headers["Set-Cookie"].partition("=")[0]


def session_interface_on_the_instance_at_any_time():
    app = _app()
    seen = [_cookie(app)]
    app.session_interface = _interface("one")
    seen.append(_cookie(app))
    app.session_interface = _interface("two")
    seen.append(_cookie(app))
    return seen


def session_interface_on_the_class_before_use():
    flask.Flask.session_interface = _interface("of_class")
    return _cookie(_app())


def session_interface_on_the_class_after_use():
    app = _app()
    seen = [_cookie(app)]
    flask.Flask.session_interface = _interface("of_class")
    seen += [_cookie(app), _cookie(_app())]
    app.session_interface = _interface("own")
    seen.append(_cookie(app))
    return seen


def session_interface_on_a_subclass_after_use():
    class Sub(flask.Flask):
        pass

    app = _app(Sub)
    seen = [_cookie(app)]
    Sub.session_interface = _interface("of_sub")
    seen.append(_cookie(app))
    return seen


def session_class_and_serializer_on_the_interface():
    class Session(flask.sessions.SecureCookieSession):
        pass

    app = _app()
    app.session_interface.session_class = Session
    app.session_interface.salt = "other"
    app.session_interface.key_derivation = "django-concat"
    cookie = app.test_client().get("/session").headers["Set-Cookie"]
    with app.test_request_context("/"):
        kind = type(flask.session._get_current_object()).__name__
    return kind, cookie.split(".")[0]


def session_serializer_replaced():
    class Serializer:
        def dumps(self, value):
            return "x" + standard_json.dumps(value)

        def loads(self, text):
            return standard_json.loads(text[1:])

    app = _app()
    app.session_interface.serializer = Serializer()
    client = app.test_client()
    client.get("/session")
    return client.get("/read").text
