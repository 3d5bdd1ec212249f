"""The kit of the ``cli`` slot."""

from kernos.testing.conformance.cli.clauses import Clauses
from kernos.testing.conformance.cli.hostile import HostileInput
from kernos.testing.conformance.cli.threads import Threads


class CommandLineKit(Clauses, HostileInput, Threads):
    """What an application relies on, whatever reads its command line.

    A subclass writes :meth:`make_command_line`. Where a command's parameters must be
    declared, as click's, it writes :meth:`taking` too:

        class TestCommandLine(CommandLineKit):
            def make_command_line(self, app=None):
                return ClickCommandLine()

            def taking(self, function, *names):
                for name in reversed(names):
                    function = click.argument(name)(function)
                return function

    Commands of the kit print to the standard output and take text, since that is what
    every command line has.
    """


__all__ = ["CommandLineKit"]
