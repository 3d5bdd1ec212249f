"""Commands from entry points of their own, each loaded in its own guard."""

from __future__ import annotations

import typing as t

import click

if t.TYPE_CHECKING:
    import importlib.metadata


def find_commands(group: str) -> dict[str, importlib.metadata.EntryPoint]:
    """Return the entry points of ``group`` by the name of their command."""
    # Read when a command line is run: an application alone has its group without it.
    import importlib.metadata

    return {entry.name: entry for entry in importlib.metadata.entry_points(group=group)}


def load_command(entry: importlib.metadata.EntryPoint) -> click.Command | None:
    """Import one command; report what is broken and return None for it."""
    try:
        command = entry.load()
    except (Exception, SystemExit) as error:
        _report(entry, f"{type(error).__name__}: {error}")
        return None
    if not isinstance(command, click.Command):
        _report(entry, f"{entry.value} is {type(command).__name__!r}, not a click command")
        return None
    return command


def _report(entry: importlib.metadata.EntryPoint, reason: str) -> None:
    owner = f"{entry.dist.name} {entry.dist.version}" if entry.dist else "unknown distribution"
    click.secho(
        f" * Skipped the command {entry.name!r} ({owner}): {reason}", fg="yellow", err=True
    )
