"""The contract of the ``cli`` slot."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from kernos.app import Kernos


@t.runtime_checkable
class CommandLine(t.Protocol):
    """Groups of commands, and how they are run."""

    def group(self, name: str | None) -> t.Any:
        """Return a new, empty group of commands.

        Called for ``app.cli`` and for each ``Blueprint.cli``, also without an
        application. None makes a group that has no name of its own yet.
        """
        ...

    def runner(self, app: Kernos) -> t.Any:
        """Return a runner for tests, whose ``invoke`` runs the application's commands.

        Called for ``app.test_cli_runner(**kwargs)``, which may pass keywords on.
        """
        ...

    def main(self, app: Kernos | None, args: t.Sequence[str] | None) -> t.Any:
        """Run one command line; ``args`` None takes the process's own arguments."""
        ...
