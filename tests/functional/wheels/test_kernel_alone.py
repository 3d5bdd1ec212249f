"""The kernel's wheel in an environment of its own: what it loads, serves and refuses."""

from __future__ import annotations

import pytest
from fresh_environment import Environment

STRANGERS = ("jinja2", "itsdangerous", "click", "rich")

#: What is asked of an empty slot, and the distribution that the error must name.
NEEDS = {
    "json": ("kernos-json", "with app.app_context(): kernos.jsonify(1)"),
    "sessions": ("kernos-sessions", "with app.test_request_context(): kernos.session['a'] = 1"),
    "templating": (
        "kernos-templating",
        "with app.test_request_context(): kernos.render_template('a.html')",
    ),
    "cli": ("kernos-cli", "app.cli"),
}


@pytest.fixture(scope="module")
def kernel(environment: Environment) -> Environment:
    environment.install("kernos")
    return environment


def test_no_plugin_is_here(kernel: Environment) -> None:
    names = kernel.ask("""
        from importlib.metadata import distributions
        print(*(one.name.lower() for one in distributions()))
        """)
    assert [name for name in names.split() if name.startswith("kernos")] == ["kernos"]


def test_importing_it_loads_no_strangers_library(kernel: Environment) -> None:
    loaded = kernel.ask("import kernos, sys; print(*sys.modules)").split()
    assert "kernos" in loaded
    assert not {name.split(".")[0] for name in loaded} & {*STRANGERS, "importlib_metadata"}


@pytest.mark.parametrize("name", STRANGERS)
def test_a_strangers_library_is_not_here_at_all(kernel: Environment, name: str) -> None:
    assert "ModuleNotFoundError" in kernel.run("-c", f"import {name}").errors


def test_every_public_name_resolves(kernel: Environment) -> None:
    printed = kernel.ask("from kernos import *; print(Kernos.__name__, url_for.__name__)")
    assert printed == "Kernos url_for"


def test_a_route_without_a_router_names_the_distribution(kernel: Environment) -> None:
    ran = kernel.run("-c", "import kernos; kernos.Kernos('shop').get('/')(print)")
    assert ran.status != 0
    assert "MissingComponent" in ran.errors
    assert "pip install kernos-routing" in ran.errors


@pytest.mark.parametrize("slot", NEEDS)
def test_an_empty_slot_is_an_error_only_when_used(kernel: Environment, slot: str) -> None:
    distribution, use = NEEDS[slot]
    printed = kernel.ask(f"""
        import kernos
        from kernos.errors import MissingComponent
        from kernos.testing.doubles import doubles

        app = kernos.Kernos("shop", components=doubles({slot}=None))
        app.freeze()
        try:
            {use}
        except MissingComponent as error:
            print(error.fix)
        """)
    assert f"pip install {distribution}" in printed


def test_a_request_that_needs_an_empty_slot_raises_at_the_server(kernel: Environment) -> None:
    printed = kernel.ask("""
        import kernos
        from kernos.testing.doubles import doubles
        from werkzeug.test import Client

        app = kernos.Kernos("shop", components=doubles(json=None))

        @app.get("/")
        def index():
            return {"needs": "json"}

        @app.get("/plain")
        def plain():
            return "needs nothing"

        client = Client(app)
        print(client.get("/plain").text)
        try:
            client.get("/")
        except kernos.errors.MissingComponent as error:
            print(error)
        """)
    assert printed.startswith("needs nothing\n")
    assert "pip install kernos-json" in printed


def test_it_serves_requests_through_components_given_by_hand(kernel: Environment) -> None:
    printed = kernel.ask("""
        import sys

        from kernos import Kernos
        from kernos import jsonify
        from kernos import render_template_string
        from kernos import session
        from kernos.testing.doubles import doubles

        app = Kernos("shop", components=doubles())

        @app.get("/hello/<name>")
        def hello(name):
            session["visits"] = session.get("visits", 0) + 1
            return f"hello {name}, visit {session['visits']}"

        @app.get("/numbers")
        def numbers():
            return jsonify([1, 2])

        @app.get("/page")
        def page():
            return render_template_string("a page")

        client = app.test_client()
        for path in ("/hello/Ada", "/hello/Ada", "/numbers", "/page", "/nothing"):
            answer = client.get(path)
            print(answer.status_code, answer.text.strip().splitlines()[0])
        print({"jinja2", "itsdangerous", "click", "rich"} & set(sys.modules))
        """)
    assert printed.splitlines() == [
        "200 hello Ada, visit 1",
        "200 hello Ada, visit 2",
        "200 [1, 2]",
        "200 a page",
        "404 <!doctype html>",
        "set()",
    ]
