"""``--flask``: have ``import flask`` answered before the application is imported."""

from __future__ import annotations

import importlib

import click

from kernos.errors import KernosError
from kernos_cli.dialect import FLASK
from kernos_cli.script import ScriptInfo

DISTRIBUTION = "kernos-flask"
MODULE = "kernos_flask"


def install_flask() -> None:
    """Install the names of Flask, from a distribution that kernos-cli does not need.

    Raises:
        UsageError: The distribution is not installed.
    """
    try:
        module = importlib.import_module(MODULE)
    except ModuleNotFoundError as error:
        if error.name != MODULE:
            raise
        raise click.UsageError(
            f"--flask needs the distribution {DISTRIBUTION}: pip install {DISTRIBUTION}"
        ) from error
    module.install()


def make_flask_option() -> click.Option:
    """Return ``--flask``."""
    return click.Option(
        ["--flask"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_speak_flask,
        help=(
            "Run a Flask application: 'import flask' gets Kernos, and settings are read"
            f" from {FLASK.env_prefix}_* and '{FLASK.dotenv_name}'. Needs {DISTRIBUTION}."
        ),
    )


def _speak_flask(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    info = ctx.ensure_object(ScriptInfo)
    if not value or info.dialect == FLASK or ctx.resilient_parsing:
        return
    try:
        install_flask()
    except KernosError as error:
        raise click.ClickException(str(error)) from error
    info.adopt(FLASK)
    ctx.auto_envvar_prefix = FLASK.env_prefix
