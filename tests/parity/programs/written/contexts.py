"""Contexts made by hand: pushed, nested, popped out of order, across threads."""

from __future__ import annotations

import contextvars
import threading

import flask
from apparatus.asking import error_of
from apparatus.contexts import current, make_app
from flask import g, request, session
from flask.ctx import AppContext, RequestContext
from flask.globals import app_ctx, request_ctx


def pushed_without_with():
    app = make_app()
    ctx = app.test_request_context("/item/3?a=1")
    ctx.push()
    seen = [request.path, request.args["a"], request.view_args, request.endpoint, current()]
    ctx.pop()
    return seen, current(), app.events


def popped_twice():
    ctx = make_app().test_request_context("/")
    ctx.push()
    ctx.pop()
    return error_of(ctx.pop)


def popped_without_push():
    app = make_app()
    return error_of(app.app_context().pop), error_of(app.test_request_context().pop)


def pushed_twice():
    app = make_app()
    ctx = app.test_request_context("/")
    ctx.push()
    ctx.push()
    depth = len(ctx._cv_tokens)
    ctx.pop()
    middle = [current(), list(app.events)]
    ctx.pop()
    return depth, middle, current(), app.events


def app_context_pushed_twice():
    app = make_app()
    ctx = app.app_context()
    ctx.push()
    ctx.push()
    ctx.pop()
    middle = [current(), list(app.events)]
    ctx.pop()
    return middle, current(), app.events


def requests_nest():
    app = make_app()
    seen = []
    with app.test_request_context("/item/1"):
        g.name = "outer"
        with app.test_request_context("/item/2"):
            seen.append([request.path, g.get("name")])
        seen.append([request.path, g.get("name"), list(app.events)])
    return seen, app.events


def applications_nest():
    one, other = make_app(), make_app()
    seen = []
    with one.test_request_context("/item/1"):
        g.name = "one"
        with other.test_request_context("/item/2"):
            seen.append([flask.current_app is other, g.get("name")])
            with one.app_context():
                seen.append([flask.current_app is one, g.get("name"), request.path])
        seen.append([flask.current_app is one, g.get("name")])
    return seen, one.events, other.events


def popped_out_of_order():
    app = make_app()
    first, second = app.test_request_context("/item/1"), app.test_request_context("/item/2")
    first.push()
    second.push()
    error = error_of(first.pop)
    return error, app.events


def app_contexts_popped_out_of_order():
    app = make_app()
    first, second = app.app_context(), app.app_context()
    first.push()
    second.push()
    return error_of(first.pop), app.events


def g_under_an_open_app_context_is_reused():
    app = make_app()
    with app.app_context():
        g.name = "kept"
        with app.test_client() as client:
            client.get("/")
        with app.test_request_context("/"):
            return g.name, app.events


def events_of_a_request_in_an_app_context():
    app = make_app()
    with app.app_context():
        app.test_client().get("/")
        app.test_client().get("/")
        inside = list(app.events)
    return inside, app.events


def made_of_an_environ():
    app = make_app()
    environ = app.test_client().open("/item/4", base_url="http://x.test:81/").request.environ
    environ["PATH_INFO"] = "/item/5"
    with app.request_context(environ) as ctx:
        return ctx.request.path, request.view_args, request.url, request.host_url


def made_of_a_class():
    app = make_app()
    from werkzeug.test import create_environ

    ctx = RequestContext(app, create_environ("/item/6"))
    before = [ctx.request.path, ctx._session if hasattr(ctx, "_session") else "?", ctx.flashes]
    with ctx:
        return before, request.view_args, type(ctx._session).__name__, request_ctx == ctx


def app_context_made_of_a_class():
    app = make_app(SERVER_NAME="host.test")
    ctx = AppContext(app)
    with ctx:
        return app_ctx == ctx, ctx.g is not None, flask.url_for("index"), ctx.app is app


def a_request_and_a_session_handed_in():
    app = make_app()
    made = app.request_class(app.test_request_context("/item/7").request.environ)
    given = app.session_interface.session_class({"who": "me"})
    ctx = RequestContext(app, made.environ, request=made, session=given)
    accessed = given.accessed
    with ctx:
        inside = given.accessed
        who = session["who"]
        return accessed, inside, who, given.accessed, request._get_current_object() is made


def session_of_a_context_that_is_not_pushed():
    ctx = make_app().test_request_context("/")
    return type(ctx._session).__name__ if ctx._session is None else "opened"


def session_property_before_the_push():
    ctx = make_app().test_request_context("/")
    return error_of(lambda: ctx.session)


def session_property_marks_access():
    with make_app().test_request_context("/") as ctx:
        before = ctx._session.accessed
        ctx.session
        return before, ctx._session.accessed, ctx._session.modified


def session_replaced_in_the_context():
    app = make_app()

    @app.route("/replace")
    def replace():
        request_ctx._session = app.session_interface.session_class({"new": 1})
        request_ctx._session.modified = True
        return dict(session)

    client = app.test_client()
    response = client.get("/replace")
    with client.session_transaction() as kept:
        return response.json, dict(kept)


def a_copy_runs_in_a_thread():
    app = make_app()
    seen = []
    with app.test_request_context("/item/8"):
        session["user"] = "me"
        g.here = 1

        @flask.copy_current_request_context
        def work(word):
            seen.append([word, request.path, session.get("user"), g.get("here"), current()])

        thread = threading.Thread(target=work, args=("hello",))
        thread.start()
        thread.join()
        seen.append(list(app.events))
    return seen, app.events, work.__name__


def a_thread_has_no_context():
    app = make_app()
    seen = []
    with app.test_request_context("/"):
        thread = threading.Thread(target=lambda: seen.append(current()))
        thread.start()
        thread.join()
    return seen


def a_thread_pushes_the_app_context_of_another():
    app = make_app()
    seen = []
    with app.app_context() as ctx:
        g.x = 1

        def work():
            with ctx:
                seen.append([g.x, flask.current_app.name])

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        seen.append([g.get("x"), current()])
    return seen, app.events


def a_context_of_variables_is_copied():
    app = make_app()
    with app.test_request_context("/item/9"):
        kept = contextvars.copy_context()
    return kept.run(lambda: [request.path, current()]), current()


def copied_context_is_a_new_one():
    app = make_app()
    with app.test_request_context("/item/1") as ctx:
        twin = ctx.copy()
        return [
            twin is not ctx,
            twin.request is ctx.request,
            twin._session is ctx._session,
            type(twin) is type(ctx),
            twin.app is app,
        ]


def errors_in_a_context_reach_the_teardown():
    app = make_app()

    def fail():
        with app.test_request_context("/"):
            raise ValueError("x")

    return error_of(fail), app.events


def explicit_error_given_to_pop():
    app = make_app()
    ctx = app.test_request_context("/")
    ctx.push()
    ctx.pop(KeyError("x"))
    ctx = app.test_request_context("/")
    ctx.push()
    ctx.pop(None)
    try:
        raise LookupError
    except LookupError:
        ctx = app.test_request_context("/")
        ctx.push()
        ctx.pop()
    return app.events


def a_view_that_pushes_and_leaves_open():
    app = make_app()
    app.add_url_rule("/leak", "leak", lambda: (app.app_context().push(), "leak")[1])
    return error_of(lambda: app.test_client().get("/leak").status_code)


def push_returns_nothing_and_enter_the_context():
    ctx = make_app().test_request_context("/")
    pushed = ctx.push()
    ctx.pop()
    app_ctx_ = make_app().app_context()
    return pushed, app_ctx_.push(), app_ctx_.__exit__(None, None, None)
