"""The command line on click keeps the contract."""

from __future__ import annotations

import typing as t

import click

from kernos import Kernos
from kernos.contracts import CommandLine
from kernos.testing.conformance.cli import CommandLineKit
from kernos_cli import ClickCommandLine


class TestClickCommandLine(CommandLineKit):
    def make_command_line(self, app: Kernos | None = None) -> CommandLine:
        return ClickCommandLine()

    def taking(self, function: t.Callable[..., object], *names: str) -> t.Callable[..., object]:
        for name in reversed(names):
            function = click.argument(name)(function)
        return function
