"""``kernos plugins new``: a whole distribution that builds, installs and passes at once."""

from __future__ import annotations

import datetime as dt
import importlib.resources
import json
import keyword
import os
import re
import sys
import typing as t

import click

SLOTS = ("json", "sessions", "routing", "templating", "cli")
DEFAULTS = {
    "json": "stdlib",
    "sessions": "cookie",
    "routing": "werkzeug",
    "templating": "jinja2",
    "cli": "click",
}

#: What the skeleton of a kind stands on, beside kernos.
BASES = {"sessions": "kernos-sessions", "routing": "kernos-routing", "cli": "kernos-cli"}

DESCRIPTIONS = {
    "json": "A JSON provider for Kernos.",
    "sessions": "Sessions for Kernos, in a store of their own.",
    "routing": "A router for Kernos.",
    "templating": "A template engine for Kernos.",
    "cli": "A command line for Kernos.",
    "feature": "A plugin for Kernos.",
}

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*([-_.][A-Za-z0-9]+)*")


@click.command("new", short_help="Write a new plugin's distribution.")
@click.argument("name")
@click.option("--slot", type=click.Choice(SLOTS), help="Fill this slot.")
@click.option("--feature", is_flag=True, help="Fill no slot: a plugin that adds something.")
@click.option("--entry", help="The name that operators choose it by; by default from NAME.")
def new_command(name: str, slot: str | None, feature: bool, entry: str | None) -> None:
    """Write a whole distribution into the folder ./NAME: source, tests, README, CI.

    It builds, installs and passes its tests as it is; what it does is yours to change. Tests
    of a slot run the conformance kit of its contract.
    """
    if feature == bool(slot):
        raise click.UsageError(f"Say --feature, or --slot with one of {', '.join(SLOTS)}.")
    kind = slot or "feature"
    words = make_words(name, kind, entry)
    folder = os.path.abspath(name)
    if os.path.exists(folder):
        raise click.UsageError(f"./{name} is there already: choose another name, or remove it.")
    for path, text in make_files(kind, words).items():
        target = os.path.join(folder, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "x", encoding="utf-8") as file:
            file.write(text)
    click.echo(f"Wrote ./{name}. Next:\n")
    click.echo(f'    pip install --editable "./{name}[test]"\n    python -m pytest {name}')


def make_words(name: str, kind: str, entry: str | None = None) -> dict[str, str]:
    """Return what the words in a skeleton stand for.

    Raises:
        UsageError: The name cannot be a distribution's, or hides another module.
    """
    from importlib.metadata import version

    module = re.sub(r"[-_.]+", "_", name).lower()
    if not _NAME.fullmatch(name) or keyword.iskeyword(module):
        raise click.UsageError(
            f"{name!r} is no name of a distribution: letters and digits, joined by '-'."
        )
    if module in sys.stdlib_module_names or module in ("kernos", "flask", "werkzeug", "tests"):
        raise click.UsageError(f"{name!r} would hide the module {module!r}: choose another name.")
    plain = re.sub(r"[-_.]+", "-", name).lower()
    entry = entry or plain.removeprefix("kernos-").removeprefix(f"{kind}-")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", entry):
        raise click.UsageError(f"{entry!r} is no name to choose a plugin by.")
    if entry == DEFAULTS.get(kind):
        raise click.UsageError(f"{entry!r} is the default's name in {kind}: say another --entry.")
    major = int(version("kernos").partition(".")[0])
    spread = f">={major},<{major + 1}"
    needed = [f"kernos{spread}", *([BASES[kind] + spread] if kind in BASES else [])]
    chosen = "default" if kind == "feature" else f"default,{kind}={entry}"
    use = (
        "It takes part in every application of the environment that it is installed in."
        if kind == "feature"
        else f"It fills the slot `{kind}`. Where several do, choose it in `kernos.toml`:\n\n"
        f'    [components]\n    {kind} = "{entry}"'
    )
    return {
        "NAME": plain,
        "MODULE": module,
        "ENTRY": entry,
        "GROUP": "kernos.plugins" if kind == "feature" else f"kernos.{kind}",
        "DESCRIPTION": DESCRIPTIONS[kind],
        "DEPENDENCIES": json.dumps(needed),
        "RANGE": spread,
        "COMPONENTS": chosen,
        "PLUGINS": entry if kind == "feature" else "none",
        "USE": use,
        "PREFIX": module.upper(),
        "HEADER": "-".join(part.title() for part in plain.split("-")),
        "YEAR": str(dt.datetime.now(dt.UTC).year),
    }


def make_files(kind: str, words: t.Mapping[str, str]) -> dict[str, str]:
    """Return the text of each file of a new distribution, by its path."""
    module = words["MODULE"]
    files = {
        "pyproject.toml": _read("every", "pyproject.toml"),
        "README.md": _read("every", "README.md"),
        "LICENSE": _read("every", "LICENSE"),
        ".gitignore": _read("every", "gitignore"),
        ".github/workflows/test.yml": _read("every", "ci.yml"),
        "tests/conftest.py": _read("every", "conftest.py"),
        f"src/{module}/__init__.py": f'"""{words["DESCRIPTION"]}"""\n',
        f"src/{module}/py.typed": "",
    }
    for found in (importlib.resources.files("kernos_cli") / "skeletons" / kind).iterdir():
        name = found.name.removesuffix(".txt")
        folder = "tests" if name.startswith("test_") else f"src/{module}"
        files[f"{folder}/{name}"] = found.read_text(encoding="utf-8")
    return {path: _filled(text, words) for path, text in files.items()}


def _read(folder: str, name: str) -> str:
    place = importlib.resources.files("kernos_cli") / "skeletons" / folder / f"{name}.txt"
    return place.read_text(encoding="utf-8")


def _filled(text: str, words: t.Mapping[str, str]) -> str:
    return re.sub(r"@([A-Z]+)@", lambda found: words[found[1]], text)
