"""The component, the runner for tests, the executable."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import types
import typing as t
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import kernos_cli
from kernos import Kernos
from kernos.contracts import CommandLine
from kernos.errors import KernosError, MissingComponent
from kernos_cli import AppGroup, ClickCommandLine, KernosCliRunner, ScriptInfo, cli, main
from kernos_cli.dialect import FLASK, KERNOS
from kernos_cli.servers import WorkerLoader


def test_the_component_meets_its_contract(app: Kernos) -> None:
    component = ClickCommandLine()

    assert isinstance(component, CommandLine)
    assert isinstance(component.group("name"), AppGroup)
    assert component.group(None).name is None
    assert isinstance(component.runner(app), KernosCliRunner)


def test_main_runs_commands_of_the_application(
    app: Kernos, capsys: pytest.CaptureFixture[str]
) -> None:
    @app.cli.command()
    def hello() -> None:
        click.echo("hello there")

    with pytest.raises(SystemExit) as caught:
        ClickCommandLine().main(app, ["hello"])

    assert caught.value.code == 0
    assert capsys.readouterr().out == "hello there\n"


def test_main_works_without_an_application(capsys: pytest.CaptureFixture[str]) -> None:
    for run in (lambda args: ClickCommandLine().main(None, args), main):
        with pytest.raises(SystemExit) as caught:
            run(["--version"])
        assert caught.value.code == 0
    assert capsys.readouterr().out.count("Kernos") == 2


def test_app_run_is_served_with_dotenv_and_banner(
    app: Kernos,
    apps: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(apps / "dotenv")
    component = ClickCommandLine()

    assert component.load_dotenv(app) is True
    os.environ["KERNOS_SKIP_DOTENV"] = "1"
    assert component.load_dotenv(app) is False
    component.show_server_banner(app)

    assert capsys.readouterr().out == " * Serving Kernos app 'tested'\n * Debug mode: off\n"


def test_the_runner_takes_a_name_or_a_command(app: Kernos) -> None:
    @app.cli.command("hello")
    def hello() -> None:
        click.echo("hello there")

    runner = app.test_cli_runner()

    assert isinstance(runner, KernosCliRunner)
    assert runner.invoke(args=["hello"]).output == "hello there\n"
    assert runner.invoke(args="hello").output == "hello there\n"
    assert runner.invoke(hello).output == "hello there\n"


def test_the_runner_takes_another_script_info(app: Kernos) -> None:
    called = []

    def create_app() -> Kernos:
        called.append(1)
        return app

    @app.cli.command("hello")
    def hello() -> None:
        pass

    app.test_cli_runner().invoke(hello, obj=ScriptInfo(create_app=create_app))

    assert called == [1]


def test_the_runner_takes_clicks_arguments(app: Kernos) -> None:
    @app.cli.command("tell")
    def tell() -> None:
        import os

        click.echo(os.environ["TOLD"])

    runner = app.test_cli_runner(env={"TOLD": "so"})

    assert runner.invoke(args=["tell"]).output == "so\n"


@pytest.fixture
def facade(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Stand in for kernos_flask; what is installed is written down."""
    calls: list[str] = []
    module = types.ModuleType("kernos_flask")
    vars(module)["install"] = lambda: calls.append("install")
    monkeypatch.setitem(sys.modules, "kernos_flask", module)
    return calls


@pytest.mark.parametrize(
    "args",
    [["--flask", "--app", "shop.app", "routes"], ["--app", "shop.app", "--flask", "routes"]],
)
def test_flask_is_installed_before_the_application_is_imported(
    apps: Path, facade: list[str], runner: CliRunner, args: list[str]
) -> None:
    result = runner.invoke(cli, args, env={"KERNOS_APP": "nothing"}, catch_exceptions=False)

    assert result.exit_code == 0
    assert facade == ["install"]


