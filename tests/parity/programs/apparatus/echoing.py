"""An application that tells what it was sent."""

from __future__ import annotations

import flask
from flask import request, session


def echo():
    return {
        "method": request.method,
        "url": request.url,
        "headers": sorted((k, v) for k, v in request.headers.items() if k != "User-Agent"),
        "form": request.form,
        "json": request.get_json(silent=True),
        "cookies": request.cookies,
        "environ": request.environ.get("X_MINE"),
        "remote": request.remote_addr,
    }


def make_app():
    app = flask.Flask("x")
    app.secret_key = "s"
    app.add_url_rule("/", "i", lambda: "index", methods=["GET", "POST", "PUT"])
    app.add_url_rule("/echo", "echo", echo, methods=["GET", "POST"])
    app.add_url_rule("/session/<v>", "s", lambda v: session.setdefault("v", v))
    app.add_url_rule("/away", "away", lambda: flask.redirect("/echo?from=away"))
    app.add_url_rule("/post", "post", lambda: flask.redirect("/echo", 307), methods=["POST"])
    return app
