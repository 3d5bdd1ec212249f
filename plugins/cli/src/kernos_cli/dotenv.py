"""Settings from ``.env`` files, through python-dotenv where it is installed."""

from __future__ import annotations

import os

import click

from kernos_cli.dialect import KERNOS, Dialect


def load_dotenv(
    path: str | os.PathLike[str] | None = None,
    load_defaults: bool = True,
    *,
    dialect: Dialect = KERNOS,
) -> bool:
    """Set environment variables from dotenv files.

    What is set already stays. A variable in ``path`` goes before one in ``.env``,
    and that before one in ``.kernosenv``; the latter two are looked for in the working
    directory and upwards. Files are read as UTF-8.

    Args:
        path: A file to read; one that does not exist is ignored.
        load_defaults: False reads ``path`` only.
        dialect: Names the public file.

    Returns:
        True when a file gave at least one variable; False without python-dotenv.
    """
    names = (dialect.dotenv_name, ".env")
    try:
        import dotenv
    except ImportError:
        if path or any(os.path.isfile(name) for name in names):
            click.secho(
                " * Tip: there are .env files here; 'pip install python-dotenv' has them read.",
                fg="yellow",
                err=True,
            )
        return False

    # The weakest file first, so that a stronger one writes over it.
    files = [dotenv.find_dotenv(name, usecwd=True) for name in names] if load_defaults else []
    if path is not None:
        files.append(os.fspath(path))
    values: dict[str, str | None] = {}
    for file in files:
        if file and os.path.isfile(file):
            values |= dotenv.dotenv_values(file, encoding="utf-8")
    for key, value in values.items():
        if value is not None:
            os.environ.setdefault(key, value)
    return bool(values)
