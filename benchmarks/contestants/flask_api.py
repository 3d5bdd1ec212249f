"""Flask, Kernos, and Kernos under Flask's name: the same functions for all three."""

from __future__ import annotations

import typing as t
from functools import partial
from pathlib import Path

TEMPLATES = str(Path(__file__).parents[1] / "templates")
SECRET_KEY = "0123456789abcdef" * 4


def factories(name: str) -> dict[str, t.Callable[..., t.Any]]:
    """Return what makes the applications, on the framework of that name."""
    make, api = frameworks()[name]()
    table = {
        "plain": make_plain,
        "session": make_session,
        "template string": make_templates,
        "template file": make_templates,
        "blueprint": make_blueprint,
        "busy blueprint": make_busy_blueprint,
        "routes": make_routes,
    }
    orjson = {"components": {"json": "orjson"}} if name != "flask" else {}
    return {
        **{key: partial(build, make, api) for key, build in table.items()},
        # Flask's own provider stands beside orjson, since it brings no other.
        "orjson": partial(make_plain, partial(make, **orjson), api),
    }


def frameworks() -> dict[str, t.Callable[[], tuple[t.Any, t.Any]]]:
    """Return each framework's class of applications and its names, loaded when called."""
    return {"flask": _flask, "kernos": _kernos, "kernos_flask": _kernos_flask}


def _flask() -> tuple[t.Any, t.Any]:
    import flask

    if "kernos" in str(flask.__file__):
        raise SystemExit("`import flask` is answered by Kernos: nothing to compare with")
    return flask.Flask, flask


def _kernos() -> tuple[t.Any, t.Any]:
    import kernos

    return kernos.Kernos, kernos


def _kernos_flask() -> tuple[t.Any, t.Any]:
    import kernos
    import kernos_flask

    return kernos_flask.Flask, kernos


def make_plain(make: t.Any, api: t.Any) -> t.Any:
    """Text, JSON, what a request carries, and no secret key: nothing that opens a session."""
    app = make("benchmark")
    request = api.request

    @app.get("/")
    def hello() -> str:
        return "Hello, World!"

    @app.get("/json")
    def as_json() -> dict[str, str]:
        return {"message": "Hello, World!"}

    @app.get("/user/<int:number>")
    def user(number: int) -> str:
        return f"User {number}"

    @app.get("/search")
    def search() -> str:
        return request.args["q"]

    @app.post("/form")
    def form() -> str:
        return request.form["name"]

    @app.post("/order")
    def order() -> str:
        return request.get_json()["name"]

    return app


def make_session(make: t.Any, api: t.Any) -> t.Any:
    """A counter of visits in the session."""
    app = make("benchmark")
    app.secret_key = SECRET_KEY
    session = api.session

    @app.get("/visits")
    def visits() -> str:
        return f"{session.get('visits', 0)} visits"

    @app.get("/visit")
    def visit() -> str:
        session["visits"] = session.get("visits", 0) + 1
        return f"{session['visits']} visits"

    return app


def make_templates(make: t.Any, api: t.Any) -> t.Any:
    """The same template, from a string and from a file."""
    app = make("benchmark", template_folder=TEMPLATES)

    @app.get("/string")
    def string() -> str:
        return api.render_template_string("<p>Hello, {{ name }}!</p>", name="ring")

    @app.get("/file")
    def file() -> str:
        return api.render_template("hello.html", name="ring")

    return app


def make_blueprint(make: t.Any, api: t.Any) -> t.Any:
    """A function before, one after and one at teardown, of a blueprint; they do nothing."""
    app = make("benchmark")
    shop = api.Blueprint("shop", "benchmark", url_prefix="/shop")

    @shop.before_request
    def before() -> None:
        pass

    @shop.after_request
    def after(response: t.Any) -> t.Any:
        return response

    @shop.teardown_request
    def teardown(error: BaseException | None) -> None:
        pass

    @shop.get("/")
    def items() -> str:
        return "All items"

    app.register_blueprint(shop)
    return app


def make_busy_blueprint(make: t.Any, api: t.Any) -> t.Any:
    """Such functions of the application and of a blueprint, which set ``g`` and headers."""
    app = make("benchmark")
    shop = api.Blueprint("shop", "benchmark", url_prefix="/shop")
    g = api.g

    for place in (app, shop):
        name = place.name

        @place.before_request
        def before(name: str = name) -> None:
            setattr(g, name, "a guest")

        @place.after_request
        def after(response: t.Any, name: str = name) -> t.Any:
            response.headers[f"X-{name}"] = "after"
            return response

        @place.teardown_request
        def teardown(error: BaseException | None) -> None:
            pass

    @shop.get("/<int:number>")
    def item(number: int) -> str:
        return f"Item {number} for {g.shop}"

    app.register_blueprint(shop)
    return app


def make_routes(make: t.Any, api: t.Any, number: int) -> t.Any:
    """As many rules, each with a typed parameter, that share one view."""
    app = make("benchmark")

    def view(value: int) -> str:
        return str(value)

    for part in range(number):
        app.add_url_rule(f"/part{part}/<int:value>", f"part{part}", view)
    return app
