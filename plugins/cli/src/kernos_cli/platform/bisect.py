"""``kernos plugins bisect``: find the plugins that break a command, by its exit status."""

from __future__ import annotations

import json
import os
import typing as t

import click

from kernos_cli.platform.records import identity, read_records
from kernos_cli.platform.target import WRONG, find_target
from kernos_cli.script import ScriptInfo, pass_script_info

#: The default of each slot is what a component that is left out makes room for.
DEFAULTS = ("stdlib", "cookie", "werkzeug", "jinja2", "click")


class Suspect(t.NamedTuple):
    """A plugin that may be left out."""

    name: str
    #: The slot it fills in the default's place; None for a feature plugin.
    slot: str | None


@click.command(
    "bisect",
    short_help="Find the plugin that breaks a command.",
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object at the end.")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@pass_script_info
@click.pass_context
def bisect_command(
    ctx: click.Context, info: ScriptInfo, *, as_json: bool, command: tuple[str, ...]
) -> None:
    """Run COMMAND with ever fewer plugins, and name those that make it fail.

    Plugins are left out by KERNOS_DISABLE and KERNOS_COMPONENTS in the command's environment;
    what an application chooses in code stays. The exit status is 0 when they were found,
    1 when the command does not fail, or fails without any plugin too.

    Example: kernos --app shop plugins bisect -- pytest -x tests/test_cart.py
    """
    target = find_target(info)
    suspects = [
        # An engine behind the first is no choice of its slot: it is left out by its name.
        Suspect(identity(one), None if one.reason.startswith("behind ") else one.slot)
        for one in read_records(target)
        if one.distribution
        and one.state in ("active", "failed", "quarantined")
        and (one.slot is None or one.name not in DEFAULTS)
    ]
    runs = 0

    def fails(kept: t.Sequence[Suspect]) -> bool:
        nonlocal runs
        runs += 1
        status = _run(command, kept, suspects)
        told = "fails" if status else "works"
        click.echo(f"{told} with {len(kept)} of {len(suspects)} plugins", err=True)
        return status != 0

    if not fails(suspects):
        _end(ctx, as_json, [], runs, "The command works: there is nothing to find.")
    if fails([]):
        _end(ctx, as_json, [], runs, "The command fails without any of the plugins too.")
    guilty = minimise(suspects, fails)
    names = [one.name for one in guilty]
    text = f"Found after {runs} runs: {' together with '.join(names)}"
    _end(ctx, as_json, names, runs, text)


def minimise(
    suspects: t.Sequence[Suspect], fails: t.Callable[[t.Sequence[Suspect]], bool]
) -> list[Suspect]:
    """Return a smallest set that still fails: none of it can be left out.

    Halves first, then what is left when a part is left out, in ever smaller parts
    (Zeller's ddmin); one culprit among n takes about log2(n) runs.
    """
    left = list(suspects)
    parts = 2
    while len(left) > 1:
        size = -(-len(left) // parts)
        chunks = [left[start : start + size] for start in range(0, len(left), size)]
        rests = [[one for one in left if one not in chunk] for chunk in chunks]
        tries = chunks + (rests if len(chunks) > 2 else [])
        smaller = next((one for one in tries if fails(one)), None)
        if smaller is not None:
            parts = 2 if smaller in chunks else max(len(chunks) - 1, 2)
            left = smaller
        elif size == 1:
            break
        else:
            parts = min(len(left), parts * 2)
    return left


def _run(
    command: t.Sequence[str], kept: t.Sequence[Suspect], suspects: t.Sequence[Suspect]
) -> int:
    left_out = [one for one in suspects if one not in kept]
    env = dict(os.environ)
    off = [one.name for one in left_out if one.slot is None]
    said = env.get("KERNOS_DISABLE", "")
    env["KERNOS_DISABLE"] = ",".join([*filter(None, [said]), *off])
    slots = {one.slot: one.name for one in suspects if one.slot is not None}
    if slots:
        on = [f"{one.slot}={one.name}" for one in kept if one.slot is not None]
        env["KERNOS_COMPONENTS"] = ",".join(["default", *on])
    try:
        import subprocess  # which nobody needs who only has the group of commands

        return subprocess.run(command, check=False, env=env, stdin=subprocess.DEVNULL).returncode  # noqa: S603
    except OSError as error:
        raise click.UsageError(f"{command[0]!r} cannot be run: {error}.") from error


def _end(ctx: click.Context, as_json: bool, names: list[str], runs: int, text: str) -> t.NoReturn:
    if as_json:
        click.echo(json.dumps({"culprits": names, "runs": runs, "message": text}))
    else:
        click.echo(text)
    ctx.exit(0 if names else WRONG)
