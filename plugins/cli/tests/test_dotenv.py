"""Settings from files."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from kernos import Kernos
from kernos_cli import KernosGroup, cli, load_dotenv
from kernos_cli.dialect import FLASK


@pytest.fixture
def folder(apps: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(apps / "dotenv")
    return apps / "dotenv"


def test_the_private_file_goes_before_the_public_one(folder: Path) -> None:
    os.environ["EGGS"] = "3"

    assert load_dotenv() is True

    read = {key: os.environ[key] for key in ("FOO", "BAR", "SPAM", "EGGS", "HAM")}
    assert read == {"FOO": "env", "BAR": "bar", "SPAM": "1", "EGGS": "3", "HAM": "火腿"}
    assert Path.cwd() == folder


def test_a_given_file_goes_before_both(folder: Path) -> None:
    load_dotenv("extra.env")

    assert (os.environ["FOO"], os.environ["MORE"], os.environ["BAR"]) == ("extra", "more", "bar")


def test_a_given_file_may_come_alone(folder: Path) -> None:
    assert load_dotenv(folder / "extra.env", load_defaults=False) is True

    assert os.environ["FOO"] == "extra"
    assert "BAR" not in os.environ


def test_a_file_that_is_missing_is_no_error(folder: Path) -> None:
    assert load_dotenv("nothing", load_defaults=False) is False


def test_files_are_looked_for_upwards(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder / "deep" / "down")

    load_dotenv()

    assert os.environ["FOO"] == "env"


def test_the_other_dialect_has_its_own_public_file(folder: Path) -> None:
    (folder / ".flaskenv").write_text("FLASKY=1\n")

    load_dotenv(dialect=FLASK)

    assert os.environ["FLASKY"] == "1"
    assert "BAR" not in os.environ


def test_a_name_without_a_value_sets_nothing(folder: Path) -> None:
    (folder / "names.env").write_text("ONLY_A_NAME\n")

    load_dotenv("names.env", load_defaults=False)

    assert "ONLY_A_NAME" not in os.environ


def test_without_python_dotenv_a_tip_is_given(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "dotenv", None)

    assert load_dotenv() is False

    assert "pip install python-dotenv" in capsys.readouterr().err
    assert "FOO" not in os.environ


def test_without_files_there_is_no_tip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "dotenv", None)

    load_dotenv()

    assert capsys.readouterr().err == ""


@pytest.fixture
def group(app: Kernos) -> KernosGroup:
    made = KernosGroup(create_app=lambda: app)

    @made.command()
    def show() -> None:
        click.echo(str(os.environ.get("FOO")))

    return made


def test_a_command_reads_the_files_first(
    folder: Path, group: KernosGroup, runner: CliRunner
) -> None:
    assert runner.invoke(group, ["show"]).output == "env\n"


def test_a_command_takes_one_more_file(
    folder: Path, group: KernosGroup, runner: CliRunner
) -> None:
    assert runner.invoke(group, ["--env-file", "extra.env", "show"]).output == "extra\n"


def test_a_file_that_is_named_must_exist(group: KernosGroup, runner: CliRunner) -> None:
    result = runner.invoke(group, ["-e", "nothing", "show"])

    assert result.exit_code == 2
    assert "does not exist" in result.stderr


def test_naming_a_file_needs_python_dotenv(
    folder: Path, group: KernosGroup, runner: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "dotenv", None)

    result = runner.invoke(group, ["-e", "extra.env", "show"])

    assert result.exit_code == 2
    assert "pip install python-dotenv" in result.stderr


@pytest.mark.parametrize(("variable", "output"), [("1", "None\n"), ("0", "env\n")])
def test_the_environment_turns_the_files_off(
    folder: Path, group: KernosGroup, runner: CliRunner, variable: str, output: str
) -> None:
    result = runner.invoke(group, ["show"], env={"KERNOS_SKIP_DOTENV": variable})

    assert result.output == output


def test_a_group_may_turn_the_files_off(folder: Path, app: Kernos, runner: CliRunner) -> None:
    group = KernosGroup(create_app=lambda: app, load_dotenv=False)

    @group.command()
    def show() -> None:
        click.echo(str(os.environ.get("FOO")))

    assert runner.invoke(group, ["show"]).output == "None\n"


def test_the_files_may_name_the_application(
    apps: Path, runner: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    (apps / ".kernosenv").write_text("KERNOS_APP=shop.app\n")
    monkeypatch.chdir(apps)

    assert runner.invoke(cli, ["routes"]).exit_code == 0
