"""``kernos plugins lock`` and ``kernos run --locked``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import typing as t

import click

from kernos.errors import KernosError
from kernos_cli.platform.target import WRONG, find_target
from kernos_cli.script import ScriptInfo, pass_script_info

if t.TYPE_CHECKING:
    from kernos import Kernos


@click.command("lock", short_help="Write kernos.lock, or check it.")
@click.option("--check", is_flag=True, help="Write nothing; fail where something differs.")
@click.option("--file", "file", type=click.Path(dir_okay=False), help="Not beside kernos.toml.")
@click.option("--json", "as_json", is_flag=True, help="Print the lock, or what differs.")
@pass_script_info
@click.pass_context
def lock_command(
    ctx: click.Context, info: ScriptInfo, *, check: bool, file: str | None, as_json: bool
) -> None:
    """Write down which plugins take part, in which version and order, and who fills slots.

    With '--check' the exit status is 1 when something is not as it was locked.
    """
    from kernos_cli.platform.lockfile import lock_path, make_lock, write_lock

    target = find_target(info)
    if not target.complete:
        ctx.exit(WRONG)
    # A bare application's folder is where somebody happens to stand, which will do here.
    path = file or lock_path(target.app)
    if check:
        lines = _drift(target.app, path)
        click.echo(json.dumps(lines) if as_json else "\n".join(lines) or f"{path} is kept.")
        ctx.exit(WRONG if lines else 0)
    lock = make_lock(target.app)
    write_lock(path, lock)
    click.echo(json.dumps(lock, indent=2) if as_json else f"Wrote {path}.")


def _drift(app: Kernos, path: str) -> list[str]:
    from kernos_cli.platform.lockfile import differences, read_lock

    try:
        return differences(read_lock(path), app)
    except KernosError as error:
        raise click.ClickException(str(error)) from error


def make_locked_option() -> click.Option:
    """Return ``run --locked``: refuse to start with anything but what kernos.lock says."""
    return click.Option(
        ["--locked"],
        is_flag=True,
        expose_value=False,
        callback=_refuse_drift,
        help="Refuse to start when plugins are not those of kernos.lock.",
    )


def _refuse_drift(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if not value or ctx.resilient_parsing or os.environ.get("WERKZEUG_RUN_MAIN") == "true":
        return
    info = ctx.ensure_object(ScriptInfo)
    if info.create_app is not None:
        from kernos_cli.platform.lockfile import lock_path

        app = info.load_app()
        lines = _drift(app, lock_path(app))
        text, drifted = "\n".join(lines), bool(lines)
    else:
        # In a process of its own: workers of other servers load the application themselves,
        # and must find nothing imported.
        app_option = ["--app", info.app_import_path] if info.app_import_path else []
        flags = ["--flask"] if info.dialect.program == "flask" else []
        command = [sys.executable, "-m", "kernos_cli", *flags, *app_option]
        command += ["plugins", "lock", "--check"]
        done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603
        text, drifted = (done.stdout + done.stderr).strip(), done.returncode != 0
    if drifted:
        raise click.ClickException(
            f"The plugins are not those of kernos.lock:\n\n{text}\n\n"
            "kernos plugins lock   # if that is meant"
        )
