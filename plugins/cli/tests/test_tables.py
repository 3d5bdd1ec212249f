"""Tables for people and for awk."""

from __future__ import annotations

import io
import sys

import pytest

from kernos_cli.tables import echo_table, format_plain


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_columns_are_aligned_and_nothing_trails() -> None:
    assert format_plain(["a", "bb"], [["1", "2"], ["333", ""]]) == [
        "a    bb",
        "---  --",
        "1    2",
        "333",
    ]


def test_a_pipe_gets_plain_text(capsys: pytest.CaptureFixture[str]) -> None:
    echo_table(["name"], [["[bold]x"]])

    assert capsys.readouterr().out == "name\n-------\n[bold]x\n"


def test_a_terminal_gets_a_box_and_markup_stays_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stdout", terminal := Terminal())

    echo_table(["name"], [["/[bold]x"]])

    assert "─" in terminal.getvalue()
    assert "/[bold]x" in terminal.getvalue()


def test_a_terminal_without_colour_gets_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(sys, "stdout", terminal := Terminal())

    echo_table(["name"], [["x"]])

    assert terminal.getvalue() == "name\n----\nx\n"
