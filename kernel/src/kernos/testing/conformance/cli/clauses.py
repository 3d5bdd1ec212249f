"""What the contract of the ``cli`` slot says, clause by clause.

Sources: :class:`kernos.contracts.cli.CommandLine`; Flask's pages "Command Line Interface"
and "Testing Flask Applications".
"""

from __future__ import annotations

import typing as t
from contextlib import suppress
from pathlib import Path

import pytest

from kernos.app import Kernos
from kernos.blueprints import Blueprint
from kernos.contracts import CommandLine
from kernos.ctx import has_app_context
from kernos.globals import current_app, g
from kernos.hooks import hookimpl
from kernos.testing.conformance.cli.subject import Subject


class KitError(Exception):
    """What a command of the kit raises."""


def fail() -> t.NoReturn:
    """Fail as a command."""
    raise KitError


class Clauses(Subject):
    """Groups, runners, lines; contexts; applications and their blueprints."""

    # --- groups ----------------------------------------------------------------------------

    def test_it_is_a_command_line(self) -> None:
        assert isinstance(self.make_command_line(), CommandLine)
        assert isinstance(self.make_app().component("cli"), CommandLine)

    def test_a_group_is_new_and_empty(self) -> None:
        line = self.make_command_line()
        one, other = line.group("same"), line.group("same")
        assert one is not other
        self.add(one, "hello", lambda: None)
        assert list(one.commands) == ["hello"]
        assert list(other.commands) == []
        assert list(line.group("same").commands) == []

    @pytest.mark.parametrize("name", ["goods", None])
    def test_a_group_has_the_name_that_it_was_made_with(self, name: str | None) -> None:
        group = self.make_command_line().group(name)
        assert group.name == name
        group.name = "another"  # as the kernel does for a blueprint's
        assert group.name == "another"

    def test_a_group_is_made_without_an_application(self) -> None:
        ran: list[str] = []
        group = self.make_command_line(None).group("goods")
        self.add(group, "count", lambda: ran.append(current_app.name))
        app = self.make_app("shop")
        app.cli.add_command(group)
        assert self.invoke(app, "goods", "count").exit_code == 0
        assert ran == ["shop"]

    def test_a_group_holds_groups(self) -> None:
        app = self.make_app()
        line, inner = app.component("cli"), app.cli
        for name in ("one", "two", "three"):
            group = line.group(name)
            inner.add_command(group)
            inner = group
        self.add(inner, "hello", lambda: print("deep"))
        assert self.invoke(app, "one", "two", "three", "hello").output == "deep\n"
        assert self.invoke(app, "one", "three", "hello").exit_code != 0

    def test_a_command_is_added_under_another_name(self) -> None:
        app = self.make_app()
        command = self.add(app.component("cli").group(None), "hello", lambda: print("hi"))
        app.cli.add_command(command)
        app.cli.add_command(command, "greet")
        assert set(app.cli.commands) == {"hello", "greet"}
        assert self.invoke(app, "hello").output == self.invoke(app, "greet").output == "hi\n"

    # --- the runner --------------------------------------------------------------------------

    def test_a_command_is_run_by_its_name(self) -> None:
        app = self.make_app()
        self.add(app.cli, "hello", lambda: print("hello"))
        self.add(app.cli, "goodbye", lambda: print("goodbye"))
        for name in ("hello", "goodbye"):
            result = self.invoke(app, name)
            assert result.output == f"{name}\n"
            assert result.exit_code == 0
            assert result.exception is None

    def test_one_runner_runs_many_lines(self) -> None:
        app = self.make_app()
        self.add(app.cli, "say", lambda what: print(what), "what")
        runner = app.test_cli_runner()
        first, second = (runner.invoke(args=["say", word]) for word in ("one", "two"))
        assert (first.output, second.output) == ("one\n", "two\n")

    def test_arguments_arrive_in_order(self) -> None:
        app = self.make_app()
        got: list[tuple[object, ...]] = []
        self.add(app.cli, "take", lambda a, b, c: got.append((a, b, c)), "a", "b", "c")
        assert self.invoke(app, "take", "1", "two", "3.0").exit_code == 0
        assert got == [("1", "two", "3.0")]

    @pytest.mark.parametrize("args", [[], ["1"], ["1", "2", "3"]])
    def test_too_few_or_too_many_arguments_are_refused(self, args: list[str]) -> None:
        app = self.make_app()
        got: list[object] = []
        self.add(app.cli, "take", lambda a, b: got.append((a, b)), "a", "b")
        assert self.invoke(app, "take", *args).exit_code != 0
        assert got == []

    def test_an_unknown_command_is_named_and_runs_nothing(self) -> None:
        app = self.make_app()
        ran: list[object] = []
        self.add(app.cli, "hello", lambda: ran.append(1))
        result = self.invoke(app, "nonesuch")
        assert result.exit_code != 0
        assert "nonesuch" in result.output
        assert ran == []

    def test_an_error_is_kept_by_the_runner(self) -> None:
        app = self.make_app()
        self.add(app.cli, "fail", fail)
        result = self.invoke(app, "fail")
        assert isinstance(result.exception, KitError)
        assert result.exit_code != 0

    @pytest.mark.parametrize("status", [0, 1, 3])
    def test_a_command_ends_with_a_status(self, status: int) -> None:
        def end() -> t.NoReturn:
            raise SystemExit(status)

        app = self.make_app()
        self.add(app.cli, "end", end)
        assert self.invoke(app, "end").exit_code == status
        assert self.run(app, ["end"]) == status

    def test_a_command_that_is_added_late_is_found_at_once(self) -> None:
        app = self.make_app()
        app.freeze()
        assert self.invoke(app, "late").exit_code != 0
        self.add(app.cli, "late", lambda: print("late"))
        assert self.invoke(app, "late").output == "late\n"

    def test_two_applications_share_no_commands(self) -> None:
        one, other = self.make_app("one"), self.make_app("other")
        self.add(one.cli, "hello", lambda: print(current_app.name))
        assert self.invoke(one, "hello").output == "one\n"
        assert self.invoke(other, "hello").exit_code != 0
        self.add(other.cli, "hello", lambda: print(current_app.name))
        assert self.invoke(one, "hello").output == "one\n"
        assert self.invoke(other, "hello").output == "other\n"

    # --- contexts ----------------------------------------------------------------------------

    def test_a_command_runs_in_a_context_of_the_application(self) -> None:
        app = self.make_app()
        found: list[object] = []
        self.add(app.cli, "look", lambda: found.append(current_app._get_current_object()))  # type: ignore[attr-defined]
        assert self.invoke(app, "look").exit_code == 0
        assert self.run(app, ["look"]) == 0
        assert [one is app for one in found] == [True, True]

    def test_each_run_has_a_context_of_its_own(self) -> None:
        app = self.make_app()
        found: list[object] = []

        def look() -> None:
            found.append(g.get("left"))
            g.left = "by another run"

        self.add(app.cli, "look", look)
        for _ in range(2):
            self.invoke(app, "look")
            self.run(app, ["look"])
        assert found == [None] * 4

    @pytest.mark.parametrize("name", ["fine", "fail"])
    def test_the_context_ends_with_the_command(self, name: str) -> None:
        app = self.make_app()
        told: list[str] = []
        app.teardown_appcontext(lambda error: told.append("torn down"))
        self.add(app.cli, "fine", lambda: told.append("ran"))
        self.add(app.cli, "fail", fail)
        self.invoke(app, name)
        with suppress(KitError):
            self.run(app, [name])
        once = ["ran", "torn down"] if name == "fine" else ["torn down"]
        assert told == once * 2
        assert not has_app_context()

    # --- lines -------------------------------------------------------------------------------

    @pytest.mark.parametrize("kind", [list, tuple])
    def test_a_line_is_run_for_its_application(self, kind: type) -> None:
        app = self.make_app()
        got: list[object] = []
        self.add(app.cli, "take", lambda what: got.append(what), "what")
        args = kind(["take", "this"])
        assert self.run(app, args) == 0
        assert got == ["this"]
        assert args == kind(["take", "this"])

    def test_a_line_without_arguments_takes_the_processs(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        app = self.make_app()
        got: list[object] = []
        self.add(app.cli, "take", lambda what: got.append(what), "what")
        monkeypatch.setattr("sys.argv", ["the-program", "take", "this"])
        assert self.run(app, None) == 0
        assert got == ["this"]

    @pytest.mark.parametrize("args", [["nonesuch"], ["fail"], ["fail", "too", "much"]])
    def test_a_line_that_fails_does_not_end_well(self, args: list[str]) -> None:
        app = self.make_app()
        self.add(app.cli, "fail", fail)
        with suppress(KitError):  # raised is well told, too
            assert self.run(app, args) != 0

    def test_a_line_that_finds_no_application_does_not_end_well(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        for prefix in ("KERNOS", "FLASK"):
            monkeypatch.delenv(f"{prefix}_APP", raising=False)
        monkeypatch.chdir(tmp_path)
        assert self.run(None, ["nonesuch"]) != 0

    # --- in an application -------------------------------------------------------------------

    def blueprint(self, ran: list[str]) -> Blueprint:
        """Return a blueprint ``goods`` with one command, ``count``."""
        made = Blueprint("goods", __name__)
        made.cli = self.make_command_line(None).group(made.name)
        self.add(made.cli, "count", lambda: ran.append(current_app.name))
        return made

    @pytest.mark.parametrize(
        ("options", "args"),
        [
            ({}, ["goods", "count"]),
            ({"cli_group": "stock"}, ["stock", "count"]),
            ({"cli_group": None}, ["count"]),
        ],
    )
    def test_a_blueprints_commands_stand_in_its_group(
        self, options: dict[str, t.Any], args: list[str]
    ) -> None:
        app, ran = self.make_app("shop"), list[str]()
        app.register_blueprint(self.blueprint(ran), **options)
        for other in (["goods", "count"], ["stock", "count"], ["count"]):
            assert (self.invoke(app, *other).exit_code == 0) is (other == args)
        assert self.run(app, args) == 0
        assert ran == ["shop", "shop"]

    def test_commands_of_plugins_are_the_applications_too(self) -> None:
        line, ran = self.make_command_line(None), list[str]()

        class Plugin:
            @hookimpl
            def kernos_register_commands(self, app: Kernos) -> list[t.Any]:
                group = line.group("acme")
                Clauses.add(kit, group, "inner", lambda: ran.append(current_app.name))
                return [group, kit.add(line.group(None), "outer", lambda: ran.append("outer"))]

        kit = self
        app = self.make_app("shop", plugins=[Plugin()])
        assert self.invoke(app, "acme", "inner").exit_code == 0
        assert self.invoke(app, "outer").exit_code == 0
        assert ran == ["shop", "outer"]


__all__ = ["Clauses"]
