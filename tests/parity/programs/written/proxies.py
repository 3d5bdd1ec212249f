"""What the proxies say, in a context and out of it."""

from __future__ import annotations

import flask
from apparatus.asking import error_of
from apparatus.contexts import current, make_app
from flask import g, request, session
from flask.globals import _cv_app, _cv_request, app_ctx, request_ctx


def outside_of_any_context():
    names = {
        "request": lambda: request.path,
        "session": lambda: session["a"],
        "g": lambda: g.a,
        "app": lambda: flask.current_app.name,
        "request_ctx": lambda: request_ctx.request,
        "app_ctx": lambda: app_ctx.app,
        "url_for": lambda: flask.url_for("index"),
        "after": lambda: flask.after_this_request(lambda r: r),
        "copy": lambda: flask.copy_current_request_context(lambda: 1),
        "stream": lambda: flask.stream_with_context(iter("a")),
        "render": lambda: flask.render_template_string("a"),
        "flash": lambda: flask.flash("a"),
        "flashed": lambda: flask.get_flashed_messages(),
        "jsonify": lambda: flask.jsonify(1),
        "dumps": lambda: flask.json.dumps({"a": 1}),
        "redirect": lambda: flask.redirect("/a").location,
        "make_response": lambda: flask.make_response("a"),
        "bool": lambda: [bool(request), bool(session), bool(g), bool(flask.current_app)],
        "in": lambda: "a" in g,
        "repr": lambda: [repr(request), repr(g), repr(flask.current_app), repr(session)],
        "send": lambda: flask.send_file(__file__),
        "abort": lambda: flask.abort(404),
    }
    return {name: error_of(call) for name, call in names.items()}


def app_context_without_a_request():
    app = make_app()
    with app.app_context():
        names = {
            "request": lambda: request.path,
            "session": lambda: session["a"],
            "url_for": lambda: flask.url_for("index"),
            "after": lambda: flask.after_this_request(lambda r: r),
            "render": lambda: flask.render_template_string("{{ g }}{{ request }}{{ session }}"),
            "global": lambda: flask.render_template_string("{{ config.DEBUG }}"),
            "flash": lambda: flask.flash("a"),
            "bool": lambda: [bool(request), bool(session), bool(g), bool(flask.current_app)],
        }
        return {name: error_of(call) for name, call in names.items()}


def context_variables_hold_the_contexts():
    app = make_app()
    seen = [_cv_app.get(None), _cv_request.get(None)]
    with app.test_request_context("/") as ctx:
        seen += [_cv_request.get() is ctx, _cv_app.get().app is app]
        token = _cv_request.set(None)
        seen.append(flask.has_request_context())
        _cv_request.reset(token)
        seen.append(flask.has_request_context())
    return seen


def context_variables_set_by_hand():
    app = make_app()
    ctx = app.app_context()
    token = _cv_app.set(ctx)
    try:
        g.x = 1
        return flask.current_app.name, g.x, app_ctx._get_current_object() is ctx
    finally:
        _cv_app.reset(token)


def request_variable_set_by_hand():
    app = make_app()
    ctx = app.test_request_context("/item/1")
    token = _cv_request.set(ctx)
    try:
        return request.path, error_of(lambda: flask.current_app.name)
    finally:
        _cv_request.reset(token)


def attributes_of_the_contexts():
    app = make_app()
    with app.test_request_context("/item/1") as ctx:
        own = {"app", "request", "url_adapter", "flashes", "_session", "_cv_tokens"}
        own |= {"_after_request_functions"}
        app_own = {"app", "g", "url_adapter", "_cv_tokens"}
        return [
            sorted(name for name in own if not hasattr(ctx, name)),
            sorted(name for name in app_own if not hasattr(app_ctx, name)),
            repr(ctx),
            ctx._after_request_functions,
            [name for name in ("push", "pop", "copy", "match_request") if hasattr(ctx, name)],
        ]


def after_this_request_in_order():
    app = make_app()
    order = []

    @app.route("/after")
    def after():
        for name in "abc":

            @flask.after_this_request
            def note(response, name=name):
                order.append(name)
                response.headers.add("X-Order", name)
                return response

        return "after"

    @app.after_request
    def last(response):
        order.append("app")
        return response

    response = app.test_client().get("/after")
    return order, response.headers.getlist("X-Order")


