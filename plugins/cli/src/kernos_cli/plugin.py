"""Where kernos meets kernos_cli. Hook implementations only."""

from __future__ import annotations

import typing as t

from kernos.hooks import hookimpl
from kernos_cli.commandline import ClickCommandLine

if t.TYPE_CHECKING:
    from kernos import Kernos
    from kernos.contracts import CommandLine


@hookimpl
def kernos_provide_cli(app: Kernos | None) -> CommandLine:
    """Offer the command line on click."""
    return ClickCommandLine()
