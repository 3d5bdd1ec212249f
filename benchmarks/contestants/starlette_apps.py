"""Starlette, its endpoints coroutines: nothing goes through a thread."""

from __future__ import annotations

import typing as t
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates

TEMPLATES = Jinja2Templates(directory=Path(__file__).parents[1] / "templates")
SECRET_KEY = "0123456789abcdef" * 4


def factories(name: str) -> dict[str, t.Callable[..., t.Any]]:
    """Return what makes the applications; Starlette has no blueprints."""
    return {
        "plain": lambda: Starlette(routes=PLAIN),
        "session": make_session,
        "template file": lambda: Starlette(routes=[Route("/file", file)]),
        "routes": make_routes,
    }


async def hello(request: Request) -> Response:
    """Text."""
    return HTMLResponse("Hello, World!")


async def as_json(request: Request) -> Response:
    """JSON."""
    return JSONResponse({"message": "Hello, World!"})


async def user(request: Request) -> Response:
    """A typed parameter."""
    return HTMLResponse(f"User {request.path_params['number']}")


async def search(request: Request) -> Response:
    """A query argument."""
    return HTMLResponse(request.query_params["q"])


async def form(request: Request) -> Response:
    """A form."""
    async with request.form() as sent:
        return HTMLResponse(t.cast(str, sent["name"]))


async def order(request: Request) -> Response:
    """A body of JSON."""
    return HTMLResponse((await request.json())["name"])


async def visits(request: Request) -> Response:
    """Read the session."""
    return HTMLResponse(f"{request.session.get('visits', 0)} visits")


async def visit(request: Request) -> Response:
    """Read and write the session."""
    request.session["visits"] = request.session.get("visits", 0) + 1
    return HTMLResponse(f"{request.session['visits']} visits")


async def file(request: Request) -> Response:
    """Render a template from a file."""
    return TEMPLATES.TemplateResponse(request, "hello.html", {"name": "ring"})


async def value(request: Request) -> Response:
    """What is behind each of many routes."""
    return HTMLResponse(str(request.path_params["value"]))


PLAIN = [
    Route("/", hello),
    Route("/json", as_json),
    Route("/user/{number:int}", user),
    Route("/search", search),
    Route("/form", form, methods=["POST"]),
    Route("/order", order, methods=["POST"]),
]


def make_session() -> t.Any:
    """A counter of visits in the session."""
    return Starlette(
        routes=[Route("/visits", visits), Route("/visit", visit)],
        middleware=[Middleware(SessionMiddleware, secret_key=SECRET_KEY)],
    )


def make_routes(number: int) -> t.Any:
    """As many routes, each with a typed parameter, that share one endpoint."""
    return Starlette(routes=[Route(f"/part{part}/{{value:int}}", value) for part in range(number)])
