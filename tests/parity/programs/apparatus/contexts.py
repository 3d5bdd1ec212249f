"""An application that notes the ends of its contexts."""

from __future__ import annotations

import flask


def make_app(**config):
    app = flask.Flask("contexts")
    app.config.update(SECRET_KEY="a secret", **config)
    app.events = []

    @app.teardown_request
    def end_request(error):
        app.events.append(f"request ends {type(error).__name__}")

    @app.teardown_appcontext
    def end_app(error):
        app.events.append(f"app ends {type(error).__name__}")

    app.add_url_rule("/", "index", lambda: "index")
    app.add_url_rule("/item/<int:n>", "item", lambda n: str(n))
    return app


def current():
    return [flask.has_app_context(), flask.has_request_context()]
