"""The application that a command is about, or one that stands for none."""

from __future__ import annotations

import os
import traceback
import typing as t

import click

import kernos
from kernos.errors import KernosError
from kernos.hooks import quarantining
from kernos_cli.discovery import NoAppException
from kernos_cli.failures import INSTALLATION_ERRORS
from kernos_cli.failures import echo_error
from kernos_cli.script import DEFAULT_FILES
from kernos_cli.script import ScriptInfo

if t.TYPE_CHECKING:
    from kernos import Kernos

#: All is well; something is wrong; wrongly used, or no such name.
FINE, WRONG, USAGE = 0, 1, 2


class Target(t.NamedTuple):
    """What is asked, and whether it is what the user meant."""

    app: Kernos
    #: True where no application was named or found: environment and metadata decide.
    bare: bool
    #: False where the application that was named could not be asked.
    complete: bool = True


def find_target(info: ScriptInfo) -> Target:
    """Return the application that was named, with broken plugins left out.

    Without one, or where it breaks, a bare application stands for the environment.

    Raises:
        ClickException: There is no such application, or not even a bare one can be made.
    """
    with quarantining():
        if _is_named(info):
            try:
                return Target(info.load_app(), bare=False)
            except NoAppException:
                raise
            except INSTALLATION_ERRORS as error:
                echo_error(f"Error: {error}")
            except Exception:
                echo_error(traceback.format_exc())
            click.echo("The application cannot be asked; this is what is installed:\n", err=True)
            return Target(make_bare(), bare=True, complete=False)
        return Target(make_bare(), bare=True)


def _is_named(info: ScriptInfo) -> bool:
    if info.create_app is not None or info.app_import_path:
        return True
    return any(os.path.isfile(file) for file in DEFAULT_FILES)


def make_bare() -> Kernos:
    """Return an application of nobody's, as environment and metadata make it.

    Raises:
        ClickException: They contradict themselves.
    """
    try:
        return kernos.Kernos("kernos (no application)", static_folder=None, root_path=os.getcwd())
    except KernosError as error:
        raise click.ClickException(str(error)) from error
