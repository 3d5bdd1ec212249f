"""Requests that a program leads through Flask by hand, step by step."""

from __future__ import annotations

import flask
import flask.ctx
import flask.globals
import flask.testing
from apparatus.asking import error_of
from apparatus.contexts import current, make_app
from flask import g, request, session
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client, create_environ, run_wsgi_app


def each_step_of_a_request():
    app = make_app()
    steps = []
    app.before_request(lambda: steps.append("before"))
    app.after_request(lambda response: (steps.append("after"), response)[1])

    @app.route("/set")
    def keep():
        session["a"] = 1
        flask.after_this_request(lambda response: (steps.append("this"), response)[1])
        return {"a": 1}, 201, {"X-A": "1"}

    with app.test_request_context("/set"):
        early = app.preprocess_request()
        value = app.dispatch_request()
        response = app.make_response(value)
        processed = app.process_response(response)
        names = sorted({name for name, _ in processed.headers})
        return early, value, response is processed, response.status, names, steps, app.events


def finished_by_hand():
    app = make_app()
    with app.test_request_context("/item/3"):
        whole = app.full_dispatch_request()
        made = app.finalize_request(("by hand", 202))
        error = app.finalize_request(flask.Response("e", 500), from_error_handler=True)
        app.do_teardown_request()
        app.do_teardown_request(ValueError())
        inside = list(app.events)
    return [whole.get_data(as_text=True), made.status_code, error.status_code], inside, app.events


def _raised_and_handled(app, error):
    try:
        raise error
    except ValueError as raised:
        return app.handle_user_exception(raised)


def errors_handled_by_hand():
    app = make_app()
    app.register_error_handler(KeyError, lambda error: ("key", 400))
    app.register_error_handler(404, lambda error: ("none", 404))
    with app.test_request_context("/nope"):
        seen = [
            error_of(app.dispatch_request),
            app.handle_user_exception(KeyError("a")),
            app.handle_http_exception(request.routing_exception),
            error_of(_raised_and_handled, app, ValueError("b")),
            app.handle_exception(ValueError("c")).status_code,
            app.full_dispatch_request().status_code,
            error_of(app.raise_routing_exception, request),
        ]
    return seen


def a_context_that_is_current_twice():
    app = make_app()
    ctx = app.test_request_context("/item/1")
    with ctx:
        g.a = 1
        with ctx:
            inner = [request.path, g.a, current()]
        events = list(app.events)
        outer = [request.path, g.get("a"), current()]
    return inner, events, outer, app.events, current()


def contexts_of_two_applications():
    one, two = make_app(), make_app()
    two.name = "two"
    seen = []
    with one.test_request_context("/item/1"):
        g.a = "one"
        with two.test_request_context("/item/2"):
            seen.append([flask.current_app.name, request.path, g.get("a")])
            with one.app_context():
                seen.append([flask.current_app is one, request.path, g.get("a")])
                seen.append(error_of(flask.url_for, "index"))
        seen.append([flask.current_app is one, request.path, g.a, len(one.events)])
    return seen, one.events, two.events


def a_context_kept_open_between_functions():
    app = make_app()

    def begin():
        ctx = app.test_request_context("/item/7", headers={"X-A": "b"})
        ctx.push()
        return ctx

    ctx = begin()
    flask.g.user = "me"
    session["a"] = 1
    seen = [request.headers["X-A"], request.view_args, session.modified, g.user]
    response = app.response_class("x")
    app.session_interface.save_session(app, session, response)
    seen.append("Set-Cookie" in response.headers)
    ctx.pop(ValueError("end"))
    return seen, app.events, current()


def a_context_of_an_environ_that_is_changed():
    app = make_app()
    environ = create_environ("/item/1", query_string="a=1", headers={"Cookie": "c=d"})
    ctx = app.request_context(environ)
    environ["QUERY_STRING"] = "a=2"
    environ["HTTP_X_LATE"] = "yes"
    with ctx:
        return (
            request.args["a"],
            request.headers.get("X-Late"),
            request.cookies["c"],
            request.view_args,
            request.environ is environ,
            environ["werkzeug.request"] is request._get_current_object(),
        )


def a_context_that_is_handed_a_request_and_a_session():
    app = make_app()
    made = app.request_class(create_environ("/item/4"))
    kept = app.session_interface.session_class({"a": 1})
    with flask.ctx.RequestContext(app, made.environ, request=made, session=kept) as ctx:
        return (
            request._get_current_object() is made,
            session["a"],
            session._get_current_object() is kept,
            ctx.session is kept,
            session.accessed,
            request.endpoint,
            flask.globals.request_ctx._get_current_object() is ctx,
        )


def a_test_client_of_ones_own_environ_builder():
    app = make_app()
    app.add_url_rule("/json", "json", lambda: request.get_json(), methods=["POST"])
    builder = flask.testing.EnvironBuilder(app, "/json", method="POST", json={"b": [1, None]})
    environ = builder.get_environ()
    body, status, headers = run_wsgi_app(app, environ)
    more = flask.testing.EnvironBuilder(app, "/json", method="POST", json=[1])
    with app.request_context(more.get_environ()):
        again = request.get_json()
    return b"".join(body).decode(), status, headers["Content-Type"], again


def applications_mounted_in_each_other():
    outer, inner = make_app(), make_app()
    inner.config["APPLICATION_ROOT"] = "/inner"
    for app in (outer, inner):
        app.add_url_rule(
            "/where",
            "where",
            lambda: {
                "url": flask.url_for("where"),
                "full": flask.url_for("where", _external=True),
                "root": [request.root_path, request.script_root, request.path],
                "visits": session.setdefault("visits", 0),
            },
        )
        app.add_url_rule("/go", "go", lambda: flask.redirect(flask.url_for("where")))
    outer.add_url_rule("/both", "both", lambda: inner.test_client().get("/where").get_json())
    client = Client(DispatcherMiddleware(outer, {"/inner": inner}))
    answers = [client.get(path) for path in ("/where", "/inner/where", "/inner/go", "/both")]
    return [[one.status_code, one.text, one.headers.get("Location")] for one in answers], (
        [one.headers.getlist("Set-Cookie") for one in answers[:2]]
    )


def a_request_within_a_request():
    app = make_app()

    @app.route("/outer")
    def outer():
        g.a = "outer"
        before = [request.path, len(app.events)]
        with app.test_request_context("/item/9"):
            within = [request.path, g.get("a")]
            answer = app.full_dispatch_request().text
        status = app.test_client().get("/nope").status_code
        return {"before": before, "within": within, "after": [answer, status, request.path, g.a]}

    return app.test_client().get("/outer").get_json(), app.events


def what_runs_when_the_response_is_closed():
    app = make_app()

    @app.route("/close")
    def close():
        response = flask.Response(["a", "b"])
        response.call_on_close(lambda: app.events.append(f"closed {current()}"))
        return response

    response = app.test_client().get("/close", buffered=False)
    seen = list(app.events)
    content = response.get_data(as_text=True)
    response.close()
    return content, seen, app.events
