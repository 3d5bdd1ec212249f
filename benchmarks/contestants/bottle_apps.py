"""Bottle."""

from __future__ import annotations

import typing as t
from pathlib import Path

import bottle

TEMPLATES = [str(Path(__file__).parents[1] / "templates")]


def factories(name: str) -> dict[str, t.Callable[..., t.Any]]:
    """Return what makes the applications; Bottle has no sessions and no blueprints."""
    return {
        "plain": make_plain,
        "orjson": make_plain,  # its own JSON stands beside orjson, as Flask's does
        "template string": make_templates,
        "template file": make_templates,
        "routes": make_routes,
    }


def make_plain() -> t.Any:
    """Text, JSON, and what a request carries."""
    app = bottle.Bottle()
    request = bottle.request

    @app.get("/")
    def hello() -> str:
        return "Hello, World!"

    @app.get("/json")
    def as_json() -> dict[str, str]:
        return {"message": "Hello, World!"}

    @app.get("/user/<number:int>")
    def user(number: int) -> str:
        return f"User {number}"

    @app.get("/search")
    def search() -> str:
        return request.query["q"]

    @app.post("/form")
    def form() -> str:
        return request.forms["name"]

    @app.post("/order")
    def order() -> str:
        return request.json["name"]

    return app


def make_templates() -> t.Any:
    """Jinja by Bottle's own adapter, which keeps what it compiled."""
    app = bottle.Bottle()

    @app.get("/string")
    def string() -> str:
        return bottle.jinja2_template("<p>Hello, {{ name }}!</p>", name="ring")

    @app.get("/file")
    def file() -> str:
        return bottle.jinja2_template("hello.html", name="ring", template_lookup=TEMPLATES)

    return app


def make_routes(number: int) -> t.Any:
    """As many rules, each with a typed parameter, that share one view."""
    app = bottle.Bottle()

    def view(value: int) -> str:
        return str(value)

    for part in range(number):
        app.route(f"/part{part}/<value:int>", "GET", view)
    return app
