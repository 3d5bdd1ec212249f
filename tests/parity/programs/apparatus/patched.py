"""An application whose methods are replaced, and who calls them then."""

from __future__ import annotations

import functools

import flask

SERVED = (False, True)


def make_app(cls=None):
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


def counted(owner, name, path, *, app=None, **options):
    """Tell whether a patched name is called by a request: patched early, late, and undone."""
    counts = []
    for served in SERVED:
        made = app() if app else make_app()
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
