"""``--flask``: have ``import flask`` answered before the application is imported."""

from __future__ import annotations

import importlib

import click

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
    if not value or info.speaks_flask or ctx.resilient_parsing:
        return
    install_flask()
    info.speaks_flask = True
    info.adopt(FLASK)
    ctx.auto_envvar_prefix = FLASK.env_prefix
