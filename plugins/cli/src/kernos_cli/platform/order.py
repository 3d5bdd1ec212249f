"""``kernos plugins order``: who is called when, and why there."""

from __future__ import annotations

import json

import click

from kernos.errors import PluginError
from kernos.hooks.sources import hook_sources, list_hooks
from kernos_cli.platform.nearest import refuse_name
from kernos_cli.platform.target import WRONG, find_target
from kernos_cli.script import ScriptInfo, pass_script_info


@click.command("order", short_help="Tell the order in which a hook is called.")
@click.argument("hook")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@pass_script_info
@click.pass_context
def order_command(ctx: click.Context, info: ScriptInfo, *, hook: str, as_json: bool) -> None:
    """Tell in which order the implementations of HOOK are called, and why in this one.

    'before_request' is short for 'kernos_before_request'. Wrappers come first, the outermost
    first; hooks that run on the way out are called from the last to the first.
    """
    target = find_target(info)
    known = list_hooks(target.app)
    name = hook if hook in known else f"kernos_{hook}"
    if name not in known:
        refuse_name("hook", hook, [*known, *(one.removeprefix("kernos_") for one in known)])
    try:
        found = hook_sources(target.app, name)
    except PluginError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        rows = [{"position": n, **one.to_dict()} for n, one in enumerate(found, 1)]
        click.echo(json.dumps(rows, indent=2))
    elif not found:
        click.echo(f"Nothing implements {name}.")
    else:
        for number, one in enumerate(found, 1):
            click.echo(f"{number:>2}. {one.owner}: {one.rule}  {one.place}".rstrip())
    ctx.exit(0 if target.complete else WRONG)
