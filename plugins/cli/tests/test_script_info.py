"""How commands reach the application."""

from __future__ import annotations

import os
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from kernos import Kernos, current_app
from kernos_cli import AppGroup, NoAppException, ScriptInfo, pass_script_info, with_appcontext
from kernos_cli.dialect import FLASK


def test_an_import_path_is_loaded_once(apps: Path) -> None:
    info = ScriptInfo(app_import_path="shop.app:website")

    app = info.load_app()

    assert app.name == "website"
    assert info.load_app() is app
    assert info._loaded_app is app


def test_the_path_of_a_file_may_stand_for_the_module(apps: Path) -> None:
    file = str(apps / "shop" / "app.py")

    assert ScriptInfo(app_import_path=file).load_app().name == "website"
    assert ScriptInfo(app_import_path=f"{file}:website").load_app().name == "website"


def test_a_factory_goes_before_the_import_path(apps: Path, app: Kernos) -> None:
    info = ScriptInfo(app_import_path="shop.app", create_app=lambda: app)

    assert info.load_app() is app


@pytest.mark.parametrize(("folder", "name"), [("with_wsgi", "of_wsgi"), ("with_app", "of_app")])
def test_wsgi_and_then_app_are_looked_for_in_the_working_folder(
    apps: Path, monkeypatch: pytest.MonkeyPatch, folder: str, name: str
) -> None:
    monkeypatch.chdir(apps / folder)

    assert ScriptInfo().load_app().name == name


def test_without_an_application_the_error_names_the_ways_to_give_one(
    apps: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(apps)

    with pytest.raises(NoAppException) as caught:
        ScriptInfo().load_app()

    for way in ("kernos --app", "KERNOS_APP", "wsgi.py", "app.py"):
        assert way in caught.value.format_message()


def test_the_error_speaks_the_dialect(apps: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(apps)

    with pytest.raises(NoAppException, match="FLASK_APP"):
        ScriptInfo(dialect=FLASK).load_app()


def test_a_factory_that_returns_nothing_is_no_application() -> None:
    with pytest.raises(NoAppException):
        ScriptInfo(create_app=lambda: None).load_app()  # type: ignore[arg-type,return-value]


@pytest.mark.parametrize(
    ("value", "debug"),
    [("1", True), ("true", True), ("0", False), ("No", False), ("false", False), ("", False)],
)
def test_debug_mode_comes_from_the_environment(app: Kernos, value: str, debug: bool) -> None:
    os.environ["KERNOS_DEBUG"] = value
    app.debug = not debug

    assert ScriptInfo(create_app=lambda: app).load_app().debug is debug


def test_debug_mode_may_be_left_alone(app: Kernos) -> None:
    app.debug = True

    assert ScriptInfo(create_app=lambda: app, set_debug_flag=False).load_app().debug is True


@pytest.mark.parametrize(
    ("setting", "asked", "read"),
    [(None, True, True), (None, False, False), ("1", True, False), ("0", False, True)],
)
def test_the_environment_decides_about_dotenv_files(
    setting: str | None, asked: bool, read: bool
) -> None:
    if setting is not None:
        os.environ["KERNOS_SKIP_DOTENV"] = setting

    assert ScriptInfo(load_dotenv_defaults=asked).load_dotenv_defaults is read


def test_a_command_runs_in_the_context_of_the_application(app: Kernos, runner: CliRunner) -> None:
    @click.command()
    @with_appcontext
    def show() -> None:
        """Say it."""
        click.echo(current_app.name)

    result = runner.invoke(show, obj=ScriptInfo(create_app=lambda: app))

    assert (result.exit_code, result.output) == (0, "tested\n")
    assert show.help == "Say it."


def test_the_context_is_left_when_the_command_ends(app: Kernos, runner: CliRunner) -> None:
    left = []

    @app.teardown_appcontext
    def leave(error: BaseException | None) -> None:
        left.append(error)

    @click.command()
    @with_appcontext
    def show() -> None:
        assert left == []

    runner.invoke(show, obj=ScriptInfo(create_app=lambda: app), catch_exceptions=False)

    assert left == [None]
    assert not current_app


def test_an_open_context_is_used(app: Kernos, runner: CliRunner) -> None:
    @click.command()
    @with_appcontext
    def show() -> None:
        click.echo(current_app.name)

    with app.app_context():
        result = runner.invoke(show)

    assert result.output == "tested\n"


def test_groups_give_the_context_to_commands_of_any_depth(app: Kernos, runner: CliRunner) -> None:
    @click.group(cls=AppGroup)
    def cli() -> None:
        pass

    @cli.command()
    def outer() -> None:
        click.echo(current_app.name)

    @cli.group()
    def sub() -> None:
        pass

    @sub.command("inner")
    def inner() -> None:
        click.echo(current_app.name)

    @cli.command
    def bare() -> None:
        click.echo(current_app.name)

    for args in (["outer"], ["sub", "inner"], ["bare"]):
        result = runner.invoke(cli, args, obj=ScriptInfo(create_app=lambda: app))
        assert (result.exit_code, result.output) == (0, "tested\n")


def test_a_command_may_do_without_the_context(app: Kernos, runner: CliRunner) -> None:
    cli = AppGroup("cli")

    @cli.command(with_appcontext=False)
    def outside() -> None:
        click.echo(bool(current_app))

    result = runner.invoke(cli, ["outside"], obj=ScriptInfo(create_app=lambda: app))

    assert result.output == "False\n"


def test_a_command_may_ask_for_the_script_info(runner: CliRunner) -> None:
    @click.command()
    @pass_script_info
    def show(info: ScriptInfo) -> None:
        info.data["seen"] = True
        click.echo(info.app_import_path)

    info = ScriptInfo(app_import_path="shop")

    assert runner.invoke(show, obj=info).output == "shop\n"
    assert info.data == {"seen": True}
