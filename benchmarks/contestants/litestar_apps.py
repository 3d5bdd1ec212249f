"""Litestar, its handlers coroutines: nothing goes through a thread."""

from __future__ import annotations

import typing as t
from pathlib import Path

from litestar import Litestar, MediaType, get, post
from litestar.contrib.jinja import JinjaTemplateEngine
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Template
from litestar.template.config import TemplateConfig

TEMPLATES = Path(__file__).parents[1] / "templates"
Form = t.Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]


def factories(name: str) -> dict[str, t.Callable[..., t.Any]]:
    """Return what makes the applications; sessions in a cookie need a further distribution."""
    return {"plain": make_plain, "template file": make_templates, "routes": make_routes}


@get("/", media_type=MediaType.HTML)
async def hello() -> str:
    """Text."""
    return "Hello, World!"


@get("/json")
async def as_json() -> dict[str, str]:
    """JSON."""
    return {"message": "Hello, World!"}


@get("/user/{number:int}", media_type=MediaType.HTML)
async def user(number: int) -> str:
    """A typed parameter."""
    return f"User {number}"


@get("/search", media_type=MediaType.HTML)
async def search(q: str) -> str:
    """A query argument."""
    return q


@post("/form", media_type=MediaType.HTML, status_code=200)
async def form(data: Form) -> str:
    """A form."""
    return data["name"]


@post("/order", media_type=MediaType.HTML, status_code=200)
async def order(data: dict[str, t.Any]) -> str:
    """A body of JSON."""
    return t.cast(str, data["name"])


@get("/file")
async def file() -> Template:
    """Render a template from a file."""
    return Template("hello.html", context={"name": "ring"})


async def value(value: int) -> str:
    """What is behind each of many routes."""
    return str(value)


def make_plain() -> t.Any:
    """Text, JSON, and what a request carries."""
    return Litestar([hello, as_json, user, search, form, order], openapi_config=None)


def make_templates() -> t.Any:
    """Jinja, by Litestar's adapter."""
    config = TemplateConfig(directory=TEMPLATES, engine=JinjaTemplateEngine)
    return Litestar([file], template_config=config, openapi_config=None)


def make_routes(number: int) -> t.Any:
    """As many routes, each with a typed parameter, that share one function."""
    routes = [
        get(f"/part{part}/{{value:int}}", media_type=MediaType.HTML)(value)
        for part in range(number)
    ]
    return Litestar(routes, openapi_config=None)
