"""An application with everything that goes wrong, for the documented differences."""

from __future__ import annotations

import flask
from flask import request, session
from flask.sessions import SecureCookieSessionInterface

SECRET = "a secret of thirty-two characters"


class Store(SecureCookieSessionInterface):
    """Sessions whose store is down when the request says so."""

    def open_session(self, app, request):
        if "down" in request.args:
            raise ConnectionError("no store")
        return super().open_session(app, request)


def make_unruly():
    """Each URL shows one difference."""
    from differential.application import EVENTS

    app = flask.Flask("differential_unruly", static_folder=None)
    app.config.update(SECRET_KEY=SECRET)
    app.logger.disabled = True
    app.session_interface = Store()

    @app.errorhandler(ValueError)
    @app.errorhandler(TypeError)
    def handle(error):
        return f"handled {type(error).__name__}", 500

    @app.errorhandler(ConnectionError)
    def no_store(error):
        return "come back later", 502

    @app.errorhandler(500)
    def failed(error):
        if request.path == "/handler-fails":
            raise RuntimeError("the handler fails too")
        return "failed", 500

    @app.after_request
    def count(response):
        EVENTS.append("after")
        return response

    @app.after_request
    def fail_after(response):
        if request.path == "/after-fails":
            raise ValueError("after")
        return response

    @app.teardown_request
    def first(error):
        EVENTS.append("teardown")

    @app.teardown_request
    def fail_teardown(error):
        if request.path == "/teardown-fails":
            raise ValueError("teardown")

    views = {
        "/": lambda: "fine",
        "/url": lambda: request.url,
        "/authorization": lambda: str(request.authorization),
        "/json": lambda: flask.jsonify(request.get_json()),
        "/args": lambda: request.args.get("q", "") + "!",
        "/body": lambda: str(len(request.get_data())),
        "/bad-location": lambda: flask.redirect("http://["),
        "/bad-header": lambda: ("text", {"X-Euro": "€"}),
        "/bad-status": lambda: ("text", "200 OK\r\nX-Injected: 1"),
        "/bad-name": lambda: ("text", {"X\r\nInjected": "1"}),
        "/after-fails": lambda: "finished",
        "/teardown-fails": lambda: "finished",
        "/handler-fails": lambda: 1 // 0,
        "/session": lambda: str(dict(session)),
        "/nothing": lambda: flask.jsonify(1),
    }
    for path, view in views.items():
        app.add_url_rule(path, path.strip("/") or "index", view, methods=["GET", "POST"])
    app.add_url_rule("/slow/<a>-<b>-<c>-<d>!", "slow", lambda **parts: "found")

    @app.get("/bad-cookie")
    def bad_cookie():
        response = flask.make_response("cookie")
        response.set_cookie("a;Domain=evil.example;x", "1")
        return response

    @app.get("/stream")
    def stream():
        return flask.stream_with_context(part for part in "ab")

    @app.get("/no-text")
    def no_text():
        class Provider(flask.json.provider.JSONProvider):
            def dumps(self, obj, **kwargs):
                return None

        held, app.json = app.json, Provider(app)
        try:
            return flask.jsonify(1)
        finally:
            app.json = held

    return app
