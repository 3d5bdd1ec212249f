"""Time a new process from its first line to its first answer, and see what memory it then holds.

Run with ``make bench-start``. *hello* is the smallest application: what it does not use, Kernos
does not load. *variable* has a rule with a variable beside it, which takes Werkzeug's routing to
understand, before anybody asks for its URL. *everything* answers JSON, writes a session, renders
a template and adds a command, so that every component of the standard set is loaded.

The contestants take turns; a round starts one process of each. What Kernos remembers of what is
installed was written by the first round, which does not count.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import typing as t
from pathlib import Path

from benchmarks import results
from benchmarks.measuring import turns

PROGRAMS = Path(__file__).parent / "programs"
#: The processor's time; the time that passed, which is longer where others run; memory.
UNITS = ("milliseconds", "milliseconds passed", "megabytes")
#: Each measurement: what its programs' names begin with, who has one, and what is asked.
CASES = {
    "hello": (
        "hello",
        ["kernos", "kernos_flask", "flask", "bottle", "falcon", "bare"],
        ["/"],
    ),
    "variable": ("variable", ["kernos", "kernos_flask", "flask"], ["/"]),
    "everything": (
        "full",
        ["kernos", "kernos_flask", "flask"],
        ["/", "/json", "/session", "/template"],
    ),
}


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description="Time the start of Kernos and its peers.")
    parser.add_argument("--rounds", type=int, default=41, help="processes of each (41)")
    results.add_options(parser)
    options = parser.parse_args()
    report = results.begin("make bench-start", CASES["hello"][1], rounds=options.rounds)
    for name, (prefix, names, paths) in CASES.items():
        figures: dict[str, dict[str, list[float]]] = {
            unit: {one: [] for one in names} for unit in UNITS
        }
        for one, counts in turns(names, options.rounds):
            found = first_answer(f"{prefix}_{one}", paths)
            if counts:
                for unit, figure in found.items():
                    figures[unit][one].append(round(figure, 2))
        report["cases"][name] = figures
        for one in names:
            line = "".join(
                f"{statistics.median(figures[unit][one]):>8.1f} {unit}" for unit in UNITS
            )
            print(f"{name:<12}{one:<14}{line}", file=results.screen(options), flush=True)
    results.finish(report, options)


def first_answer(program: str, paths: t.Sequence[str]) -> dict[str, float]:
    """Return what a new process took to its answers, and the memory that it then holds."""
    ran = subprocess.run(
        [sys.executable, str(PROGRAMS / "first_answer.py"), program, *paths],
        capture_output=True,
        text=True,
        check=False,
        # With bytecode, as an installed program has it: else each process compiles the
        # sources of those that are installed from a checkout, and of nobody else.
        env={k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        # The standard set: this workspace has every feature plugin installed beside it.
        | {"KERNOS_PLUGINS": "none"},
    )
    if ran.returncode:
        raise SystemExit(f"{program}: {ran.stderr or ran.stdout}")
    figures = [int(word) / 1e6 for word in ran.stdout.split()]
    return dict(zip(UNITS, figures, strict=True))


if __name__ == "__main__":
    main()
