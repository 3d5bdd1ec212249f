"""The group that finds the application: options, commands, what is told when it fails."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from kernos import Blueprint, Kernos, current_app
from kernos_cli import KernosGroup, ScriptInfo, cli, get_version
from kernos_cli.dialect import FLASK


class FlaskLike(KernosGroup):
    """A group that speaks the other dialect."""

    dialect = FLASK


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder without applications."""
    folder = tmp_path / "nowhere"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_commands_of_the_application_are_found_and_run(app: Kernos, runner: CliRunner) -> None:
    @app.cli.command()
    def hello() -> None:
        click.echo(current_app.name)

    group = KernosGroup(create_app=lambda: app)

    assert runner.invoke(group, ["hello"]).output == "tested\n"
    assert "hello" in runner.invoke(group, ["--help"]).output


def test_callbacks_of_parameters_have_the_application(app: Kernos, runner: CliRunner) -> None:
    @app.cli.command()
    @click.argument("value", callback=lambda ctx, param, value: bool(current_app))
    def check(value: bool) -> tuple[bool, bool]:
        loaded = click.get_current_context().obj.load_app()
        return current_app._get_current_object() is loaded, value

    result = runner.invoke(
        KernosGroup(create_app=lambda: app), ["check", "x"], standalone_mode=False
    )

    assert result.return_value == (True, True)


def test_the_application_of_the_command_line_goes_before_an_open_context(
    app: Kernos, runner: CliRunner
) -> None:
    @app.cli.command()
    def show() -> None:
        click.echo(current_app.name)

    with Kernos("another").app_context():
        result = runner.invoke(KernosGroup(create_app=lambda: app), ["show"])

    assert result.output == "tested\n"


def test_commands_of_the_group_itself_have_the_context(app: Kernos, runner: CliRunner) -> None:
    @click.group(cls=KernosGroup, create_app=lambda: app)
    def group(**params: object) -> None:
        pass

    @group.command()
    def show() -> None:
        click.echo(current_app.name)

    assert runner.invoke(group, ["show"]).output == "tested\n"


def test_the_group_may_hang_in_another_group(app: Kernos, runner: CliRunner) -> None:
    outer = click.Group("outer")
    inner = KernosGroup(name="inner", create_app=lambda: app)
    outer.add_command(inner)

    @inner.command()
    def show() -> None:
        click.echo(current_app.name)

    assert runner.invoke(outer, ["inner", "show"]).output == "tested\n"


@pytest.mark.parametrize("set_debug_flag", [True, False])
def test_the_debug_flag_may_be_left_alone(
    app: Kernos, runner: CliRunner, set_debug_flag: bool
) -> None:
    app.debug = True
    group = KernosGroup(create_app=lambda: app, set_debug_flag=set_debug_flag)

    @group.command()
    def show() -> None:
        click.echo(current_app.debug)

    assert runner.invoke(group, ["show"]).output == f"{not set_debug_flag}\n"


@pytest.mark.parametrize(
    ("args", "variable"),
    [(["--debug"], "1"), (["--no-debug"], "0"), ([], None)],
)
def test_debug_is_told_by_the_environment(
    app: Kernos, runner: CliRunner, args: list[str], variable: str | None
) -> None:
    group = KernosGroup(create_app=lambda: app)

    @group.command(with_appcontext=False)
    def show() -> None:
        click.echo(str(os.environ.get("KERNOS_DEBUG")))

    assert runner.invoke(group, [*args, "show"]).output == f"{variable}\n"


def test_the_other_dialect_writes_its_own_variable(app: Kernos, runner: CliRunner) -> None:
    group = FlaskLike(create_app=lambda: app)

    @group.command()
    def show() -> None:
        click.echo(f"{os.environ.get('FLASK_DEBUG')} {os.environ.get('KERNOS_DEBUG')}")
        click.echo(current_app.debug)

    assert runner.invoke(group, ["--debug", "show"]).output == "1 None\nTrue\n"


@pytest.mark.parametrize("group", [KernosGroup(), FlaskLike()])
def test_the_application_is_named_by_option_or_by_variable(
    apps: Path, runner: CliRunner, group: KernosGroup
) -> None:
    variable = group.dialect.variable("APP")

    by_option = runner.invoke(group, ["--app", "shop.app", "routes"], catch_exceptions=False)
    by_variable = runner.invoke(group, ["routes"], env={variable: "shop.app:website"})
    by_both = runner.invoke(group, ["-A", "shop.app", "routes"], env={variable: "nothing"})

    assert by_option.exit_code == by_variable.exit_code == by_both.exit_code == 0


