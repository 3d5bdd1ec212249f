"""Quart: Flask's API, its views coroutines."""

from __future__ import annotations

import typing as t
from pathlib import Path

import quart
from quart import g, request, session

TEMPLATES = str(Path(__file__).parents[1] / "templates")
SECRET_KEY = "0123456789abcdef" * 4


def factories(name: str) -> dict[str, t.Callable[..., t.Any]]:
    """Return what makes the applications."""
    return {
        "plain": make_plain,
        "session": make_session,
        "template string": make_templates,
        "template file": make_templates,
        "blueprint": make_blueprint,
        "busy blueprint": make_busy_blueprint,
        "routes": make_routes,
    }


def make_plain() -> t.Any:
    """Text, JSON, and what a request carries."""
    app = quart.Quart("benchmark")

    @app.get("/")
    async def hello() -> str:
        return "Hello, World!"

    @app.get("/json")
    async def as_json() -> dict[str, str]:
        return {"message": "Hello, World!"}

    @app.get("/user/<int:number>")
    async def user(number: int) -> str:
        return f"User {number}"

    @app.get("/search")
    async def search() -> str:
        return request.args["q"]

    @app.post("/form")
    async def form() -> str:
        return (await request.form)["name"]

    @app.post("/order")
    async def order() -> str:
        return t.cast(str, (await request.get_json())["name"])

    return app


def make_session() -> t.Any:
    """A counter of visits in the session."""
    app = quart.Quart("benchmark")
    app.secret_key = SECRET_KEY

    @app.get("/visits")
    async def visits() -> str:
        return f"{session.get('visits', 0)} visits"

    @app.get("/visit")
    async def visit() -> str:
        session["visits"] = session.get("visits", 0) + 1
        return f"{session['visits']} visits"

    return app


def make_templates() -> t.Any:
    """The same template, from a string and from a file."""
    app = quart.Quart("benchmark", template_folder=TEMPLATES)

    @app.get("/string")
    async def string() -> str:
        return await quart.render_template_string("<p>Hello, {{ name }}!</p>", name="ring")

    @app.get("/file")
    async def file() -> str:
        return await quart.render_template("hello.html", name="ring")

    return app


def make_blueprint() -> t.Any:
    """A function before, one after and one at teardown, of a blueprint; they do nothing."""
    app = quart.Quart("benchmark")
    shop = quart.Blueprint("shop", "benchmark", url_prefix="/shop")

    @shop.before_request
    async def before() -> None:
        pass

    @shop.after_request
    async def after(response: t.Any) -> t.Any:
        return response

    @shop.teardown_request
    async def teardown(error: BaseException | None) -> None:
        pass

    @shop.get("/")
    async def items() -> str:
        return "All items"

    app.register_blueprint(shop)
    return app


def make_busy_blueprint() -> t.Any:
    """Such functions of the application and of a blueprint, which set ``g`` and headers."""
    app = quart.Quart("benchmark")
    shop = quart.Blueprint("shop", "benchmark", url_prefix="/shop")

    for place in (app, shop):
        name = place.name

        @place.before_request
        async def before(name: str = name) -> None:
            setattr(g, name, "a guest")

        @place.after_request
        async def after(response: t.Any, name: str = name) -> t.Any:
            response.headers[f"X-{name}"] = "after"
            return response

        @place.teardown_request
        async def teardown(error: BaseException | None) -> None:
            pass

    @shop.get("/<int:number>")
    async def item(number: int) -> str:
        return f"Item {number} for {g.shop}"

    app.register_blueprint(shop)
    return app


def make_routes(number: int) -> t.Any:
    """As many rules, each with a typed parameter, that share one view."""
    app = quart.Quart("benchmark")

    async def view(value: int) -> str:
        return str(value)

    for part in range(number):
        app.add_url_rule(f"/part{part}/<int:value>", f"part{part}", view)
    return app
