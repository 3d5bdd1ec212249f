"""What the tests of a command line have in hand."""

from __future__ import annotations

import typing as t
from abc import abstractmethod

from kernos.app import Kernos
from kernos.contracts import CommandLine
from kernos.testing.conformance.kit import Kit

Function: t.TypeAlias = t.Callable[..., object]


class Subject(Kit):
    """Applications with the command line that is tested, and their commands."""

    @abstractmethod
    def make_command_line(self, app: Kernos | None = None) -> CommandLine:
        """Return a new command line, for ``app`` or for a blueprint, which has none yet."""

    def taking(self, function: Function, *names: str) -> Function:
        """Return ``function`` as a command that takes these arguments, all of them text.

        The way it is, it fits a command line that hands on what it is given by position.
        """
        return function

    def make_app(self, name: str = "kit", **options: t.Any) -> Kernos:
        """Return an application whose command line is this kit's, without commands."""
        options.setdefault("plugins", [])
        components = {**self.others, "cli": self.make_command_line}
        return Kernos(name, static_folder=None, components=components, **options)

    def add(self, group: t.Any, name: str, function: Function, *names: str) -> t.Any:
        """Add a command to a group and return it."""
        return group.command(name)(self.taking(function, *names))

    def invoke(self, app: Kernos, *args: str) -> t.Any:
        """Run one line by the application's runner and return its result."""
        try:
            return app.test_cli_runner().invoke(args=list(args))
        except (SystemExit, KeyboardInterrupt) as error:
            raise AssertionError(f"the runner let {error!r} through") from error

    def run(self, app: Kernos | None, args: t.Sequence[str] | None) -> int:
        """Run one line by ``main()`` and return its exit status; errors are not caught."""
        line = self.make_command_line() if app is None else app.component("cli")
        try:
            outcome = line.main(app, args)
        except SystemExit as end:
            outcome = end.code
        return exit_status(outcome)


def exit_status(outcome: object) -> int:
    """Return the status that ``main()`` tells by what it returns, or leaves with."""
    outcome = getattr(outcome, "exit_code", outcome)
    if outcome is None:
        return 0
    return outcome if isinstance(outcome, int) else 1  # a text, as sys.exit() takes one


__all__ = ["Function", "Subject", "exit_status"]
