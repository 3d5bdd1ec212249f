"""Applications that use everything; they know of no Flask but the one that is imported.

What happens around a request is written to ``EVENTS``, so that the order of callbacks
is compared as well as the answer.
"""

from __future__ import annotations

import datetime as dt
import decimal
import io
import uuid
from pathlib import Path

import flask
from flask import g, request, session
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter

from differential.pages import add_pages
from differential.unruly import make_unruly

HERE = Path(__file__).parent
SECRET = "a secret of thirty-two characters"

EVENTS: list[str] = []


class Listed(BaseConverter):
    """``a+b+c`` as a list."""

    regex = r"\w+(?:\+\w+)*"

    def to_python(self, value):
        return value.split("+")

    def to_url(self, value):
        return "+".join(super(Listed, self).to_url(part) for part in value)


class Failure(Exception):
    pass


class LaterFailure(Failure):
    pass


class Teapot(HTTPException):
    code = 418
    description = "short and stout"


def described(value):
    """Return what JSON cannot say of a value."""
    return {"type": type(value).__name__, "value": str(value)}


def make_main(**config):
    """Everything, in one application."""
    app = flask.Flask("differential_application", root_path=str(HERE))
    app.config.update(SECRET_KEY=SECRET, **config)
    app.logger.disabled = True
    app.url_map.converters["list"] = Listed
    _add_callbacks(app, "app")
    _add_templating(app)
    _add_rules(app)
    _add_errors(app)
    _add_blueprints(app)
    add_pages(app)
    return app


def make_strict():
    """Return the main application, with the settings that are off by default."""
    app = make_main(
        APPLICATION_ROOT="/mounted",
        MAX_CONTENT_LENGTH=200,
        MAX_FORM_MEMORY_SIZE=64,
        MAX_FORM_PARTS=3,
        PERMANENT_SESSION_LIFETIME=60,
        PREFERRED_URL_SCHEME="https",
        SECRET_KEY_FALLBACKS=["an older secret", "the oldest secret"],
        SEND_FILE_MAX_AGE_DEFAULT=120,
        SESSION_COOKIE_DOMAIN="example.org",
        SESSION_COOKIE_HTTPONLY=False,
        SESSION_COOKIE_NAME="kept",
        SESSION_COOKIE_PARTITIONED=True,
        SESSION_COOKIE_PATH="/mounted",
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=True,
        SESSION_REFRESH_EACH_REQUEST=False,
        TRAP_BAD_REQUEST_ERRORS=True,
    )
    app.json.compact = False
    return app


def make_hosts():
    """Subdomains, a fixed host name, and hosts that are trusted."""
    app = flask.Flask(
        "differential_hosts", root_path=str(HERE), subdomain_matching=True, static_folder=None
    )
    app.config.update(
        SECRET_KEY=SECRET,
        SERVER_NAME="example.org",
        TRUSTED_HOSTS=["example.org", ".example.org", "localhost"],
    )
    app.logger.disabled = True
    _add_callbacks(app, "app")

    def show(**values):
        return {
            "values": {key: described(value) for key, value in values.items()},
            "endpoint": request.endpoint,
            "url": request.url,
            "external": flask.url_for("tenant", tenant="other", _external=True),
            "here": flask.url_for("root"),
        }

    app.add_url_rule("/", "root", show)
    app.add_url_rule("/", "tenant", show, subdomain="<tenant>")
    app.add_url_rule("/fixed/<int:number>/", "fixed", show, subdomain="fixed")
    area = flask.Blueprint("area", __name__, subdomain="area", url_prefix="/in")
    area.add_url_rule("/", "index", show)
    area.add_url_rule("/<path:rest>", "rest", show)
    app.register_blueprint(area)

    @app.get("/session", subdomain="<tenant>")
    def keep(tenant):
        session["tenant"] = tenant
        return dict(session)

    return app


def make_matched():
    """Return one whose rules each have a host."""
    app = flask.Flask(
        "differential_matched",
        root_path=str(HERE),
        host_matching=True,
        static_host="example.org",
    )
    app.config.update(SECRET_KEY=SECRET)
    app.logger.disabled = True

    def show(**values):
        return {
            "values": values,
            "endpoint": request.endpoint,
            "file": flask.url_for("static", filename="style.css"),
            "external": flask.url_for("any", name="z", _external=True),
        }

    app.add_url_rule("/", "main", show, host="example.org")
    app.add_url_rule("/", "any", show, host="<name>.example.org")
    app.add_url_rule("/fixed/<int:number>/", "fixed", show, host="fixed.example.org")
    app.add_url_rule("/session", "port", show, host="example.org:8080")
    return app


