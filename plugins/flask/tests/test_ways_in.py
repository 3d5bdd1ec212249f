"""Every way to run a program that was written for Flask."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., str]

APP = """\
import sys
from flask import Flask, current_app

def create_app(name="made"):
    app = Flask(__name__)
    app.config["NAME"] = name

    @app.get("/")
    def index():
        return current_app.config["NAME"]

    return app

app = create_app("plain")

if __name__ == "__main__":
    print(app.test_client().get("/").text, sys.argv[1:], sys.path[0].endswith("sub"))
    print(type(app).__mro__[2].__name__)
"""


@pytest.fixture(autouse=True)
def program(tmp_path: Path) -> Path:
    """A small application, in the working directory and in a folder below."""
    (tmp_path / "myapp.py").write_text(APP)
    folder = tmp_path / "sub"
    folder.mkdir()
    (folder / "script.py").write_text(APP)
    return tmp_path


def test_a_script_runs_with_its_arguments_and_its_folder(run: Run) -> None:
    printed = run("-m", "kernos_flask", "sub/script.py", "--x", "1")
    assert printed.splitlines() == ["plain ['--x', '1'] True", "Kernos"]


def test_a_module_runs_as_python_would_run_it(run: Run) -> None:
    printed = run("-m", "kernos_flask", "-m", "myapp", "y")
    assert printed.startswith("plain ['y'] False\n")


def test_pytest_runs_as_a_module(run: Run, program: Path) -> None:
    (program / "test_it.py").write_text(
        "from flask import Flask\n"
        "def test_it():\n"
        "    assert Flask.__mro__[2].__module__.startswith('kernos.')\n"
    )
    assert "1 passed" in run("-m", "kernos_flask", "-m", "pytest", "-q", "test_it.py")


def test_the_exit_status_is_the_programs_own(run: Run, program: Path) -> None:
    (program / "leaves.py").write_text("import flask, sys; sys.exit(3)\n")
    run("-m", "kernos_flask", "leaves.py", status=3)
    run("-m", "kernos_flask", "-m", "leaves", status=3)


def test_without_a_program_it_tells_how_to_name_one(run: Run) -> None:
    for arguments in ([], ["-m"]):
        assert "-m" in run("-m", "kernos_flask", *arguments, status=2)
    assert "python -m kernos_flask" in run("-m", "kernos_flask", "--help")


def test_the_api_is_chosen_on_the_command_line(run: Run, program: Path) -> None:
    (program / "old.py").write_text("from flask import escape; print(escape('<'))\n")
    assert run("-m", "kernos_flask", "--api", "2.2", "old.py") == "&lt;\n"
    assert "'9' is not one of" in run("-m", "kernos_flask", "--api", "9", "old.py", status=2)


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("myapp", "plain"),
        ("myapp:app", "plain"),
        ("myapp.py", "plain"),
        ("myapp:create_app()", "made"),
        ("myapp:create_app(name='given')", "given"),
    ],
)
def test_a_server_loads_an_application_by_its_name(run: Run, target: str, name: str) -> None:
    code = (
        f"from kernos_flask.wsgi import load\nprint(load({target!r}).test_client().get('/').text)"
    )
    assert run("-c", code) == f"{name}\n"


def test_a_server_finds_the_application_as_the_command_line_does(run: Run) -> None:
    code = "from kernos_flask.wsgi import load; print(load().test_client().get('/').text)"
    assert run("-c", code, FLASK_APP="myapp:create_app('environ')") == "environ\n"
    assert "Could not locate" in run("-c", code, status=1)


def test_the_pytest_plugin_comes_before_what_imports_flask(run: Run, program: Path) -> None:
    (program / "conftest.py").write_text("import flask\n")
    (program / "test_it.py").write_text(
        "import flask, kernos\ndef test_it():\n    assert issubclass(flask.Flask, kernos.Kernos)\n"
    )
    printed = run("-m", "pytest", "-p", "kernos_flask.pytest_plugin", "test_it.py")
    assert "1 passed" in printed
    assert "flask: 3.1.3, answered by kernos" in printed


def test_python_dash_m_flask_is_the_command_line(run: Run) -> None:
    code = (
        "import kernos_flask, runpy, sys; kernos_flask.install()\n"
        "sys.argv = ['flask', '--app', 'myapp', 'routes']\n"
        "runpy.run_module('flask', run_name='__main__', alter_sys=True)"
    )
    assert "index" in run("-c", code)
    printed = run("-m", "kernos_flask", "-m", "flask", "--app", "myapp", "routes")
    assert "index" in printed


def test_a_pth_file_covers_every_process(run: Run, tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "zzz.pth").write_text("import kernos_flask; kernos_flask.install()\n")
    code = (
        f"import site; site.addsitedir({str(site)!r})\n"
        "import flask, kernos; print(issubclass(flask.Flask, kernos.Kernos))"
    )
    assert run("-c", code) == "True\n"
