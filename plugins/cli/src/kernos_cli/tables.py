"""Tables: boxes and colours on a terminal, plain columns for everything else."""

from __future__ import annotations

import os
import sys
import typing as t

import click


def echo_table(headers: t.Sequence[str], rows: t.Sequence[t.Sequence[str]]) -> None:
    """Print a table: by rich on a terminal, as aligned text otherwise or with NO_COLOR."""
    if sys.stdout.isatty() and not os.environ.get("NO_COLOR"):
        _echo_rich(headers, rows)
    else:
        for line in format_plain(headers, rows):
            click.echo(line)


def format_plain(headers: t.Sequence[str], rows: t.Sequence[t.Sequence[str]]) -> list[str]:
    """Return the lines of a table whose columns are two blanks apart."""
    widths = [max(map(len, column)) for column in zip(headers, *rows, strict=True)]
    lines = [headers, ["-" * width for width in widths], *rows]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]


def _echo_rich(headers: t.Sequence[str], rows: t.Sequence[t.Sequence[str]]) -> None:
    # Imported here: a table is rare, and rich is the slowest import of all.
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD)
    for header in headers[:-1]:
        table.add_column(header, no_wrap=True)
    table.add_column(headers[-1], overflow="fold")
    for row in rows:
        # Text, since a rule such as "/[id]" would be read as markup.
        table.add_row(*map(Text, row))
    Console().print(table)
