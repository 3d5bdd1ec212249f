"""Flask's command line: ``kernos_cli``, speaking Flask's dialect."""

import os
import types
import typing as t

import click as click
from click.core import ParameterSource as ParameterSource
from werkzeug.serving import (
    is_running_from_reloader as is_running_from_reloader,
    run_simple as run_simple,
)
from werkzeug.utils import import_string as import_string

from kernos_cli import discovery, dotenv, run
from kernos_cli.app_group import AppGroup as AppGroup
from kernos_cli.certificates import CertParamType as CertParamType
from kernos_cli.dialect import FLASK, Dialect
from kernos_cli.discovery import NoAppException as NoAppException, prepare_import as prepare_import
from kernos_cli.groups import KernosGroup
from kernos_cli.options import (
    make_app_option,
    make_debug_option,
    make_env_file_option,
    make_get_version,
    make_version_option,
)
from kernos_cli.routes import routes_command as routes_command
from kernos_cli.run import SeparatedPathType as SeparatedPathType, run_command as run_command
from kernos_cli.script import ScriptInfo as KernosScriptInfo, with_appcontext as with_appcontext
from kernos_cli.shell import shell_command as shell_command

from .globals import current_app as current_app
from .helpers import get_debug_flag as get_debug_flag, get_load_dotenv as get_load_dotenv

if t.TYPE_CHECKING:
    from .app import Flask


class ScriptInfo(KernosScriptInfo):
    """Loads the application when a command first needs it. The context's ``obj``."""

    dialect = FLASK


class FlaskGroup(KernosGroup):
    """The group that loads a Flask application and adds its commands to its own.

    Commands of the entry-point group ``flask.commands`` are loaded, each in its own
    guard: a broken one is reported and skipped.
    """

    dialect = FLASK
    script_info_class = ScriptInfo
    default_commands = (run_command, shell_command, routes_command)

    def _load_installed(self, dialect: Dialect, name: str | None = None) -> None:
        if type(self)._load_plugin_commands is FlaskGroup._load_plugin_commands:
            super()._load_installed(dialect, name)
        else:
            self._load_plugin_commands()

    def _load_plugin_commands(self) -> None:
        """Add all installed commands; groups override it, and call it themselves."""
        super()._load_installed(self.dialect)


#: Hand the :class:`ScriptInfo` to a command as its first argument.
pass_script_info = click.make_pass_decorator(ScriptInfo, ensure=True)

get_version = make_get_version(FLASK)
version_option = make_version_option(FLASK)

# Groups that are written anew take these for their own.
_app_option = make_app_option(FLASK)
_debug_option = make_debug_option()
_env_file_option = make_env_file_option(FLASK)


def find_best_app(module: t.Any) -> "Flask":
    """Return the one application that ``module`` obviously means."""
    return t.cast("Flask", discovery.find_best_app(module, dialect=FLASK))


def find_app_by_string(module: types.ModuleType, app_name: str) -> "Flask":
    """Return the application that ``app_name``, a name or a call, means in ``module``."""
    return t.cast("Flask", discovery.find_app_by_string(module, app_name, dialect=FLASK))


def locate_app(
    module_name: str, app_name: str | None, raise_if_not_found: bool = True
) -> "Flask | None":
    """Import a module and return the application in it."""
    found = discovery.locate_app(module_name, app_name, raise_if_not_found, dialect=FLASK)
    return t.cast("Flask | None", found)


def load_dotenv(path: str | os.PathLike[str] | None = None, load_defaults: bool = True) -> bool:
    """Set environment variables from ``path``, ``.env`` and ``.flaskenv``."""
    return dotenv.load_dotenv(path, load_defaults, dialect=FLASK)


def show_server_banner(debug: bool | None, app_import_path: str | None) -> None:
    """Tell what is about to be served; once, not again in the reloader's process."""
    run.show_server_banner(debug, app_import_path, dialect=FLASK)


cli = FlaskGroup(
    name="flask",
    help=(
        "Run and script Flask applications.\n\n"
        "The application is the one that '--app' or FLASK_APP names, else that of"
        " 'wsgi.py' or 'app.py' in the working directory. Its own commands are listed here"
        " too."
    ),
)


def main() -> None:
    """Run the command line of this process."""
    cli.main()
