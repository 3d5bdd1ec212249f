"""``kernos plugins conflicts``: what contradicts itself, each with the line that decides."""

from __future__ import annotations

import json

import click

from kernos.errors import KernosError
from kernos.hooks import list_problems
from kernos_cli.platform.target import WRONG, Target, find_target
from kernos_cli.script import ScriptInfo, pass_script_info


@click.command("conflicts", short_help="List what contradicts itself.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@pass_script_info
@click.pass_context
def conflicts_command(ctx: click.Context, info: ScriptInfo, *, as_json: bool) -> None:
    """List slots that nothing decides, names contributed twice, and hidden routes.

    The exit status is 1 when there is one.
    """
    target = find_target(info)
    rows = find_conflicts(target)
    if as_json:
        click.echo(json.dumps(rows, indent=2))
    elif rows:
        for row in rows:
            name = f" {row['name']!r}" if row["name"] else ""
            click.echo(f"{row['kind']}{name}: {row['problem']}")
    else:
        click.echo("No conflicts.")
    ctx.exit(WRONG if rows or not target.complete else 0)


def find_conflicts(target: Target) -> list[dict[str, object]]:
    """Return kind, name, sources and problem of everything that contradicts itself."""
    from kernos.hooks.sources import list_sources

    app = target.app
    rows: list[dict[str, object]] = []
    sources = list_sources(app)  # collects everything, so that the manager knows all
    for slot in [one.name for one in sources if one.kind == "slot"]:
        try:
            app._kernel_plugins.choice(slot)
        except KernosError as error:
            rows.append(_row("slot", slot, [], str(error)))
    for one in app._kernel_plugins.conflicts:
        if app._defines_itself(one.kind, one.name):
            continue
        problem = f"{one.first} hides {one.second}"
        rows.append(_row(one.kind, one.name, [one.first, one.second], problem))
    rows += [
        _row("route", one.name, [one.owner], one.rule.partition("; ")[2])
        for one in sources
        if one.kind == "route" and "; hidden by" in one.rule
    ]
    for problem in list_problems(None if target.bare else app):
        if not any(problem == row["problem"] for row in rows):
            rows.append(_row("installation", "", [], problem))
    return rows


def _row(kind: str, name: str, sources: list[str], problem: str) -> dict[str, object]:
    return {"kind": kind, "name": name, "sources": sources, "problem": problem}
