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
        "httpbin",
        "httpbin",
        "0.10.4",
        "an application: every kind of response",
        extra="[mainapp]",
    ),
)
