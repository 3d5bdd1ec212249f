"""Callbacks, errors, signals and async views: what happens in a request."""

from __future__ import annotations

import asyncio

import flask
from apparatus.asking import error_of
from flask import request, session
from werkzeug.exceptions import BadRequest, HTTPException, NotFound


def _ask(app, path="/", **options):
    response = app.test_client().open(path, **options)
    return [response.status_code, response.text[:300]]


class _Base(Exception):
    pass


class _Derived(_Base):
    pass


def _noted():
    app = flask.Flask("x")
    order = []
    blueprint = flask.Blueprint("bp", "bp", url_prefix="/bp")
    child = flask.Blueprint("child", "child", url_prefix="/child")
    for scaffold, name in ((app, "app"), (blueprint, "bp"), (child, "child")):
        for number in (1, 2):
            scaffold.before_request(lambda n=f"{name} before {number}": order.append(n))

            def after(response, n=f"{name} after {number}"):
                order.append(n)
                return response

            scaffold.after_request(after)
            scaffold.teardown_request(
                lambda e, n=f"{name} teardown {number}": order.append([n, type(e).__name__])
            )
        scaffold.add_url_rule("/", "i", lambda: order.append("view") or "x")
        scaffold.add_url_rule("/error", "error", lambda: 1 // 0)
        scaffold.add_url_rule("/derived", "derived", _raise(_Derived))
        scaffold.add_url_rule("/abort", "abort", lambda: flask.abort(409))
    app.teardown_appcontext(lambda e: order.append(["app ends", type(e).__name__]))
    blueprint.before_app_request(lambda: order.append("bp for all"))
    blueprint.after_app_request(lambda r: order.append("bp after all") or r)
    blueprint.teardown_app_request(lambda e: order.append("bp teardown all"))
    return app, blueprint, child, order


def _raise(kind):
    def view(**values):
        raise kind

    return view


def order_of_callbacks():
    app, blueprint, child, order = _noted()
    blueprint.register_blueprint(child)
    app.register_blueprint(blueprint)
    for name in (
        "request_started",
        "request_finished",
        "request_tearing_down",
        "appcontext_pushed",
        "appcontext_tearing_down",
        "appcontext_popped",
        "got_request_exception",
    ):
        getattr(flask, name).connect(
            lambda s, name=name, **k: order.append([name, sorted(k)]), app, weak=False
        )
    answers = [
        _ask(app, path)
        for path in (
            "/",
            "/bp/",
            "/bp/child/",
            "/bp/child/error",
            "/bp/derived",
            "/nope",
            "/bp/nope",
            "/abort",
        )
    ]
    return [answer[0] for answer in answers], order


def before_request_that_answers():
    app, blueprint, child, order = _noted()
    blueprint.before_request(lambda: "stopped")
    blueprint.register_blueprint(child)
    app.register_blueprint(blueprint)
    return _ask(app, "/bp/child/"), order


def handlers_of_applications_and_blueprints():
    app, blueprint, child, _ = _noted()
    app.register_error_handler(_Base, lambda e: f"app base {type(e).__name__}")
    app.register_error_handler(409, lambda e: "app 409")
    app.register_error_handler(HTTPException, lambda e: f"app http {e.code}")
    app.register_error_handler(
        500, lambda e: (f"app 500 {type(getattr(e, 'original_exception', None)).__name__}", 500)
    )
    blueprint.register_error_handler(_Derived, lambda e: "bp derived")
    blueprint.register_error_handler(404, lambda e: "bp 404")
    child.register_error_handler(HTTPException, lambda e: f"child http {e.code}")
    child.app_errorhandler(405)(lambda e: ("child says 405", 405))
    blueprint.add_url_rule("/missing", "missing", lambda: flask.abort(404))
    child.add_url_rule("/missing", "missing", lambda: flask.abort(404))
    blueprint.register_blueprint(child)
    app.register_blueprint(blueprint)
    return [
        _ask(app, path, method=method)
        for path, method in (
            ("/derived", "GET"),
            ("/bp/derived", "GET"),
            ("/bp/child/derived", "GET"),
            ("/abort", "GET"),
            ("/bp/abort", "GET"),
            ("/bp/child/abort", "GET"),
            ("/error", "GET"),
            ("/bp/child/error", "GET"),
            ("/bp/missing", "GET"),
            ("/bp/child/missing", "GET"),
            ("/bp/none", "GET"),
            ("/", "POST"),
            ("/bp/", "POST"),
        )
    ]


def handlers_chosen_by_class():
    class Teapot(HTTPException):
        code = 418

    class Deep(NotFound):
        pass

    app = flask.Flask("x")
    for name, kind in (
        ("teapot", Teapot),
        ("deep", Deep),
        ("bad", BadRequest),
        ("key", KeyError),
        ("index", IndexError),
    ):
        app.add_url_rule(f"/{name}", name, _raise(kind))
    app.add_url_rule("/badkey", "badkey", lambda: request.form["x"])
    app.register_error_handler(LookupError, lambda e: f"lookup {type(e).__name__}")
    app.register_error_handler(KeyError, lambda e: f"key {type(e).__name__}")
    app.register_error_handler(Exception, lambda e: f"any {type(e).__name__}")
    app.register_error_handler(Deep, lambda e: "deep")
    app.register_error_handler(418, lambda e: "by code")
    return [
        _ask(app, f"/{path}")
        for path in ("teapot", "deep", "bad", "key", "index", "badkey", "nope")
    ]


def handlers_that_return_all_kinds():
    app = flask.Flask("x")
    results = {
        "tuple": lambda e: ("text", 499, {"X-A": "1"}),
        "dict": lambda e: {"error": str(e)},
        "same": lambda e: e,
        "response": lambda e: (
            e.get_response() if isinstance(e, HTTPException) else flask.Response("r")
        ),
        "raise": _raise(ValueError),
        "abort": lambda e: flask.abort(410),
        "none": lambda e: None,
    }
    seen = {}
    for name, handler in results.items():
        app = flask.Flask("x")
        app.register_error_handler(404, handler)
        seen[name] = _ask(app, "/nope")
        app = flask.Flask("x")
        app.add_url_rule("/", "i", _raise(_Base))
        app.register_error_handler(_Base, handler)
        seen[f"{name} base"] = _ask(app)[0]
    return seen


def async_handlers_and_callbacks():
    app = flask.Flask("x")
    order = []

    @app.before_request
    async def before():
        order.append("before")

    @app.after_request
    async def after(response):
        await asyncio.sleep(0)
        response.headers["X-A"] = "async"
        return response

    @app.teardown_request
    async def teardown(error):
        order.append("teardown")

    @app.errorhandler(_Base)
    async def handler(error):
        return "handled", 418

    @app.route("/<n>")
    async def view(n):
        await asyncio.sleep(0)
        session["n"] = n
        return {"n": n, "path": request.path}

    @app.route("/fail")
    async def fail():
        raise _Derived

    @app.route("/gather")
    async def gather():
        async def one(n):
            await asyncio.sleep(0)
            return request.path * n

        return list(await asyncio.gather(one(1), one(2)))

    @app.context_processor
    def context():
        return {"a": 1}

    app.secret_key = "s"
    return [_ask(app, path) for path in ("/1", "/fail", "/gather")], order


def propagation_of_errors():
    seen = []
    for config in (
        {},
        {"TESTING": True},
        {"DEBUG": True},
        {"PROPAGATE_EXCEPTIONS": True},
        {"TESTING": True, "PROPAGATE_EXCEPTIONS": False},
        {"TRAP_HTTP_EXCEPTIONS": True},
        {"TRAP_BAD_REQUEST_ERRORS": True},
        {"DEBUG": True, "TRAP_BAD_REQUEST_ERRORS": False},
    ):
        app = flask.Flask("x")
        app.config.update(config)
        app.add_url_rule("/error", "error", lambda: 1 // 0)
        app.add_url_rule("/abort", "abort", lambda: flask.abort(404))
        app.add_url_rule("/key", "key", lambda: request.args["x"])
        app.add_url_rule("/none", "none", lambda: None)
        seen += [
            [str(config), path, error_of(_ask, app, path)]
            for path in ("/error", "/abort", "/key", "/none", "/nope")
        ]
    return [[a, b, c if isinstance(c, BaseException) else c[0]] for a, b, c in seen]


def signals_with_senders_and_arguments():
    app, other = flask.Flask("x"), flask.Flask("y")
    seen = []
    for one in (app, other):
        one.secret_key = "s"
        one.add_url_rule("/", "i", lambda: flask.render_template_string("{{ a }}", a=1))
        one.add_url_rule("/flash", "flash", lambda: flask.flash("hello", "cat") or "x")
        one.add_url_rule("/error", "error", lambda: 1 // 0)
    for name in (
        "template_rendered",
        "before_render_template",
        "message_flashed",
        "request_started",
        "request_finished",
        "got_request_exception",
        "request_tearing_down",
    ):
        signal = getattr(flask, name)
        signal.connect(
            lambda sender, name=name, **more: seen.append(
                [name, sender.name, sorted(more), type(sender).__name__]
            ),
            app,
            weak=False,
        )
    for path in ("/", "/flash", "/error"):
        _ask(app, path)
        _ask(other, path)
    with flask.request_started.connected_to(lambda s, **k: seen.append(s.name)):
        _ask(other)
    with flask.request_started.muted():
        _ask(app)

    @flask.template_rendered.connect_via(app)
    def late(sender, template, context, **more):
        seen.append([template.name, "a" in context, "request" in context])

    _ask(app)
    return seen


def debug_only_helps():
    app = flask.Flask("x")
    app.debug = True
    app.add_url_rule("/dir/", "dir", lambda: "x", methods=["POST"])
    app.add_url_rule("/files", "files", lambda: request.files["x"].filename, methods=["POST"])
    return [
        error_of(_ask, app, "/dir", method="POST"),
        error_of(_ask, app, "/files", method="POST", data={"x": "name"}),
    ]


def loggers():
    import logging

    app = flask.Flask("flask_programs_logger")
    app.debug = True
    from flask.logging import default_handler, has_level_handler, wsgi_errors_stream

    logger = app.logger
    return [
        logger is app.logger,
        logger.name,
        logger.level == logging.DEBUG,
        default_handler in logger.handlers,
        has_level_handler(logger),
        type(wsgi_errors_stream).__name__,
        default_handler.formatter._fmt,
    ]
