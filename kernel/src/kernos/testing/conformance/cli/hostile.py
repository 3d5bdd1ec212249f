"""What somebody may type, or a script pass on, that a command line must stand."""

from __future__ import annotations

import typing as t

import pytest

from kernos.testing.conformance.cli.subject import Subject

#: None of them is the command ``hello``.
NAMES = (
    *(
        "",
        " ",
        "-",
        "--",
        "-x",
        "--no-such-option",
        "hell",
        "hello2",
        "HELLO",
        " hello",
        "hello\0",
    ),
    *("../hello", "*", "h?llo", "{hello}", "%s", "ž" * 1000, "x" * 100_000, "\udcff"),
)

#: A shell that was asked to hands all of them on.
ARGUMENTS = (
    *("", " ", "a b", "'", '"', "\\", "*", "?", "~", "$HOME", "%PATH%", "`id`", "$(id)", ";id"),
    *("{0}", "%s", "{{ x }}", "\n", "\r\n", "\t", "\0", "\x1b[31m", "ž", "🎉", "\u202e", "\udcff"),
    "x" * 100_000,
)


class HostileInput(Subject):
    """Names, arguments and endings that nobody should have used."""

    @pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
    def test_what_is_no_command_runs_nothing(self, name: str) -> None:
        app = self.make_app()
        ran: list[object] = []
        self.add(app.cli, "hello", lambda: ran.append(1))
        assert self.invoke(app, name).exit_code != 0
        assert ran == []

    def test_an_empty_line_runs_nothing(self) -> None:
        app = self.make_app()
        ran: list[object] = []
        self.add(app.cli, "hello", lambda: ran.append(1))
        self.invoke(app)  # it may show what there is
        assert ran == []

    @pytest.mark.parametrize("text", ARGUMENTS, ids=range(len(ARGUMENTS)))
    def test_an_argument_arrives_as_it_was_given(self, text: str) -> None:
        app = self.make_app()
        got: list[object] = []
        self.add(app.cli, "take", lambda what: got.append(what), "what")
        assert self.invoke(app, "take", text).exit_code == 0
        assert self.run(app, ["take", text]) == 0
        assert got == [text, text]

    @pytest.mark.parametrize("text", ["žluť 🎉", "\x1b[31mred\x1b[0m", "%s {0} {{ x }}", "a\n\nb"])
    def test_what_is_printed_is_kept_as_it_is(self, text: str) -> None:
        app = self.make_app()
        self.add(app.cli, "say", lambda: print(text))
        assert self.invoke(app, "say").output == f"{text}\n"

    def test_a_line_of_many_words_is_refused(self) -> None:
        app = self.make_app()
        ran: list[object] = []
        self.add(app.cli, "hello", lambda: ran.append(1))
        assert self.invoke(app, "hello", *["x"] * 10_000).exit_code != 0
        assert ran == []

    def test_groups_may_stand_deep_in_each_other(self) -> None:
        app = self.make_app()
        inner = app.cli
        for _ in range(20):
            group = app.component("cli").group("in")
            inner.add_command(group)
            inner = group
        self.add(inner, "hello", lambda: print("deep"))
        assert self.invoke(app, *["in"] * 20, "hello").output == "deep\n"
        assert self.invoke(app, *["in"] * 21, "hello").exit_code != 0

    @pytest.mark.parametrize("kind", [KeyboardInterrupt, EOFError])
    def test_a_command_that_is_interrupted_does_not_end_well(
        self, kind: type[BaseException]
    ) -> None:
        def stop() -> t.NoReturn:
            raise kind

        app = self.make_app()
        self.add(app.cli, "stop", stop)
        assert self.invoke(app, "stop").exit_code != 0
        self.add(app.cli, "hello", lambda: print("well"))
        assert self.invoke(app, "hello").output == "well\n"


__all__ = ["HostileInput"]
