"""Whose tests are run, and how."""

from __future__ import annotations

from dataclasses import dataclass

FLASK = "3.1.3"


@dataclass(frozen=True)
class Suite:
    """One distribution's tests."""

    name: str
    distribution: str
    version: str
    covers: str
    requires: tuple[str, ...] = ()
    extra: str = ""
    folder: str = "."  # where pytest runs, within the source distribution
    arguments: tuple[str, ...] = ("tests",)

    @property
    def requirement(self) -> str:
        """What pip is asked for."""
        return f"{self.distribution}{self.extra}=={self.version}"


# What Flask's own tests skip without.
OPTIONAL = ("python-dotenv", "cryptography", "greenlet")
EXAMPLE = ("-o", "pythonpath=.", "tests")

SUITES = (
    Suite("Flask", "flask", FLASK, "all of Flask's own tests", OPTIONAL),
    Suite(
        "Flaskr",
        "flask",
        FLASK,
        "the tutorial's application: factory, sessions, g, commands",
        folder="examples/tutorial",
        arguments=EXAMPLE,
    ),
    Suite(
        "JavaScript example",
        "flask",
        FLASK,
        "JSON, signals of templates",
        folder="examples/javascript",
        arguments=EXAMPLE,
    ),
    Suite(
        "Flask-Login",
        "flask-login",
        "0.6.3",
        "sessions, cookies, g, signals, a test client of its own",
        ("blinker", "semantic_version"),
    ),
    Suite(
        "Flask-WTF",
        "flask-wtf",
        "1.3.0",
        "forms, files, sessions, template globals",
        ("flask-babel", "flask-reuploaded", "email-validator"),
    ),
    Suite(
        "Flask-SQLAlchemy",
        "flask-sqlalchemy",
        "3.1.1",
        "the application context's life, teardown, the shell",
        ("sqlalchemy<2.1",),
    ),
    Suite(
        "flask-smorest",
        "flask-smorest",
        "0.47.0",
        "a subclass of Blueprint, MethodViews, error handlers, commands",
        ("pyyaml",),
    ),
    Suite(
        "Flask-HTTPAuth",
        "flask-httpauth",
        "4.8.1",
        "decorators, Authorization headers, sessions, async views",
    ),
    Suite(
        "Flask-CORS",
        "flask-cors",
        "6.0.5",
        "after-request functions, headers, blueprints, OPTIONS",
    ),
    Suite(
        "Flask-JWT-Extended",
        "flask-jwt-extended",
        "4.7.4",
        "cookies, error handlers, context processors, JSON providers",
        ("cryptography", "python-dateutil"),
    ),
    Suite(
        "Flask-Compress",
        "flask-compress",
        "1.25",
        "streamed and plain bodies, ETags, Vary",
        ("flask-caching", "brotli", "zstandard"),
    ),
    Suite(
        "Flask-Marshmallow",
        "flask-marshmallow",
        "1.5.0",
        "URLs built outside views, JSON responses",
        extra="[sqlalchemy]",
    ),
    Suite(
        "Flask-Dance",
        "flask-dance",
        "7.1.0",
        "subclasses of Blueprint, proxies of its own, signals, OAuth",
        (
            *("betamax", "flask-caching", "flask-login", "flask-sqlalchemy", "freezegun"),
            *("oauthlib[signedtoken]", "pytest-mock", "responses", "sqlalchemy"),
        ),
        # The test of a certificate's path fails wherever a variable names another.
        arguments=("tests", "--deselect", "tests/contrib/test_gitlab.py"),
    ),
    Suite(
        "Flask-SocketIO",
        "flask-socketio",
        "5.7.0",
        "contexts made by hand of an environ, sessions saved by hand, a server's own run()",
        ("redis", "setuptools"),
        arguments=("test_socketio.py",),
    ),
    Suite(
        "Flask-Sock",
        "flask-sock",
        "0.7.0",
        "a response class that takes the socket over",
    ),
    Suite(
        "Flask-Talisman",
        "flask-talisman",
        "1.1.0",
        "before- and after-request functions, template globals, redirects",
        arguments=("flask_talisman",),
    ),
    Suite(
        "Flask-Reuploaded",
        "flask-reuploaded",
        "1.6.0",
        "files, configuration, blueprints, URLs",
        ("flask-wtf",),
    ),
    Suite(
        "Frozen-Flask",
        "frozen-flask",
        "1.0.2",
        "URLs noted by url_defaults, static files, the test client",
    ),
    Suite(
        "APIFlask",
        "apiflask",
        "3.1.2",
        "a subclass of Flask: overridden add_url_rule, error handling, commands",
        (
            *("marshmallow-dataclass", "openapi-spec-validator", "pydantic", "pytest-asyncio"),
            *("python-dotenv", "pyyaml"),
        ),
    ),
    Suite(
        "webargs",
        "webargs",
        "8.7.1",
        "the request's parts, error handlers, async views",
        ("marshmallow", "pytest-asyncio", "webtest"),
        arguments=("tests/test_flaskparser.py",),
    ),
    Suite(
        "pytest-flask",
        "pytest-flask",
        "1.3.0",
        "contexts pushed for each test, a response class of its own, a live server",
        ("mock",),
        arguments=("-p", "pytester", "tests"),
    ),
    Suite(
        "OpenTelemetry",
        "opentelemetry-instrumentation-flask",
        "0.66b1",
        "a tracer: Flask replaced in its module, wsgi_app wrapped, teardown functions",
        ("flask-compress", "opentelemetry-test-utils==0.66b1"),
        # Those two hold durations against the clock of a machine that has nothing else to do.
        arguments=(
            "tests",
            "-k",
            "not test_flask_metrics and not test_flask_metric_values",
        ),
    ),
    Suite(
        "httpbin",
        "httpbin",
        "0.10.4",
        "an application: every kind of response",
        extra="[mainapp]",
    ),
)
