"""Time a new process from its first line to its first answer, and see what memory it then holds.

Run with ``make bench-start``. *hello* is the smallest application: what it does not use, Kernos
does not load. *everything* answers JSON, writes a session, renders a template and adds a command,
so that every component of the standard set is loaded. The contestants take turns; a round starts
one process of each. What Kernos remembers of what is installed was written by the first round,
which does not count.
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
#: Each measurement: what its programs' names begin with, who has one, and what is asked.
CASES = {
    "hello": (
        "hello",
        ["kernos", "kernos_flask", "flask", "bottle", "falcon", "bare"],
        ["/"],
    ),
    "everything": (
        "full",
        ["kernos", "kernos_flask", "flask"],
        ["/", "/json", "/session", "/template"],
    ),
}


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description="Time the start of Kernos and its peers.")
    parser.add_argument("--rounds", type=int, default=15, help="processes of each (15)")
    results.add_options(parser)
    options = parser.parse_args()
    report = results.begin("make bench-start", CASES["hello"][1], rounds=options.rounds)
    for name, (prefix, names, paths) in CASES.items():
        seconds: dict[str, list[float]] = {one: [] for one in names}
        megabytes: dict[str, list[float]] = {one: [] for one in names}
        for one, counts in turns(names, options.rounds):
            spent, resident = first_answer(f"{prefix}_{one}", paths)
            if counts:
                seconds[one].append(round(spent, 2))
                megabytes[one].append(round(resident, 2))
        report["cases"][name] = {"milliseconds": seconds, "megabytes": megabytes}
        for one in names:
            print(
                f"{name:<12}{one:<14}{statistics.median(seconds[one]):>8.1f} ms"
                f"{statistics.median(megabytes[one]):>8.1f} MB",
                file=results.screen(options),
                flush=True,
            )
    results.finish(report, options)


def first_answer(program: str, paths: t.Sequence[str]) -> tuple[float, float]:
    """Return the milliseconds to the answers of a new process, and its megabytes of memory."""
    ran = subprocess.run(
        [sys.executable, str(PROGRAMS / "first_answer.py"), program, *paths],
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ),
    )
    if ran.returncode:
        raise SystemExit(f"{program}: {ran.stderr or ran.stdout}")
    nanoseconds, octets = ran.stdout.split()
    return int(nanoseconds) / 1e6, int(octets) / 1e6


if __name__ == "__main__":
    main()
