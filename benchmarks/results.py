"""What every command measured, as one JSON object beside the machine's description."""

from __future__ import annotations

import argparse
import json
import sys
import typing as t
from pathlib import Path

from benchmarks import machine
from benchmarks.contestants import CONTESTANTS

FOLDER = Path(__file__).parent / "results"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what each command takes: where the result goes."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write it to a file")


def screen(options: argparse.Namespace) -> t.TextIO:
    """Return where people read: the standard output, unless JSON goes there."""
    return sys.stderr if options.json else sys.stdout


def begin(command: str, contestants: t.Iterable[str], **settings: object) -> dict[str, t.Any]:
    """Return a report to fill: its ``cases`` are what the command measures."""
    told = [name for one in contestants for name in CONTESTANTS[one].versions]
    return {
        "command": command,
        "settings": settings,
        "machine": machine.describe(dict.fromkeys(told)),
        "cases": {},
    }


def finish(report: dict[str, t.Any], options: argparse.Namespace) -> None:
    """Print and write a report, as the options say."""
    report["machine"]["load at the end"] = machine.load()
    text = json.dumps(report, indent=1)
    if options.json:
        print(text)
    if options.output:
        options.output.parent.mkdir(parents=True, exist_ok=True)
        options.output.write_text(text + "\n", encoding="utf-8")


def read(name: str) -> dict[str, t.Any]:
    """Return the result that the repository keeps of a command; empty where there is none."""
    path = FOLDER / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
