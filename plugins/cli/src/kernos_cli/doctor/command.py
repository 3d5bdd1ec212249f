"""``kernos doctor``: what is wrong with an application, and the line that cures it."""

from __future__ import annotations

import json
import typing as t

import click

from kernos_cli.platform.nearest import refuse_name
from kernos_cli.platform.target import WRONG, find_target
from kernos_cli.script import ScriptInfo, pass_script_info

if t.TYPE_CHECKING:
    from kernos.hooks.checks import Result

COLOURS = {"error": "red", "warning": "yellow", "info": "blue"}


@click.command("doctor", short_help="Look for what is wrong with the application.")
@click.option("--deploy", is_flag=True, help="Ask too what only matters on the open network.")
@click.option(
    "--ignore", multiple=True, metavar="ID", help="Silence a check, such as K-013; repeatable."
)
@click.option(
    "--advisories", metavar="PATH", help="Files in the OSV format: known holes of packages."
)
@click.option("--attestations", metavar="PATH", help="A folder of attestations (PEP 740).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_script_info
@click.pass_context
def doctor_command(
    ctx: click.Context,
    info: ScriptInfo,
    *,
    deploy: bool,
    ignore: tuple[str, ...],
    advisories: str | None,
    attestations: str | None,
    as_json: bool,
) -> None:
    """Look for what is wrong with the application; no view is run, nothing is changed.

    The exit status is 1 when there is a finding of the level 'error', or when the application
    cannot be loaded. DOCTOR_IGNORE in the configuration and '[doctor] ignore = []' in
    kernos.toml silence checks as '--ignore' does.
    """
    from kernos.hooks.checks import spell_id
    from kernos_cli.doctor import forks
    from kernos_cli.doctor.running import all_checks, examine

    before = forks.take()
    target = find_target(info)
    forks.note(target.app, before)
    for word, path in (("ADVISORIES", advisories), ("ATTESTATIONS", attestations)):
        if path is not None:
            target.app.config[f"DOCTOR_{word}"] = path
    known = [one.id for one, _ in all_checks(target.app)[0]]
    for name in [name for text in ignore for name in text.split(",")]:
        if spell_id(name) not in known:
            refuse_name("check", name, known)
    if target.bare:
        click.echo("Without an application, only the installation is looked at.", err=True)
    names = ",".join(ignore).split(",")
    results = examine(target.app, deploy=deploy, ignore=names, bare=target.bare)
    loud = [one for one in results if not one.silenced]
    failed = not target.complete or any(one.level == "error" for one in loud)
    if as_json:
        report = {
            "ok": not failed,
            "complete": target.complete,
            "deploy": deploy,
            "findings": [one.to_dict() for one in loud],
            "silenced": [one.to_dict() for one in results if one.silenced],
        }
        click.echo(json.dumps(report, indent=2))
    else:
        for one in loud:
            _echo(one)
        _echo_sum(loud, len(results) - len(loud))
    ctx.exit(WRONG if failed else 0)


def _echo(one: Result) -> None:
    source = f" [{one.source}]" if one.source else ""
    click.echo(f"{click.style(one.level, fg=COLOURS[one.level])} {one.id}{source}: {one.message}")
    for line in one.fix.splitlines():
        click.echo(f"    {line}")


def _echo_sum(loud: list[Result], silenced: int) -> None:
    counts = [(level, sum(one.level == level for one in loud)) for level in COLOURS]
    text = ", ".join(f"{count} {level}" for level, count in counts if count) or "No findings"
    click.echo(f"{text}{f'; {silenced} silenced' if silenced else ''}.")
