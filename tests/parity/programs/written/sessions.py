"""Session interfaces and sessions of an application's own."""

from __future__ import annotations

import copy
import typing as t

import flask
import flask.cli
import flask.sansio.app
import flask.sansio.blueprints
import flask.sansio.scaffold
import flask.testing
import flask.views
from apparatus.asking import error_of, get
from flask import session
from flask.sessions import (
    NullSession,
    SecureCookieSession,
    SecureCookieSessionInterface,
    SessionInterface,
    SessionMixin,
)
from werkzeug.datastructures import CallbackDict


def session_interface_written_anew():
    class Session(dict, SessionMixin):
        pass

    class Interface(SessionInterface):
        session_class = Session
        pickle_based = True
        calls: t.ClassVar[list] = []

        def open_session(self, app, request):
            self.calls.append("open")
            return Session(seen=request.headers.get("X"))

        def save_session(self, app, session, response):
            self.calls.append(f"save {sorted(session)} {session.modified} {session.accessed}")
            response.headers["X-Session"] = self.get_cookie_name(app)

    app = flask.Flask("x")
    app.session_interface = Interface()
    app.add_url_rule("/", "index", lambda: "none")
    app.add_url_rule("/set", "set", lambda: session.setdefault("a", "1"))
    seen = [get(app), get(app, "/set"), get(app, "/missing")]
    return seen, Interface.calls


def session_interface_that_has_none():
    class Interface(SecureCookieSessionInterface):
        def open_session(self, app, request):
            return None

    app = flask.Flask("x")
    app.session_interface = Interface()
    app.add_url_rule("/", "index", lambda: str(session.get("a")))
    app.add_url_rule("/set", "set", lambda: session.update(a=1) or "x")
    return get(app), get(app, "/set")[0]


def session_classes():
    opened = SecureCookieSession({"a": 1})
    before = [opened.modified, opened.accessed, opened.new, opened.permanent]
    opened["b"] = 1
    seen = [before, [opened.modified, opened.accessed]]
    opened.permanent = True
    seen += [
        dict(opened),
        isinstance(opened, CallbackDict),
        isinstance(opened, dict),
        isinstance(opened, SessionMixin),
        issubclass(NullSession, SecureCookieSession),
        isinstance(NullSession(), SecureCookieSession),
        opened.get("a"),
        opened.pop("a"),
        opened.pop("a", None),
        opened.pop("a", default=5),
        opened.setdefault("c", 3),
        opened.popitem()[0],
        opened.copy() == dict(opened),
        len(opened),
        bool(opened),
        opened == dict(opened),
    ]
    opened.clear()
    seen += [len(opened), repr(opened), SecureCookieSession().modified]
    return seen


def null_sessions():
    null = NullSession()
    return [
        null.get("a"),
        len(null),
        [
            error_of(call)
            for call in (
                lambda: null.__setitem__("a", 1),
                null.clear,
                lambda: null.pop("a"),
                null.popitem,
                lambda: null.update(a=1),
                lambda: null.setdefault("a", 1),
                lambda: null.__delitem__("a"),
            )
        ],
        null.modified,
        null.accessed,
    ]


def session_callbacks_of_a_subclass():
    class Session(SecureCookieSession):
        def __init__(self, initial=None):
            super().__init__(initial)
            self.log = []

            def on_update(self):
                self.modified = True
                self.accessed = True
                self.log.append("updated")

            self.on_update = on_update

    made = Session({"a": 1})
    made["b"] = 2
    made.update(c=3)
    del made["a"]
    return made.log, made.modified


def sessions_copied_and_shown():
    made = SecureCookieSession({"a": [1]})
    shallow, deep = copy.copy(made), copy.deepcopy(made)
    plain = made.copy()
    deep["a"].append(2)
    shallow["b"] = 1
    return [
        made,
        type(shallow).__name__,
        type(deep).__name__,
        type(plain) is dict,
        [made.modified, shallow.modified, deep.modified],
        [dict(made), dict(shallow), dict(deep)],
        repr(made),
        made | {"c": 2},
        type(made | {"c": 2}) is dict,
        callable(made.on_update),
    ]


def a_sessions_callback_is_replaced():
    seen = []
    made = SecureCookieSession({"a": 1})
    made.on_update = seen.append
    made["b"] = 2
    made.pop("a")
    made.pop("none", None)
    made.setdefault("b", 3)
    made |= {"d": 4}
    still = made.modified
    made.on_update = None
    made["e"] = 5
    return len(seen), still, made.modified, sorted(made)


def a_callback_of_the_requests_session():
    app = flask.Flask("x")
    app.secret_key = "s"
    seen = []

    @app.route("/")
    def index():
        before = session.on_update

        def note(changed):
            seen.append(sorted(changed))
            before(changed)

        session.on_update = note
        session["a"] = 1
        del session["a"]
        session["b"] = 2
        return [session.modified, session.new if hasattr(session, "new") else None]

    response = app.test_client().get("/")
    return response.status_code, seen, "Set-Cookie" in response.headers
