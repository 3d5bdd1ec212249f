"""``kernos --safe``: only the defaults, to tell whether plugins are to blame."""

from __future__ import annotations

import os

import click


def make_safe_option() -> click.Option:
    """Return ``--safe``: every slot's default, and no feature plugin."""
    return click.Option(
        ["--safe"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_be_safe,
        help="Take every default and no plugin, whatever was chosen: KERNOS_SAFE=1.",
    )


def _be_safe(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        # A variable, so that workers and the reloader's process are safe too.
        os.environ["KERNOS_SAFE"] = "1"
        click.echo(" * Safe mode: every default, no plugins.", err=True)
