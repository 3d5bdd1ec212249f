"""The wheels of kernos[standard] and kernos-flask in an environment of their own."""

from __future__ import annotations

import json
import typing as t

import pytest
from fresh_environment import Environment, build_wheel, write_distribution
from questioned_shop import visit, write_shop

if t.TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def standard(environment: Environment) -> Environment:
    environment.install("kernos[standard]", "kernos-flask")
    return environment


PAGE = """
    from kernos import Kernos, render_template_string, session

    app = Kernos("shop")
    {key}

    @app.get("/")
    def index():
        session["visits"] = session.get("visits", 0) + 1
        return render_template_string("{{{{ visits }}}} {{{{ '<' }}}}", visits=session["visits"])

    client = app.test_client()
    print(client.get("/").text, client.get("/").text)
    """


def test_a_page_with_template_and_session_needs_a_secret_key_and_nothing_else(
    standard: Environment,
) -> None:
    program = PAGE.format(key="app.secret_key = 'long enough to be a secret key of a test'")
    assert standard.ask(program) == "1 &lt; 2 &lt;"


def test_without_a_secret_key_a_session_write_raises_with_the_line_that_cures_it(
    standard: Environment,
) -> None:
    program = PAGE.format(key="app.config['PROPAGATE_EXCEPTIONS'] = True")
    printed = standard.ask(f"""
import textwrap
try:
    exec(textwrap.dedent({program!r}))
except RuntimeError as error:
    print(error)
""")
    assert "session" in printed
    assert "secret key" in printed
    assert "app.secret_key = " in printed


def test_what_is_not_used_is_not_imported(standard: Environment) -> None:
    loaded = standard.ask("""
        import sys
        from kernos import Kernos

        app = Kernos("shop")

        @app.get("/")
        def index():
            return "plain"

        app.test_client().get("/")
        print(*sys.modules)
        """)
    unused = {"jinja2", "click", "rich", "importlib_metadata", "kernos_templating", "kernos_cli"}
    assert not unused & {name.split(".")[0] for name in loaded.split()}


def test_flask_is_answered_after_install_and_only_then(standard: Environment) -> None:
    assert "ModuleNotFoundError" in standard.run("-c", "import flask").errors
    printed = standard.ask("""
        import kernos_flask
        kernos_flask.install()
        import flask
        from flask.json.provider import DefaultJSONProvider

        app = flask.Flask("shop")

        @app.route("/<int:number>")
        def view(number):
            return flask.jsonify(number=number, root=flask.request.path)

        print(app.test_client().get("/5").json, isinstance(app.json, DefaultJSONProvider))
        """)
    assert printed == "{'number': 5, 'root': '/5'} True"


def test_the_command_lists_plugins_without_an_application(
    standard: Environment, tmp_path: Path
) -> None:
    kernos = standard.folder / "bin" / "kernos"
    ran = standard.run(kernos, "plugins", "list", "--json", cwd=tmp_path)
    assert ran.status == 0, ran.errors
    listed = {(row["slot"], row["name"]) for row in json.loads(ran.output)}
    assert listed >= {
        ("json", "stdlib"),
        ("sessions", "cookie"),
        ("routing", "werkzeug"),
        ("templating", "jinja2"),
        ("cli", "click"),
    }


def test_the_command_shows_the_routes_of_an_application(
    standard: Environment, tmp_path: Path
) -> None:
    shop = write_shop(tmp_path)
    ran = standard.run(*(standard.folder / "bin" / "kernos", "--app", "shop", "routes"), cwd=shop)
    assert ran.status == 0, ran.errors
    assert "/item/<int:number>" in ran.output


def test_a_broken_plugin_is_named_whole_and_the_command_still_works(
    standard: Environment, tmp_path: Path
) -> None:
    shop = write_shop(tmp_path / "shop")
    broken = write_distribution(
        tmp_path,
        "acme-broken",
        {"acme_broken/__init__.py": "raise ValueError('out of clay')"},
        {"kernos.plugins": {"potter": "acme_broken"}},
    )
    standard.install(build_wheel(broken, tmp_path), deps=False)
    try:
        started = standard.run("visit.py", cwd=shop, PYTHONPATH=str(shop))
        listed = standard.run(
            *(standard.folder / "bin" / "kernos", "plugins", "list", "--json"), cwd=tmp_path
        )
        without = visit(standard, shop, KERNOS_DISABLE="potter")
    finally:
        standard.uninstall("acme-broken")
    assert started.status != 0
    for part in ("PluginError", "potter", "acme-broken", "2.5.0", "out of clay"):
        assert part in started.errors
    assert listed.status == 0
    (row,) = [row for row in json.loads(listed.output) if row["name"] == "potter"]
    assert row["distribution"] == "acme-broken"
    assert row["state"] in {"failed", "quarantined"}
    assert without["page"][0] == 200
