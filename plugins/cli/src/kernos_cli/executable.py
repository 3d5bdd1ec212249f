"""The executable ``kernos``."""

from __future__ import annotations

import typing as t

import click

from kernos_cli.facade import make_flask_option
from kernos_cli.failures import short_errors
from kernos_cli.groups import KernosGroup
from kernos_cli.platform.safe import make_safe_option


class MainGroup(KernosGroup):
    """The group behind the executable: with ``--flask``, and with short errors."""

    def __init__(self, **extra: t.Any) -> None:
        self._flask_option = make_flask_option()
        super().__init__(params=[self._flask_option, make_safe_option()], **extra)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read ``--flask`` first, wherever it stands: it decides how the others are read."""
        with short_errors(ctx):
            options, _, _ = self.make_parser(ctx).parse_args(list(args))
            self._flask_option.handle_parse_result(ctx, options, list(args))
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> t.Any:
        """Run the command; what is wrong with the installation is told without traceback."""
        with short_errors(ctx):
            return super().invoke(ctx)


cli = MainGroup(
    name="kernos",
    help=(
        "Run, inspect and script Kernos applications.\n\n"
        "The application is the one that '--app' or KERNOS_APP names, else that of 'wsgi.py'"
        " or 'app.py' in the working directory. Its own commands are listed here too."
    ),
)


def main(args: t.Sequence[str] | None = None) -> t.NoReturn:
    """Run the command line and leave the process with its exit code.

    Args:
        args: The arguments; None takes those of the process.
    """
    cli.main(args=None if args is None else list(args))
    raise SystemExit(0)
