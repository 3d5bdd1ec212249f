"""``kernos plugins``: what is installed, what was chosen, what is broken."""

from __future__ import annotations

import json
import typing as t

import click

from kernos.hooks import list_plugins
from kernos_cli.platform.bisect import bisect_command
from kernos_cli.platform.conflicts import conflicts_command
from kernos_cli.platform.lock import lock_command
from kernos_cli.platform.new import new_command
from kernos_cli.platform.order import order_command
from kernos_cli.platform.records import read_records
from kernos_cli.platform.show import show_command
from kernos_cli.platform.switching import disable_command, enable_command
from kernos_cli.platform.target import FINE, WRONG, find_target, is_named
from kernos_cli.platform.why import why_command
from kernos_cli.script import ScriptInfo, pass_script_info
from kernos_cli.tables import echo_table

if t.TYPE_CHECKING:
    from kernos.hooks import PluginRecord

#: The keys of ``--json``, in order.
KEYS = (
    "name",
    "distribution",
    "version",
    "group",
    "slot",
    "hooks",
    "state",
    "reason",
    "error",
    "import_ms",
)
HEADERS = ("name", "distribution", "version", "fills", "state", "ms", "why")


@click.group("plugins", short_help="Inspect the installed plugins.")
def plugins_group() -> None:
    """Inspect the installed plugins.

    Works without an application, from the environment and the metadata of what is
    installed, and when plugins are broken. With '--app' it tells what that application
    chose.
    """


@plugins_group.command("list", short_help="List all plugins.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@pass_script_info
@click.pass_context
def list_command(ctx: click.Context, info: ScriptInfo, *, as_json: bool) -> None:
    """List all plugins: what they fill or add, their state, and why it is so."""
    complete = True
    if is_named(info):
        target = find_target(info)
        records, complete = read_records(target), target.complete
    else:  # no file is imported that nobody named
        records = list_plugins()
    if as_json:
        click.echo(json.dumps([_as_dict(record) for record in records], indent=2))
    elif records:
        echo_table(HEADERS, [_as_row(record) for record in records])
    else:
        click.echo("No plugins are installed.")
    ctx.exit(FINE if complete else WRONG)


def _as_dict(record: PluginRecord) -> dict[str, object]:
    values = record.to_dict()
    return {key: values[key] for key in KEYS}


def _as_row(record: PluginRecord) -> list[str]:
    told = record.reason or (record.error or "").strip().rpartition("\n")[2]
    why = told.partition("\n")[0]
    fills = record.slot or ", ".join(record.hooks)
    took = "" if record.import_ms is None else f"{record.import_ms:.1f}"
    return [record.name, record.distribution, record.version, fills, record.state, took, why]


for _command in (
    show_command,
    why_command,
    order_command,
    conflicts_command,
    disable_command,
    enable_command,
    lock_command,
    bisect_command,
    new_command,
):
    plugins_group.add_command(_command)