def make_plain():
    """Return one without secret key and static files, whose JSON is written otherwise."""
    app = flask.Flask("differential_plain", root_path=str(HERE), static_folder=None)
    app.logger.disabled = True
    app.json.sort_keys = False
    app.json.ensure_ascii = False
    app.json.mimetype = "application/x-json"
    app.add_url_rule("/values", "values", values_of_every_kind)
    app.add_url_rule("/", "index", lambda: "plain")
    app.add_url_rule("/fail", "fail", lambda: 1 // 0)
    app.add_url_rule("/none", "none", lambda: None)
    app.add_url_rule("/read", "read", lambda: str(session.get("user")))

    @app.get("/write")
    def write():
        session["user"] = "somebody"
        return "written"

    @app.route("/abort/<int:code>", methods=["GET", "POST"])
    def stop(code):
        flask.abort(code)

    return app


APPLICATIONS = {
    "main": make_main,
    "strict": make_strict,
    "debug": lambda: make_main(DEBUG=True, PROPAGATE_EXCEPTIONS=False),
    "testing": lambda: make_main(TESTING=True, TRAP_HTTP_EXCEPTIONS=True),
    "hosts": make_hosts,
    "matched": make_matched,
    "plain": make_plain,
    "unruly": make_unruly,
}


def _add_callbacks(scaffold, name):
    @scaffold.before_request
    def first():
        EVENTS.append(f"{name} before {request.endpoint}")
        g.seen = name
        if request.headers.get("X-Stop") == name:
            return f"stopped by {name}", 202
        return None

    @scaffold.before_request
    async def second():
        EVENTS.append(f"{name} before again")

    @scaffold.after_request
    def last(response):
        EVENTS.append(f"{name} after {response.status_code}")
        response.headers["X-After"] = f"{response.headers.get('X-After', '')}{name};"
        return response

    @scaffold.after_request
    def before_last(response):
        response.headers.add("X-Seen", name)
        return response

    @scaffold.teardown_request
    def clean(error):
        EVENTS.append(f"{name} teardown {type(error).__name__}")

    if isinstance(scaffold, flask.Flask):

        @scaffold.teardown_appcontext
        def clean_all(error):
            EVENTS.append(f"{name} teardown all {type(error).__name__}")

        for signal in ("request_started", "request_finished", "got_request_exception"):
            getattr(flask, signal).connect(_note(signal), scaffold, weak=False)


def _note(signal):
    def receive(sender, **extra):
        EVENTS.append(f"{signal} {sorted(extra)}")

    return receive


def _add_templating(app):
    app.add_template_filter(str.upper, "shout")
    app.add_template_test(lambda n: n % 2 == 0, "even")
    app.add_template_global(lambda: 42, "answer")
    app.context_processor(lambda: {"injected": request.args.get("q", "no q")})


def _add_rules(app):
    def show(**values):
        return {
            "endpoint": request.endpoint,
            "rule": str(request.url_rule),
            "values": {key: described(value) for key, value in values.items()},
        }

    rules = {
        "string": "/string/<word>",
        "short": "/short/<string(length=2):word>",
        "bounded": "/bounded/<string(minlength=3,maxlength=5):word>",
        "int": "/int/<int:number>",
        "signed": "/signed/<int(signed=True):number>",
        "digits": "/digits/<int(fixed_digits=4):number>",
        "ranged": "/ranged/<int(min=5,max=50):number>",
        "float": "/float/<float:number>",
        "signed_float": "/sfloat/<float(signed=True):number>",
        "any": "/any/<any(left,right,'with space'):side>",
        "uuid": "/uuid/<uuid:key>",
        "path": "/path/<path:rest>",
        "path_end": "/path/<path:rest>/end",
        "list": "/list/<list:items>",
        "mixed": "/mixed/<int:year>-<word>.<any(html,txt):suffix>",
        "slash": "/slash/",
        "slash_value": "/slash/<int:number>/",
        "no_slash": "/noslash",
        "unicode": "/über/<word>",
        "catch": "/catch/<path:rest>",
        "catch_fixed": "/catch/fixed",
        "many": "/many/<a>/<int:b>/<c>",
    }
    for endpoint, rule in rules.items():
        app.add_url_rule(rule, endpoint, show)
    app.add_url_rule("/pages/", "pages", show, defaults={"page": 1})
    app.add_url_rule("/pages/<int:page>", "pages", show)
    app.add_url_rule("/lax/<word>/", "lax", show, strict_slashes=False)
    app.add_url_rule("/old/<word>", "old", show, redirect_to="string/<word>")
    app.add_url_rule("/alias", "no_slash", alias=True)
    app.add_url_rule("/verbs", "verbs", show, methods=["PUT", "PATCH"])
    app.add_url_rule("/verbs", "verbs_post", show, methods=["POST"])
    app.add_url_rule(
        "/manual", "manual", show, methods=["GET", "OPTIONS"], provide_automatic_options=False
    )
    app.add_url_rule("/nobody", "nobody")

    @app.url_value_preprocessor
    def take_word(endpoint, values):
        g.word = (values or {}).get("word")

    @app.url_defaults
    def give_word(endpoint, values):
        if app.url_map.is_endpoint_expecting(endpoint, "word") and g.get("word"):
            values.setdefault("word", g.word)


def _add_errors(app):
    @app.errorhandler(404)
    def missing(error):
        EVENTS.append("handler 404")
        return {"error": error.name, "description": error.description}, 404

    @app.errorhandler(Failure)
    def failed(error):
        EVENTS.append("handler Failure")
        return f"failed: {error}", 500, {"X-Handled": type(error).__name__}

    @app.errorhandler(Teapot)
    def brewed(error):
        return error.get_response().get_data(), 418

    @app.errorhandler(HTTPException)
    def other(error):
        if error.code == 409:
            return "conflict", 409
        return error

    @app.route("/abort/<int:code>", methods=["GET", "POST"])
    def stop(code):
        flask.abort(code, description=request.args.get("why"))

    @app.route("/raise/<name>", methods=["GET", "POST"])
    def fail(name):
        errors = {
            "failure": Failure("one"),
            "later": LaterFailure("two"),
            "teapot": Teapot(),
            "value": ValueError("three"),
            "key": KeyError("four"),
            "stop": StopIteration("five"),
        }
        raise errors.get(name) or flask.abort(404)

    @app.get("/abort-with-response")
    def stop_with_response():
        flask.abort(flask.make_response("instead", 409, {"X-Instead": "1"}))

    @app.get("/missing-key")
    def missing_key():
        return request.args["absent"] + request.form["absent"]

    @app.route("/missing-field", methods=["POST"])
    def missing_field():
        return request.form["absent"]


def _add_blueprints(app):
    parent = flask.Blueprint("parent", __name__, url_prefix="/parent", static_folder="static/sub")
    child = flask.Blueprint("child", __name__, url_prefix="/child/<int:number>")
    _add_callbacks(parent, "parent")
    _add_callbacks(child, "child")

    def show(**values):
        return {
            "blueprint": request.blueprint,
            "blueprints": request.blueprints,
            "values": values,
            "sibling": flask.url_for(".index", **values),
        }

    parent.add_url_rule("/", "index", show)
    parent.add_url_rule("/fail/<kind>", "fail", _fail)
    child.add_url_rule("/", "index", show)
    child.add_url_rule("/fail/<kind>", "fail", lambda number, kind: _fail(kind))

    @parent.errorhandler(403)
    def forbidden(error):
        return "forbidden in parent", 403

    @child.errorhandler(LaterFailure)
    def later(error):
        return "later in child", 500

    @child.errorhandler(404)
    def missing(error):
        return "missing in child", 404

    @parent.app_errorhandler(410)
    def gone(error):
        return "gone, says parent", 410

    parent.register_blueprint(child)
    app.register_blueprint(parent)
    app.register_blueprint(parent, url_prefix="/again", name="again")


def _fail(kind):
    errors = {"failure": Failure("b"), "later": LaterFailure("b"), "zero": ZeroDivisionError("b")}
    if kind in errors:
        raise errors[kind]
    flask.abort({"403": 403, "404": 404, "410": 410}.get(kind, 400))


def values_of_every_kind():
    """Return what a JSON provider is asked to write."""
    return {
        "date": dt.date(2026, 2, 3),
        "moment": dt.datetime(2026, 2, 3, 4, 5, 6, tzinfo=dt.UTC),
        "decimal": decimal.Decimal("1.50"),
        "uuid": uuid.UUID(int=5),
        "markup": flask.Markup("<b>") if hasattr(flask, "Markup") else None,
        "text": "ä€ </script> \u2028",
        "nested": [{"b": (1, 2.5, None, True)}, {}],
        "big": 2**70,
        "3": io.BytesIO.__name__,
    }
