"""The ways in that the how-to names, in processes and on a server of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

APP = """\
from flask import Flask
app = Flask(__name__)
@app.get("/")
def index():
    return f"by {Flask.mro()[2].__module__}"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "myapp.py").write_text(APP)
    return tmp_path


def run(folder: Path, *command: str) -> str:
    strip = ("FLASK_", "PYTHON", "COV_", "KERNOS_")
    environ = {key: value for key, value in os.environ.items() if not key.startswith(strip)}
    environ |= {"KERNOS_COMPONENTS": "default", "KERNOS_PLUGINS": "none"}
    done = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_first_line_of_a_program_is_enough(folder: Path) -> None:
    (folder / "program.py").write_text(
        "import kernos_flask; kernos_flask.install()\n"
        "from myapp import app\n"
        "print(app.test_client().get('/').text)\n"
    )
    assert run(folder, "program.py") == "by kernos.app\n"


def test_kernos_flask_runs_flasks_commands_on_the_application(folder: Path) -> None:
    assert "index" in run(folder, "-m", "kernos_cli", "--flask", "--app", "myapp", "routes")


def test_a_wsgi_server_loads_the_application(folder: Path) -> None:
    check = (
        "from wsgiref.util import setup_testing_defaults\n"
        "from gunicorn.util import import_app\n"
        "app = import_app('kernos_flask.wsgi:load(\"myapp:app\")')\n"
        "environ = {}; setup_testing_defaults(environ)\n"
        "print(b''.join(app(environ, lambda *started: None)).decode())\n"
    )
    assert run(folder, "-c", check).endswith("by kernos.app\n")
