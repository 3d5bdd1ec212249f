"""The contract of the ``cli`` slot."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from kernos.app import Kernos


@t.runtime_checkable
class CommandLine(t.Protocol):
    """Groups of commands, and how they are run.

    One instance serves all threads. A command runs in a context of its application, which
    ends with it.
    """

    def group(self, name: str | None) -> t.Any:
        """Return a new, empty group of commands.

        Called for ``app.cli`` and for each ``Blueprint.cli``, also without an
        application. None makes a group that has no name of its own yet.

        A group has a ``name``, which can be set; ``commands``, a dictionary by name;
        ``command(name)``, which decorates a function; and ``add_command(command,
        name=None)``, which takes a command or another group.
        """
        ...

    def runner(self, app: Kernos) -> t.Any:
        """Return a runner for tests, whose ``invoke`` runs the application's commands.

        ``invoke(args=[…])`` raises nothing: its result has ``output``, ``exit_code`` and
        ``exception``. A runner may be used in one thread at a time only.

        Called for ``app.test_cli_runner(**kwargs)``, which may pass keywords on.
        """
        ...

    def main(self, app: Kernos | None, args: t.Sequence[str] | None) -> t.Any:
        """Run one command line; ``args`` None takes the process's own arguments.

        Leaves by SystemExit, or returns a status or what has an ``exit_code``; None and 0
        say that all went well. An error of a command may be raised.
        """
        ...
