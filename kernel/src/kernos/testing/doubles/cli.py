"""A command line whose commands are functions of their arguments."""

from __future__ import annotations

import io
import sys
import traceback
import typing as t
from contextlib import redirect_stdout
from dataclasses import dataclass, field

if t.TYPE_CHECKING:
    from kernos.app import Kernos


@dataclass
class MemoryCommand:
    """One command: called with the rest of the line, it returns what is printed."""

    name: str | None
    callback: t.Callable[..., object]

    def __call__(self, app: Kernos, args: t.Sequence[str]) -> object:
        """Run it in a context of the application."""
        with app.app_context():
            return self.callback(*args)


@dataclass
class MemoryGroup:
    """Commands by name; a group is a command too."""

    name: str | None
    commands: dict[str, t.Any] = field(default_factory=dict)

    def add_command(self, command: t.Any, name: str | None = None) -> None:
        """Take a command or a group."""
        self.commands[name or command.name] = command

    def command(
        self, name: str | None = None
    ) -> t.Callable[[t.Callable[..., object]], MemoryCommand]:
        """Decorate a function: it becomes a command, named like it."""

        def decorator(function: t.Callable[..., object]) -> MemoryCommand:
            command = MemoryCommand(name or function.__name__, function)
            self.add_command(command)
            return command

        return decorator

    def __call__(self, app: Kernos, args: t.Sequence[str]) -> object:
        """Run the command that the line starts with."""
        name, *rest = args or ("",)
        if name not in self.commands:
            raise LookupError(f"There is no command {name!r} in {self.name!r}.")
        return self.commands[name](app, rest)


@dataclass(frozen=True)
class MemoryResult:
    """What came of one line."""

    output: str
    exception: BaseException | None = None

    @property
    def exit_code(self) -> int:
        """0 if no error was raised, what a SystemExit says, else 1."""
        if self.exception is None:
            return 0
        code = self.exception.code if isinstance(self.exception, SystemExit) else 1
        return (code or 0) if code is None or isinstance(code, int) else 1


class MemoryRunner:
    """Run an application's commands in tests, one line at a time."""

    def __init__(self, app: Kernos) -> None:
        self.app = app

    def invoke(self, args: t.Sequence[str] = ()) -> MemoryResult:
        """Run one line, and keep what it prints, and an error instead of raising it."""
        with redirect_stdout(io.StringIO()) as printed:
            result = run(self.app, args)
        return MemoryResult(printed.getvalue() + result.output, result.exception)


def run(app: Kernos, args: t.Sequence[str]) -> MemoryResult:
    """Run one line of an application's; what it prints is printed."""
    try:
        answer = app.cli(app, args)
    except (Exception, KeyboardInterrupt, SystemExit) as error:
        return MemoryResult(traceback.format_exc(), error)
    return MemoryResult("" if answer is None else str(answer))


class MemoryCommandLine:
    """Make groups of commands that live in memory.

    Args:
        app: Not looked at; components are made with the application.
    """

    def __init__(self, app: Kernos | None = None) -> None:
        pass

    def group(self, name: str | None) -> MemoryGroup:
        """Return a new, empty group of commands."""
        return MemoryGroup(name)

    def runner(self, app: Kernos, **kwargs: t.Any) -> MemoryRunner:
        """Return a runner for tests."""
        return MemoryRunner(app, **kwargs)

    def main(self, app: Kernos | None, args: t.Sequence[str] | None) -> MemoryResult:
        """Run one command line; without arguments it is the process's."""
        if app is None:
            return MemoryResult("", LookupError("This command line finds no applications."))
        return run(app, sys.argv[1:] if args is None else args)
