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


def test_only_the_kernel_and_what_it_declares_are_here(kernel: Environment) -> None:
    names = kernel.ask("""
        from importlib.metadata import distributions
        print(*sorted(one.name.lower() for one in distributions()))
        """)
    assert names.split() == [
        *("blinker", "importlib_metadata", "kernos", "markupsafe", "packaging", "pluggy"),
        *("werkzeug", "zipp"),
    ]


def test_importing_it_loads_no_strangers_library(kernel: Environment) -> None:
    loaded = kernel.ask("import kernos, sys; print(*sys.modules)").split()
    assert "kernos" in loaded
    assert not {name.split(".")[0] for name in loaded} & {*STRANGERS, "importlib_metadata"}


@pytest.mark.parametrize("name", STRANGERS)
def test_a_strangers_library_is_not_here_at_all(kernel: Environment, name: str) -> None:
    assert "ModuleNotFoundError" in kernel.run("-c", f"import {name}").errors


def test_every_public_name_resolves(kernel: Environment) -> None:
    assert kernel.ask("from kernos import *; print(Kernos.__name__, request)").startswith("Kernos")


def test_an_empty_routing_slot_is_named_in_the_constructor(kernel: Environment) -> None:
    ran = kernel.run("-c", "import kernos; kernos.Kernos('shop')")
    assert ran.status != 0
    assert "MissingComponent" in ran.errors
    assert "pip install kernos-routing" in ran.errors


def test_it_serves_a_request_through_components_given_by_hand(kernel: Environment) -> None:
    printed = kernel.ask(SERVE)
    assert printed.splitlines() == [
        "200 OK",
        "hello Ada, visit 2",
        "200 OK",
        "[1, 2]",
        "404 NOT FOUND",
    ]


SERVE = """
    from kernos import Kernos, session, jsonify
    from kernos.testing import doubles
"""
