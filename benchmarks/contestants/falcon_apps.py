"""Falcon."""

from __future__ import annotations

import typing as t

import falcon

HTML = "text/html; charset=utf-8"


def factories(name: str) -> dict[str, t.Callable[..., t.Any]]:
    """Return what makes the applications; Falcon has no sessions, templates or blueprints."""
    return {"plain": make_plain, "orjson": make_orjson, "routes": make_routes}


class Hello:
    """Text."""

    def on_get(self, req: t.Any, resp: t.Any) -> None:
        resp.text = "Hello, World!"


class AsJSON:
    """JSON, by whatever handler the application has."""

    def on_get(self, req: t.Any, resp: t.Any) -> None:
        resp.content_type = falcon.MEDIA_JSON
        resp.media = {"message": "Hello, World!"}


class User:
    """A typed parameter."""

    def on_get(self, req: t.Any, resp: t.Any, number: int) -> None:
        resp.text = f"User {number}"


class Search:
    """A query argument."""

    def on_get(self, req: t.Any, resp: t.Any) -> None:
        resp.text = req.get_param("q", required=True)


class Sent:
    """A form, or a body of JSON: the handler depends on the content type."""

    def on_post(self, req: t.Any, resp: t.Any) -> None:
        resp.text = req.get_media()["name"]


class Value:
    """What is behind each of many routes."""

    def on_get(self, req: t.Any, resp: t.Any, value: int) -> None:
        resp.text = str(value)


def make_plain() -> t.Any:
    """Text, JSON, and what a request carries."""
    app = falcon.App(media_type=HTML)
    app.req_options.default_media_type = falcon.MEDIA_JSON
    app.add_route("/", Hello())
    app.add_route("/json", AsJSON())
    app.add_route("/user/{number:int}", User())
    app.add_route("/search", Search())
    app.add_route("/form", Sent())
    app.add_route("/order", Sent())
    return app


def make_orjson() -> t.Any:
    """JSON written by orjson, as Falcon's documentation shows it."""
    import falcon.media
    import orjson

    app = make_plain()
    handler = falcon.media.JSONHandler(dumps=orjson.dumps, loads=orjson.loads)
    app.resp_options.media_handlers[falcon.MEDIA_JSON] = handler
    return app


def make_routes(number: int) -> t.Any:
    """As many routes, each with a typed parameter, that share one resource."""
    app = falcon.App(media_type=HTML)
    value = Value()
    for part in range(number):
        app.add_route(f"/part{part}/{{value:int}}", value)
    return app