def after_request_functions_put_in_by_hand():
    app = make_app()

    @app.route("/after")
    def after():
        request_ctx._after_request_functions.append(lambda r: (r.headers.add("X-A", "1"), r)[1])
        return "after"

    return app.test_client().get("/after").headers.get("X-A")


def url_adapter_is_that_of_the_request():
    app = make_app()
    with app.test_request_context("/item/1", base_url="https://a.test/root") as ctx:
        adapter = ctx.url_adapter
        return [
            adapter.build("item", {"n": 3}),
            adapter.build("item", {"n": 3}, force_external=True),
            adapter.server_name,
            adapter.script_name,
            adapter.match("/item/5"),
            adapter.test("/nope"),
            sorted(adapter.allowed_methods("/item/5")),
        ]


def matching_again_after_a_change_of_the_path():
    app = make_app()
    with app.test_request_context("/item/1") as ctx:
        request.environ["PATH_INFO"] = "/item/2"
        again = app.create_url_adapter(request)
        return again.match(), ctx.request.view_args, request.url_rule.endpoint


def the_client_preserves_the_context():
    app = make_app()
    app.add_url_rule("/keep", "keep", lambda: (setattr(g, "x", 7), "keep")[1])
    with app.test_client() as client:
        client.get("/keep?a=b")
        inside = [request.args["a"], g.x, current(), list(app.events)]
        client.get("/item/3")
        inside += [request.path, g.get("x"), list(app.events)]
    return inside, current(), app.events


def g_is_a_namespace():
    app = make_app()
    with app.app_context():
        g.a = 1
        g.setdefault("b", 2)
        seen = [g.get("a"), g.get("z"), g.get("z", 3), "a" in g, sorted(g), g.pop("a"), repr(g)]
        seen += [error_of(g.pop, "a"), g.pop("a", 9), error_of(lambda: g.a)]
        del g.b
        seen += [
            error_of(lambda: delattr(g, "b")),
            sorted(g),
            type(g._get_current_object()).__name__,
        ]
        return seen


def iterating_outside_of_any_context():
    return error_of(list, g)


def proxies_are_local_proxies():
    from werkzeug.local import LocalProxy

    return [
        issubclass(type(one), LocalProxy)
        for one in (request, session, g, flask.current_app, request_ctx, app_ctx)
    ]


def a_view_that_calls_its_own_application():
    app = make_app()

    @app.route("/outer")
    def outer():
        g.who = "outer"
        inner = app.test_client().get("/item/5").text
        return f"{inner} {request.path} {g.get('who')}"

    return app.test_client().get("/outer").text, app.events


def a_view_that_calls_another_application():
    app, other = make_app(), make_app()
    other.add_url_rule("/who", "who", lambda: f"{flask.current_app is other} {g.get('who')}")

    @app.route("/outer")
    def outer():
        g.who = "outer"
        return f"{other.test_client().get('/who').text} {request.path} {g.who}"

    return app.test_client().get("/outer").text, app.events, other.events


def test_request_context_arguments():
    app = make_app(APPLICATION_ROOT="/root", SERVER_NAME="s.test", PREFERRED_URL_SCHEME="https")
    seen = []
    for arguments in (
        {"path": "/item/1"},
        {"path": "/item/1", "base_url": "http://other.test/x/"},
        {"path": "/item/1", "url_scheme": "ftp"},
        {"path": "/item/1", "subdomain": "sub"},
        {"path": "http://full.test/item/1?a=b"},
        {"path": "/item/1", "json": {"a": 1}, "method": "POST"},
        {"path": "/item/1", "data": {"f": "1"}, "headers": {"X-A": "b"}},
        {"path": "/item/1", "query_string": {"q": "ü"}},
    ):
        with app.test_request_context(**arguments):
            seen.append(
                [request.url, request.method, request.view_args, request.get_json(silent=True)]
            )
            seen.append([request.form.to_dict(), request.headers.get("X-A"), request.args])
    return seen


def test_request_context_with_a_base_and_a_subdomain():
    return error_of(
        lambda: (
            make_app().test_request_context("/", base_url="http://a", subdomain="b").request.url
        )
    )
