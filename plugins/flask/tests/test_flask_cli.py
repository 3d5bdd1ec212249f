"""``flask.cli``: Flask's command line for Flask's users."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., str]

FLASK = ("-m", "kernos_flask", "-m", "flask")


@pytest.fixture(autouse=True)
def program(tmp_path: Path) -> Path:
    """An application with a command, in the working directory."""
    (tmp_path / "myapp.py").write_text(
        "import click\n"
        "from flask import Flask, current_app\n"
        "def create_app(name='made'):\n"
        "    app = Flask(name)\n"
        "    @app.cli.command()\n"
        "    @click.option('--word', default='none')\n"
        "    def tell(word):\n"
        "        click.echo(f'{current_app.name} {current_app.debug} {word}')\n"
        "    return app\n"
    )
    return tmp_path


def make_distribution(folder: Path, name: str, entry: str) -> None:
    """Write the metadata of a distribution that offers one command."""
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[flask.commands]\n{entry}\n")


def test_the_application_is_named_by_option_or_variable(run: Run) -> None:
    assert run(*FLASK, "--app", "myapp", "tell") == "made False none\n"
    assert run(*FLASK, "tell", FLASK_APP="myapp:create_app('x')") == "x False none\n"


def test_kernos_variables_say_nothing_to_flasks_command_line(run: Run) -> None:
    printed = run(*FLASK, "tell", status=2, KERNOS_APP="myapp")
    assert "'FLASK_APP'" in printed


def test_debug_mode_comes_from_option_or_variable(run: Run) -> None:
    assert run(*FLASK, "--app", "myapp", "--debug", "tell") == "made True none\n"
    assert run(*FLASK, "--app", "myapp", "tell", FLASK_DEBUG="1") == "made True none\n"


def test_each_option_is_also_read_from_a_variable(run: Run) -> None:
    printed = run(*FLASK, "--app", "myapp", "tell", FLASK_TELL_WORD="word")
    assert printed == "made False word\n"


def test_flaskenv_is_read(run: Run, program: Path) -> None:
    pytest.importorskip("dotenv")
    (program / ".flaskenv").write_text("FLASK_APP=myapp\nFLASK_TELL_WORD=public\n")
    (program / ".env").write_text("FLASK_TELL_WORD=private\n")
    assert run(*FLASK, "tell") == "made False private\n"
    assert "FLASK_APP" in run(*FLASK, "tell", status=2, FLASK_SKIP_DOTENV="1")


def test_installed_commands_are_found(run: Run, program: Path) -> None:
    (program / "extension.py").write_text(
        "import click\n@click.command()\ndef hello(): click.echo('hello')\n"
    )
    make_distribution(program, "extension", "hello = extension:hello")
    assert run(*FLASK, "hello") == "hello\n"


def test_a_broken_command_is_reported_and_the_others_run(run: Run, program: Path) -> None:
    (program / "extension.py").write_text("raise RuntimeError('out of order')\n")
    make_distribution(program, "broken", "broken = extension:hello")
    code = (
        "import sys; sys.stderr = sys.stdout\n"
        "import kernos_flask; kernos_flask.install()\n"
        "from flask.cli import cli\n"
        "cli.main(['--app', 'myapp', 'routes'], standalone_mode=False)\n"
        "cli.main(['--app', 'myapp', '--help'])\n"
    )
    printed = run("-c", code)
    assert "static" in printed
    assert "'broken' (broken 1.0)" in printed
    assert "RuntimeError: out of order" in printed
    assert "  tell" in printed


def test_the_version_is_flasks(run: Run) -> None:
    assert "Flask 3.1.3\n" in run(*FLASK, "--version")


def test_help_names_flask_and_lists_flasks_commands(run: Run) -> None:
    printed = run(*FLASK, "--app", "myapp", "--help")
    assert "Flask" in printed
    commands = printed.partition("Commands:")[2].split("\n")
    assert [line.split()[0] for line in commands if line.strip()] == [
        "routes",
        "run",
        "shell",
        "tell",
    ]


def test_a_group_of_ones_own_serves_one_application(run: Run, program: Path) -> None:
    (program / "manage.py").write_text(
        "import click\n"
        "from flask.cli import FlaskGroup, pass_script_info, with_appcontext\n"
        "from flask import current_app\n"
        "from myapp import create_app\n"
        "@click.group(cls=FlaskGroup, create_app=create_app)\n"
        "def cli(): ...\n"
        "@cli.command()\n"
        "@pass_script_info\n"
        "def info(info): click.echo(info.load_app().name)\n"
        "@cli.command(with_appcontext=False)\n"
        "def bare(): click.echo(bool(current_app))\n"
        "cli()\n"
    )
    start = ("-m", "kernos_flask", "manage.py")
    assert run(*start, "info") == "made\n"
    assert run(*start, "bare") == "False\n"
    assert run(*start, "tell") == "made False none\n"


def test_a_test_runner_gives_commands_their_application(run: Run) -> None:
    code = (
        "import kernos_flask; kernos_flask.install()\n"
        "import click\n"
        "from flask.cli import ScriptInfo\n"
        "from myapp import create_app\n"
        "app = create_app()\n"
        "@app.cli.command(with_appcontext=False)\n"
        "@click.pass_obj\n"
        "def obj(obj): click.echo(f'{isinstance(obj, ScriptInfo)} {obj.load_app() is app}')\n"
        "runner = app.test_cli_runner()\n"
        "print(runner.invoke(args=['tell', '--word', 'x']).output, end='')\n"
        "print(runner.invoke(args='obj').output, end='')\n"
    )
    assert run("-c", code) == "made False x\nTrue True\n"


def test_running_an_application_within_a_command_is_ignored(run: Run, program: Path) -> None:
    (program / "runs.py").write_text("from flask import Flask\napp = Flask(__name__)\napp.run()\n")
    printed = run(*FLASK, "--app", "runs", "routes")
    assert "Ignoring a call to 'app.run()'" in printed
    assert "static" in printed
