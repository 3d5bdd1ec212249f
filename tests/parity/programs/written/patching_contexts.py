"""Contexts and sessions whose methods or classes are replaced."""

from __future__ import annotations

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
from apparatus.patched import counted, make_app


def push_and_pop_of_the_request_context():
    return {
        name: counted(flask.ctx.RequestContext, name, "/")
        for name in ("push", "pop", "match_request", "__init__")
    }


def push_and_pop_of_the_app_context():
    return {name: counted(flask.ctx.AppContext, name, "/") for name in ("push", "pop", "__init__")}


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
            with make(make_app()):
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
    make_app().test_client().get("/")
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

    make_app(App).test_client().get("/")
    return calls


def session_is_opened_and_saved_by_patched_methods():
    cls = flask.sessions.SecureCookieSessionInterface
    paths = ("/", "/session", "/read")
    return {
        name: [counted(cls, name, path) for path in paths]
        for name in ("open_session", "save_session")
    }


def session_methods_that_write_the_cookie():
    cls = flask.sessions.SecureCookieSessionInterface
    return {
        name: counted(cls, name, "/session")
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
        name: counted(cls, name, "/session")
        for name in ("get_cookie_name", "should_set_cookie", "is_null_session")
    }


def session_methods_on_the_instance():
    return {
        name: counted(lambda app: app.session_interface, name, "/session")
        for name in ("open_session", "save_session", "get_cookie_name", "should_set_cookie")
    }


def session_methods_on_the_instance_and_nobody_asks():
    return {
        name: counted(lambda app: app.session_interface, name, "/")
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
    app = make_app()
    seen = [_cookie(app)]
    app.session_interface = _interface("one")
    seen.append(_cookie(app))
    app.session_interface = _interface("two")
    seen.append(_cookie(app))
    return seen


def session_interface_on_the_class_before_use():
    flask.Flask.session_interface = _interface("of_class")
    return _cookie(make_app())


def session_interface_on_the_class_after_use():
    app = make_app()
    seen = [_cookie(app)]
    flask.Flask.session_interface = _interface("of_class")
    seen += [_cookie(app), _cookie(make_app())]
    app.session_interface = _interface("own")
    seen.append(_cookie(app))
    return seen


def session_interface_on_a_subclass_after_use():
    class Sub(flask.Flask):
        pass

    app = make_app(Sub)
    seen = [_cookie(app)]
    Sub.session_interface = _interface("of_sub")
    seen.append(_cookie(app))
    return seen


def session_class_and_serializer_on_the_interface():
    class Session(flask.sessions.SecureCookieSession):
        pass

    app = make_app()
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

    app = make_app()
    app.session_interface.serializer = Serializer()
    client = app.test_client()
    client.get("/session")
    return client.get("/read").text
