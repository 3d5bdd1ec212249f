"""The options before the command: which application, which settings, which version."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import typing as t

import click
from click.core import ParameterSource

from kernos_cli.dialect import KERNOS, Dialect
from kernos_cli.dotenv import load_dotenv
from kernos_cli.script import ScriptInfo


def make_app_option(dialect: Dialect) -> click.Option:
    """Return ``--app``: where the application is."""
    return click.Option(
        ["-A", "--app"],
        metavar="IMPORT",
        help=(
            f"The {dialect.product} application or a factory of one, as 'module:name'."
            " The module is a dotted name or a file; the name may be left out where it is"
            " 'app', 'application', 'create_app' or 'make_app', and may be a call"
            " 'name(args)'."
        ),
        is_eager=True,
        expose_value=False,
        callback=_set_app,
    )


def make_env_file_option(dialect: Dialect) -> click.Option:
    """Return ``--env-file``: more settings than those of the two dotenv files."""
    return click.Option(
        ["-e", "--env-file"],
        type=click.Path(exists=True, dir_okay=False),
        help=(
            "Set environment variables from this file. They count before those of '.env'"
            f" and '{dialect.dotenv_name}', and after those that are set already. Needs"
            " python-dotenv."
        ),
        is_eager=True,
        expose_value=False,
        callback=_load_env_file,
    )


def make_debug_option() -> click.Option:
    """Return ``--debug / --no-debug``."""
    return click.Option(
        ["--debug/--no-debug"],
        help="Turn debug mode on or off.",
        expose_value=False,
        callback=_set_debug,
    )


def make_version_option(dialect: Dialect) -> click.Option:
    """Return ``--version``."""
    return click.Option(
        ["--version"],
        help=f"Show the version of {dialect.product} and leave.",
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=make_get_version(dialect),
    )


def make_get_version(dialect: Dialect) -> t.Callable[[click.Context, t.Any, t.Any], None]:
    """Return the callback that tells the versions and ends the command."""

    def get_version(ctx: click.Context, _param: click.Parameter | None, value: t.Any) -> None:
        """Tell the versions of Python, the framework and Werkzeug, and end the command."""
        if not value or ctx.resilient_parsing:
            return
        version = importlib.metadata.version
        click.echo(
            f"Python {platform.python_version()}\n"
            f"{dialect.product} {version(dialect.distribution)}\n"
            f"Werkzeug {version('werkzeug')}",
            color=ctx.color,
        )
        ctx.exit()

    return get_version


get_version = make_get_version(KERNOS)


def _set_app(ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    if value is not None:
        ctx.ensure_object(ScriptInfo).app_import_path = value
    return value


def _load_env_file(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    info = ctx.ensure_object(ScriptInfo)
    if value is not None:
        try:
            import dotenv  # noqa: F401
        except ImportError:
            raise click.BadParameter(
                "reading an env file needs python-dotenv: pip install python-dotenv",
                ctx=ctx,
                param=param,
            ) from None
    if value is not None or info.load_dotenv_defaults:
        load_dotenv(value, load_defaults=info.load_dotenv_defaults, dialect=info.dialect)
    return value


def _set_debug(ctx: click.Context, param: click.Parameter, value: bool) -> bool | None:
    # Only what somebody said counts, since the flag of the group and that of the
    # command write the same variable. It is a variable, so that the application sees
    # it while it is imported, in the reloader's process and in workers too.
    source = ctx.get_parameter_source(param.name or "")
    if source in (None, ParameterSource.DEFAULT, ParameterSource.DEFAULT_MAP):
        return None
    dialect = ctx.ensure_object(ScriptInfo).dialect
    os.environ[dialect.variable("DEBUG")] = "1" if value else "0"
    return value
