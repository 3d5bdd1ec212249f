"""``kernos plugins show``: all about one plugin."""

from __future__ import annotations

import json
import typing as t

import click

from kernos.hooks.sources import list_sources
from kernos_cli.platform.records import find_records, identity, read_records
from kernos_cli.platform.target import WRONG, find_target
from kernos_cli.script import ScriptInfo, pass_script_info

if t.TYPE_CHECKING:
    from kernos.hooks import PluginRecord


@click.command("show", short_help="Tell all about one plugin.")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@pass_script_info
@click.pass_context
def show_command(ctx: click.Context, info: ScriptInfo, *, name: str, as_json: bool) -> None:
    """Tell all about one plugin: state, hooks, contributions, import time, error.

    NAME is an entry point's name, 'distribution:name' or a distribution. The exit status is
    1 when the plugin is broken.
    """
    target = find_target(info)
    records = find_records(name, read_records(target))
    sources = list_sources(target.app)
    told = []
    for record in records:
        mine = [one for one in sources if one.owner.startswith(_label(record))]
        told.append({**record.to_dict(), "contributes": [one.to_dict() for one in mine]})
        if as_json:
            continue
        lines = [
            ("plugin", identity(record)),
            ("version", record.version),
            ("object", record.value),
            ("fills", record.slot or "no slot: a feature plugin"),
            ("state", f"{record.state}, {record.reason}" if record.reason else record.state),
            (
                "import",
                "not imported" if record.import_ms is None else f"{record.import_ms:.1f} ms",
            ),
            ("hooks", ", ".join(record.hooks) or "none known"),
        ]
        for title, text in lines:
            click.echo(f"{title + ':':<10}{text}")
        for effect in record.effects:
            click.echo(f"{'import:':<10}{effect}")
        for one in mine:
            if one.kind != "hook":
                click.echo(f"{'adds:':<10}{one.kind} {one.name}  {one.place}".rstrip())
        if record.error:
            click.echo(f"\n{record.error.rstrip()}")
        click.echo()
    if as_json:
        click.echo(json.dumps(told, indent=2))
    broken = any(record.state in ("failed", "quarantined") for record in records)
    ctx.exit(WRONG if broken or not target.complete else 0)


def _label(record: PluginRecord) -> str:
    return record.label if record.distribution else f"{record.name} (given in code)"
