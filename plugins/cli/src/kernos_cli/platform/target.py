"""The application that a command is about, or one that stands for none."""

from __future__ import annotations

import contextlib
import logging
import os
import traceback
import typing as t

import click

import kernos
from kernos.errors import KernosError
from kernos.hooks import quarantining
from kernos_cli.discovery import NoAppException
from kernos_cli.failures import INSTALLATION_ERRORS, echo_error
from kernos_cli.script import DEFAULT_FILES, ScriptInfo

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
        ClickException: There is no such application.
    """
    click.get_current_context().with_resource(_short_lines())
    with quarantining():
        if is_named(info) or any(os.path.isfile(file) for file in DEFAULT_FILES):
            try:
                return Target(info.load_app(), bare=False)
            except NoAppException:
                raise
            except INSTALLATION_ERRORS as error:
                echo_error(f"Error: {error}")
            except Exception:
                echo_error(traceback.format_exc())
            click.echo("The application cannot be asked; this is what is installed:\n", err=True)
            return make_bare()._replace(complete=False)
        return make_bare()


@contextlib.contextmanager
def _short_lines() -> t.Iterator[None]:
    """Have what is logged of broken plugins take a line: 'plugins show' has the traceback."""
    logger = logging.getLogger("kernos.plugins")

    def shorten(record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[1] is not None:
            reason = str(record.exc_info[1]).partition("\n")[0]
            record.msg, record.args = f"{record.getMessage()}\n  {reason}", ()
            record.exc_info = record.exc_text = None
        return True

    logger.addFilter(shorten)
    try:
        yield
    finally:
        logger.removeFilter(shorten)


def is_named(info: ScriptInfo) -> bool:
    """Tell whether somebody said which application is meant."""
    return info.create_app is not None or bool(info.app_import_path)


def make_bare() -> Target:
    """Return an application of nobody's, as environment and metadata make it.

    Where these contradict themselves that is told, and every default stands in.
    """
    try:
        return Target(_make(), bare=True)
    except KernosError as error:
        echo_error(f"Error: {error}")
    click.echo("Every default stands in for what was chosen:\n", err=True)
    before = os.environ.get("KERNOS_SAFE")
    os.environ["KERNOS_SAFE"] = "1"
    try:
        return Target(_make(), bare=True, complete=False)
    finally:
        if before is None:
            del os.environ["KERNOS_SAFE"]
        else:
            os.environ["KERNOS_SAFE"] = before


def _make() -> Kernos:
    name = "kernos (no application)"
    return kernos.Kernos(name, static_folder=None, root_path=os.getcwd())
