"""Testing an application: the kernel's client and the command line's runner."""

from click.testing import CliRunner as CliRunner, Result as Result
from werkzeug.test import Client as Client

from kernos.testing import EnvironBuilder as KernosEnvironBuilder, KernosClient
from kernos_cli.runner import KernosCliRunner

from .cli import ScriptInfo as ScriptInfo
from .sessions import SessionMixin as SessionMixin


class EnvironBuilder(KernosEnvironBuilder):
    """Builds the WSGI environment of a request to an application."""


class FlaskClient(KernosClient):
    """Sends requests to an application, and keeps cookies between them."""


class FlaskCliRunner(KernosCliRunner):
    """Runs commands of one application."""

    script_info_class = ScriptInfo
