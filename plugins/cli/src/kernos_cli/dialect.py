"""What a command line calls itself, and where it reads its settings from."""

from __future__ import annotations

import dataclasses
import os
import typing as t

if t.TYPE_CHECKING:
    from kernos import Kernos

_NO = frozenset({"0", "false", "no"})


@dataclasses.dataclass(frozen=True)
class Dialect:
    """The names by which one command line goes.

    Attributes:
        program: The command as it is typed.
        product: What an application is an application of.
        distribution: The installed distribution whose version ``--version`` tells.
        env_prefix: Every option of every command is also read from
            ``<env_prefix>_<COMMAND>_<OPTION>``.
        dotenv_name: The public one of the two dotenv files; the other is ``.env``.
        command_group: The entry-point group of bare commands; None has no such group.
    """

    program: str
    product: str
    distribution: str
    env_prefix: str
    dotenv_name: str
    command_group: str | None = None

    def variable(self, setting: str) -> str:
        """Return the name of the environment variable for ``setting``."""
        return f"{self.env_prefix}_{setting}"

    def is_debug(self) -> bool:
        """Tell whether the environment turns debug mode on."""
        value = os.environ.get(self.variable("DEBUG"), "")
        return bool(value) and value.lower() not in _NO

    def wants_dotenv(self, default: bool = True) -> bool:
        """Tell whether the two dotenv files are read; ``…_SKIP_DOTENV`` decides if set."""
        value = os.environ.get(self.variable("SKIP_DOTENV"))
        return value.lower() in _NO if value else default


KERNOS = Dialect(
    program="kernos",
    product="Kernos",
    distribution="kernos",
    env_prefix="KERNOS",
    dotenv_name=".kernosenv",
)

#: What ``kernos --flask`` speaks, and the command that kernos-flask offers.
FLASK = Dialect(
    program="flask",
    product="Flask",
    distribution="flask",
    env_prefix="FLASK",
    dotenv_name=".flaskenv",
    command_group="flask.commands",
)


def dialect_of(app: Kernos) -> Dialect:
    """Return the dialect that an application's own settings are named in."""
    return FLASK if app._environment_prefix == FLASK.env_prefix else KERNOS