def test_every_option_has_a_variable(app: Kernos, runner: CliRunner) -> None:
    @app.cli.command()
    @click.option("--name")
    def greet(name: str) -> None:
        click.echo(name)

    for group, prefix in ((KernosGroup, "KERNOS"), (FlaskLike, "FLASK")):
        result = runner.invoke(
            group(create_app=lambda: app), ["greet"], env={f"{prefix}_GREET_NAME": "Ada"}
        )
        assert result.output == "Ada\n"


def test_an_unknown_command_tells_why_no_application_was_asked(
    nowhere: Path, runner: CliRunner
) -> None:
    result = runner.invoke(cli, ["missing"])

    assert result.exit_code == 2
    assert "KERNOS_APP" in result.stderr
    assert "Usage:" in result.stderr
    assert "No such command 'missing'" in result.stderr


def test_help_works_without_an_application(nowhere: Path, runner: CliRunner) -> None:
    for args in (["--help"], []):
        result = runner.invoke(cli, args)
        assert "KERNOS_APP" in result.stderr
        assert "Usage:" in result.output
        assert "routes" in result.output
        assert result.exit_code == (0 if args else 2)


def test_help_works_when_the_application_breaks(runner: CliRunner) -> None:
    def create_app() -> Kernos:
        raise ValueError("oh no")

    result = runner.invoke(KernosGroup(create_app=create_app), ["--help"])

    assert result.exit_code == 0
    assert "ValueError: oh no" in result.stderr
    assert "Traceback" in result.stderr
    assert "Usage:" in result.stdout


def test_bare_help_shows_the_commands_of_the_application_in_the_environment(
    apps: Path, runner: CliRunner
) -> None:
    (apps / "commanding.py").write_text(
        "from kernos import Kernos\napp = Kernos('x')\n@app.cli.command()\ndef dance(): ...\n"
    )

    result = runner.invoke(cli, ["--help"], env={"KERNOS_APP": "commanding"})

    assert "dance" in result.stdout


def test_an_error_while_loading_for_a_command_is_not_hidden(runner: CliRunner) -> None:
    def create_app() -> Kernos:
        raise ValueError("oh no")

    result = runner.invoke(KernosGroup(create_app=create_app), ["unknown"])

    assert isinstance(result.exception, ValueError)


def test_the_group_may_go_without_its_own_commands_and_version(runner: CliRunner) -> None:
    bare = KernosGroup(add_default_commands=False, add_version_option=False)

    assert bare.commands == {}
    assert runner.invoke(bare, ["--version"]).exit_code == 2


def test_options_of_the_user_are_kept(app: Kernos, runner: CliRunner) -> None:
    group = KernosGroup(
        create_app=lambda: app,
        params=[click.Option(["--mine"])],
        context_settings={"auto_envvar_prefix": "MY"},
    )

    @group.command(with_appcontext=False)
    @click.option("--name")
    def show(name: str) -> None:
        click.echo(name)

    result = runner.invoke(group, ["--mine", "x", "show"], env={"MY_SHOW_NAME": "Ada"})

    assert result.output == "Ada\n"


def test_a_given_script_info_is_used(app: Kernos, runner: CliRunner) -> None:
    info = ScriptInfo(create_app=lambda: app)
    group = KernosGroup()

    @group.command()
    def show() -> None:
        click.echo(click.get_current_context().obj is info)

    assert runner.invoke(group, ["show"], obj=info).output == "True\n"


def test_applications_can_tell_that_a_command_runs(app: Kernos, runner: CliRunner) -> None:
    seen = []

    def create_app() -> Kernos:
        seen.append({key for key in os.environ if key.endswith("_RUN_FROM_CLI")})
        return app

    for group in (FlaskLike, KernosGroup):
        runner.invoke(group(create_app=create_app), ["routes"])

    assert seen == [{"FLASK_RUN_FROM_CLI"}, {"KERNOS_RUN_FROM_CLI", "FLASK_RUN_FROM_CLI"}]


