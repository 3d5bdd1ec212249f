"""How errors are told: in short where their text says all."""

from __future__ import annotations

import contextlib
import traceback
import typing as t

import click

from kernos.errors import (
    ComponentConflict,
    ContributionConflict,
    MissingComponent,
    PluginError,
    UnknownPlugin,
)
from kernos_cli.script import ScriptInfo

#: Errors about what is installed and chosen: a traceback would only hide the cure.
INSTALLATION_ERRORS = (
    ComponentConflict,
    ContributionConflict,
    MissingComponent,
    PluginError,
    UnknownPlugin,
)


def echo_error(text: str) -> None:
    """Print an error that does not end the command."""
    click.secho(f"{text}\n", err=True, fg="red")


@contextlib.contextmanager
def short_errors(ctx: click.Context) -> t.Iterator[None]:
    """End the command with the text of such an error; in debug mode with its traceback too."""
    try:
        yield
    except INSTALLATION_ERRORS as error:
        if ctx.ensure_object(ScriptInfo).dialect.is_debug():
            traceback.print_exc()
        raise click.ClickException(str(error)) from error