def test_flask_reads_flasks_settings(
    apps: Path, facade: list[str], runner: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    (apps / ".flaskenv").write_text("FLASK_APP=shop.app\nFLASK_ROUTES_SORT=wrong\n")
    monkeypatch.chdir(apps)

    result = runner.invoke(cli, ["--flask", "routes"])

    assert result.exit_code == 2
    assert "'wrong' is not one of" in result.stderr


def test_flask_may_be_asked_for_by_the_environment(
    apps: Path, facade: list[str], runner: CliRunner
) -> None:
    result = runner.invoke(cli, ["routes"], env={"KERNOS_FLASK": "1", "FLASK_APP": "shop.app"})

    assert result.exit_code == 0
    assert facade == ["install"]


def test_without_the_flag_flask_is_not_touched(
    apps: Path, facade: list[str], runner: CliRunner
) -> None:
    assert runner.invoke(cli, ["--app", "shop.app", "routes"]).exit_code == 0
    assert facade == []


def test_a_worker_in_a_process_of_its_own_gets_application_and_names(
    apps: Path, facade: list[str]
) -> None:
    for dialect, installed in ((KERNOS, []), (FLASK, ["install"])):
        info = ScriptInfo("shop.factory:create_app2('a', 'b')", dialect=dialect)

        loader = pickle.loads(pickle.dumps(WorkerLoader(info)))

        assert loader("what the server was told").name == "made_a_b"
        assert facade == installed


def test_flask_tells_in_few_words_why_it_cannot_be_installed(
    facade: list[str], runner: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def install() -> t.NoReturn:
        raise KernosError("The real Flask is loaded.", fix="do it earlier")

    monkeypatch.setattr("kernos_flask.install", install)

    result = runner.invoke(cli, ["--flask", "routes"])

    assert result.exit_code == 1
    assert result.stderr == "Error: The real Flask is loaded.\n  fix: do it earlier\n"


def test_flask_names_the_distribution_when_it_is_missing(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "meta_path", [Hidden("kernos_flask"), *sys.meta_path])
    monkeypatch.delitem(sys.modules, "kernos_flask", raising=False)

    result = runner.invoke(cli, ["--flask", "routes"])

    assert result.exit_code == 2
    assert "pip install kernos-flask" in result.stderr


class Hidden:
    """A finder that says that one module is not there."""

    def __init__(self, name: str) -> None:
        self.name = name

    def find_spec(self, name: str, *args: object) -> None:
        if name == self.name:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def test_what_is_wrong_with_the_installation_is_told_without_a_traceback(
    runner: CliRunner,
) -> None:
    def create_app() -> t.NoReturn:
        raise MissingComponent("Nothing offers json.", fix="pip install kernos-json")

    result = runner.invoke(cli, ["routes"], obj=ScriptInfo(create_app=create_app))

    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "Error: Nothing offers json.",
        "  fix: pip install kernos-json",
    ]


def test_in_debug_mode_the_traceback_is_shown_as_well(runner: CliRunner) -> None:
    def create_app() -> t.NoReturn:
        raise MissingComponent("Nothing offers json.")

    result = runner.invoke(cli, ["--debug", "routes"], obj=ScriptInfo(create_app=create_app))

    assert result.exit_code == 1
    assert "Traceback" in result.stderr


def test_help_shows_such_an_error_without_a_traceback(runner: CliRunner) -> None:
    def create_app() -> t.NoReturn:
        raise MissingComponent("Nothing offers json.")

    result = runner.invoke(cli, ["--help"], obj=ScriptInfo(create_app=create_app))

    assert result.exit_code == 0
    assert "Error: Nothing offers json." in result.stderr
    assert "Traceback" not in result.stderr


def test_the_package_can_be_run() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kernos_cli", "--version"],
        check=True,
        capture_output=True,
        text=True,
    )

    assert "Kernos" in done.stdout


def test_the_package_lists_what_it_hands_on_late() -> None:
    assert set(kernos_cli.__all__) <= set(dir(kernos_cli))
    for name in kernos_cli.__all__:
        assert getattr(kernos_cli, name) is not None
    with pytest.raises(AttributeError, match="nothing_like_it"):
        kernos_cli.nothing_like_it


def test_nothing_slow_is_imported_before_it_is_needed() -> None:
    program = (
        "import kernos_cli.executable, sys;"
        "slow = {'rich', 'dotenv', 'gunicorn', 'granian', 'flask'};"
        "print(sorted(slow & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )

    assert done.stdout == "[]\n"
