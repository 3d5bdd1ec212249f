"""``kernos plugins disable`` and ``enable``: change kernos.toml, and keep its comments."""

from __future__ import annotations

import os
import typing as t

import click

from kernos_cli.platform.nearest import refuse_name
from kernos_cli.platform.records import find_records, identity, read_records
from kernos_cli.platform.target import Target, find_target
from kernos_cli.script import ScriptInfo, pass_script_info

if t.TYPE_CHECKING:
    from kernos.hooks import PluginRecord

_FILE = click.option(
    "--file", "file", type=click.Path(dir_okay=False), help="Not the application's kernos.toml."
)


@click.command("disable", short_help="Leave a plugin out, in kernos.toml.")
@click.argument("name")
@_FILE
@pass_script_info
def disable_command(info: ScriptInfo, *, name: str, file: str | None) -> None:
    """Leave the plugin NAME out: name it in '[plugins] disable' of kernos.toml.

    A disabled plugin is never imported.
    """
    target = find_target(info)
    record = _only(name, target)
    path = _path(target, file)
    document = _read(path)
    chosen = document.get("components", {}).get(record.slot or "")
    names = {record.name, identity(record)}
    if record.slot is not None and chosen is not None and names & set(_parts(chosen)):
        raise click.ClickException(
            f"{path} chooses {name!r} for {record.slot}: choose another one there first."
        )
    _discard(document, "enable", names)
    if not names & set(_names(document, "disable")):
        _names(document, "disable").append(name)
    _write(path, document)
    click.echo(f"Disabled {record.label} in {path}.")


@click.command("enable", short_help="Let a plugin take part, in kernos.toml.")
@click.argument("name")
@_FILE
@pass_script_info
def enable_command(info: ScriptInfo, *, name: str, file: str | None) -> None:
    """Let the plugin NAME take part again: take it out of '[plugins] disable'.

    Where '[plugins] autoload' is false, it is named in '[plugins] enable'.
    """
    target = find_target(info)
    record = _only(name, target)
    path = _path(target, file)
    document = _read(path)
    names = {record.name, identity(record)}
    _discard(document, "disable", names)
    autoload = document.get("plugins", {}).get("autoload", True)
    if record.slot is None and not autoload and not names & set(_names(document, "enable")):
        _names(document, "enable").append(name)
    _write(path, document)
    click.echo(f"Enabled {record.label} in {path}.")
    said = {one.strip() for one in os.environ.get("KERNOS_DISABLE", "").split(",")}
    if names & said:
        click.echo("KERNOS_DISABLE still leaves it out.", err=True)


def _only(name: str, target: Target) -> PluginRecord:
    found = [one for one in find_records(name, read_records(target)) if one.distribution]
    if not found:
        refuse_name("installed plugin", name, [])
    if len(found) > 1:
        wholes = " or ".join(identity(one) for one in found)
        raise click.UsageError(f"{name!r} means {len(found)} plugins: say {wholes}.")
    if name == found[0].distribution and name != found[0].name:
        raise click.UsageError(f"{name!r} is a distribution: say {identity(found[0])}.")
    return found[0]


def _path(target: Target, file: str | None) -> str:
    """Return the file that applies; a new one lies in the application's folder."""
    path = file or target.app._kernel_plugins.settings.file.path
    if path:
        return os.path.abspath(path)
    if target.bare:
        raise click.UsageError(
            "Which kernos.toml? Name the application with --app, or the file with --file "
            "or KERNOS_CONFIG."
        )
    return os.path.join(target.app.root_path, "kernos.toml")


def _read(path: str) -> t.Any:
    import tomlkit
    from tomlkit.exceptions import ParseError

    if not os.path.exists(path):
        return tomlkit.document()
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return tomlkit.parse(file.read())
    except (OSError, UnicodeDecodeError, ParseError) as error:
        raise click.ClickException(f"{path} cannot be read: {error}.") from error


def _names(document: t.Any, key: str) -> t.Any:
    """Return a list under ``[plugins]``, made where it is missing."""
    import tomlkit

    plugins = document.setdefault("plugins", tomlkit.table())
    if key not in plugins:
        plugins[key] = tomlkit.array()
    return plugins[key]


def _discard(document: t.Any, key: str, names: set[str]) -> None:
    held = document.get("plugins", {}).get(key)
    for name in names if held else ():
        while name in held:
            held.remove(name)


def _parts(chosen: t.Any) -> list[str]:
    return chosen.split("+") if isinstance(chosen, str) else [str(one) for one in chosen]


def _write(path: str, document: t.Any) -> None:
    """Write the file whole or not at all; one that the kernel would refuse is not written."""
    import tomlkit

    temporary = f"{path}.{os.getpid()}"
    try:
        with open(temporary, "w", encoding="utf-8", newline="") as file:
            file.write(tomlkit.dumps(document))
        if os.path.exists(path):
            os.chmod(temporary, os.stat(path).st_mode)
        os.replace(temporary, path)
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error}.") from error