def test_version_tells_python_kernos_and_werkzeug(runner: CliRunner) -> None:
    result = runner.invoke(cli, ["--version"])

    assert result.exit_code == 0
    assert result.output.splitlines() == [
        f"Python {platform.python_version()}",
        f"Kernos {importlib.metadata.version('kernos')}",
        f"Werkzeug {importlib.metadata.version('werkzeug')}",
    ]


def test_version_waits_while_a_shell_completes(capsys: pytest.CaptureFixture[str]) -> None:
    with click.Context(cli, resilient_parsing=True) as ctx:
        get_version(ctx, None, True)

    assert capsys.readouterr().out == ""


def test_blueprints_bring_their_commands(app: Kernos) -> None:
    custom = Blueprint("custom", "custom", root_path="/", cli_group="customized")
    nested = Blueprint("nested", "nested", root_path="/")
    merged = Blueprint("merged", "merged", root_path="/", cli_group=None)
    late = Blueprint("late", "late", root_path="/")
    empty = Blueprint("empty", "empty", root_path="/", cli_group="empty")
    for blueprint in (custom, nested, merged, late):

        @blueprint.cli.command("go")
        def go(name: str = blueprint.name) -> None:
            click.echo(name)

    for blueprint in (custom, nested, merged, empty):
        app.register_blueprint(blueprint)
    app.register_blueprint(late, cli_group="later")
    runner = app.test_cli_runner()

    assert runner.invoke(args=["customized", "go"]).output == "custom\n"
    assert runner.invoke(args=["nested", "go"]).output == "nested\n"
    assert runner.invoke(args=["go"]).output == "merged\n"
    assert runner.invoke(args=["later", "go"]).output == "late\n"
    assert runner.invoke(args=["empty", "--help"]).exit_code == 2


def test_the_group_of_an_application_bears_its_name(app: Kernos) -> None:
    assert app.cli.name == app.name == "tested"


class TestCommandsOfEntryPoints:
    """The group ``flask.commands``, which the other dialect loads."""

    @pytest.fixture(autouse=True)
    def _installed(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        info = tmp_path / "site" / "hand_made-2.1.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: hand-made\nVersion: 2.1\n")
        (info / "entry_points.txt").write_text(
            "[flask.commands]\ngood = hand_made:good\nrun = hand_made:my_run\n"
            "torn = hand_made_torn:command\nleaving = hand_made_leaving:command\n"
            "wrong = hand_made:wrong\n"
        )
        (info.parent / "hand_made.py").write_text(
            "import click\n"
            "@click.command()\ndef good(): click.echo('good')\n"
            "@click.command()\ndef my_run(): click.echo('my run')\n"
            "wrong = 3\n"
        )
        (info.parent / "hand_made_torn.py").write_text("raise ValueError('torn apart')\n")
        (info.parent / "hand_made_leaving.py").write_text("raise SystemExit(3)\n")
        monkeypatch.syspath_prepend(info.parent)

    def test_are_run(self, app: Kernos, runner: CliRunner) -> None:
        result = runner.invoke(FlaskLike(create_app=lambda: app), ["good"])

        assert (result.exit_code, result.output) == (0, "good\n")

    def test_go_before_the_groups_own(self, app: Kernos, runner: CliRunner) -> None:
        assert runner.invoke(FlaskLike(create_app=lambda: app), ["run"]).output == "my run\n"

    def test_do_not_load_one_another(self, app: Kernos, runner: CliRunner) -> None:
        result = runner.invoke(FlaskLike(create_app=lambda: app), ["good"])

        assert result.stderr == ""
        assert "hand_made_torn" not in sys.modules

    def test_are_reported_and_skipped_when_broken(self, app: Kernos, runner: CliRunner) -> None:
        result = runner.invoke(FlaskLike(create_app=lambda: app), ["--help"])

        assert result.exit_code == 0
        assert "good" in result.stdout
        assert "torn" not in result.stdout
        assert "'torn' (hand-made 2.1): ValueError: torn apart" in result.stderr
        assert "'leaving' (hand-made 2.1): SystemExit: 3" in result.stderr
        assert "'wrong' (hand-made 2.1)" in result.stderr

    def test_are_no_matter_of_kernos_own_dialect(self, app: Kernos, runner: CliRunner) -> None:
        assert runner.invoke(KernosGroup(create_app=lambda: app), ["good"]).exit_code == 2
