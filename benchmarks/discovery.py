"""What plugins that are installed cost an application that is being built.

    python -m benchmarks.discovery [--others 1000] [--plugins 100] [--chosen 10] [--rounds 21]

Processes take turns: one whose search path holds nothing more than this environment, whose
feature plugins are left out, one
that sees a folder of as many distributions, with the index fresh, and one that must scan
first. Each builds one application, freezes it, and tells the milliseconds: those that passed,
and those of the processor, which a busy machine disturbs less. Printed is the median of each
way, the best in parentheses, and the median of what it took more than with none in its round.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import typing as t
from pathlib import Path

from benchmarks.machine import describe, head
from kernos.hooks import list_plugins

SLOTS = ("json", "sessions", "routing", "cli")

BUILD = """
import time
from kernos import Kernos
began = time.perf_counter(), time.process_time()
Kernos("benchmarked", components="default").freeze()
print((time.perf_counter() - began[0]) * 1000, (time.process_time() - began[1]) * 1000)
"""
FEATURE = "from kernos.hooks import hookimpl\n\n@hookimpl\ndef kernos_app_ready(app): ...\n"


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--others", type=int, default=1000, help="distributions without plugins")
    parser.add_argument("--plugins", type=int, default=100, help="distributions with a plugin")
    parser.add_argument("--chosen", type=int, default=10, help="those of them that take part")
    parser.add_argument("--rounds", type=int, default=21)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        many, none, cache = folder / "many", folder / "none", folder / "cache"
        none.mkdir()  # a folder on the search path has its price, whatever it holds
        install(many, asked.others, asked.plugins, asked.chosen)
        own = [one for one in list_plugins(load=False) if one.slot is None]
        common = {"KERNOS_DISABLE": ",".join(f"{o.distribution}:{o.name}" for o in own)}
        fresh = {**common, "XDG_CACHE_HOME": str(cache)}
        ways = {
            "with none": {**fresh, "PYTHONPATH": str(none)},
            "with all, index fresh": {**fresh, "PYTHONPATH": str(many)},
            "with all, no index": {**common, "PYTHONPATH": str(many), "KERNOS_INDEX": "off"},
        }
        for environment in ways.values():
            build(folder, environment)  # writes the index, and what Python compiles
        times: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
        for _ in range(asked.rounds):
            for way, environment in ways.items():
                times[way].append(build(folder, environment))
    print(head(describe(["kernos"])))
    print(f"{asked.others} distributions, {asked.plugins} with plugins, {asked.chosen} chosen\n")
    for column, clock in enumerate(("passed", "processor")):
        least = [one[column] for one in times["with none"]]
        for way, found in times.items():
            mine = [one[column] for one in found]
            more = statistics.median(a - b for a, b in zip(mine, least, strict=True))
            middle = statistics.median(mine)
            print(f"{clock:<9} {way:<21} {middle:7.2f} ms ({min(mine):.2f})  {more:+7.2f} ms")


def install(folder: Path, others: int, plugins: int, chosen: int) -> None:
    """Write distributions as pip would: plugins that take part, alternatives, and others."""
    for number in range(others):
        distribution(folder, f"other-{number}", "console_scripts", f"tool{number}", "os:getcwd")
    for number in range(plugins):
        name = f"plugin-{number}"
        group = "plugins" if number < chosen else SLOTS[number % len(SLOTS)]
        module = name.replace("-", "_")
        distribution(folder, name, f"kernos.{group}", f"acme{number}", module)
        (folder / f"{module}.py").write_text(FEATURE)


def distribution(folder: Path, name: str, group: str, entry: str, value: str) -> None:
    """Write the metadata of one distribution."""
    info = folder / f"{name.replace('-', '_')}-1.0.0.dist-info"
    info.mkdir(parents=True)
    info.joinpath("METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0.0\nRequires-Dist: kernos>=1,<2\n"
    )
    info.joinpath("entry_points.txt").write_text(f"[{group}]\n{entry} = {value}\n")
    info.joinpath("RECORD").touch()


def build(folder: Path, environment: t.Mapping[str, str]) -> tuple[float, float]:
    """Return the milliseconds, passed and of the processor, that a process of its own takes."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KERNOS_")}
    kept.pop("PYTHONPATH", None)
    done = subprocess.run(
        [sys.executable, "-c", BUILD],
        check=True,
        capture_output=True,
        text=True,
        cwd=folder,
        env={**kept, **environment},
    )
    passed, processor = map(float, done.stdout.split())
    return passed, processor


if __name__ == "__main__":
    main()
