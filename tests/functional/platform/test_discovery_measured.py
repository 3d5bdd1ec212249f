"""The command that measures what installed distributions cost an application runs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from benchmarks.discovery import BUILD, install

ROOT = Path(__file__).parents[3]


def test_it_prints_a_figure_of_each_way_on_both_clocks() -> None:
    few = ("--others", "20", "--plugins", "12", "--chosen", "3", "--rounds", "1")
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.discovery", *few],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert ran.returncode == 0, ran.stderr
    rows = [line for line in ran.stdout.splitlines() if line.endswith(" ms")]
    assert len(rows) == 6
    for row in rows:
        assert re.fullmatch(
            r"(passed|processor) +with .+ \d+\.\d\d ms \(\d+.\d\d\) +[+-]\S+ ms", row
        )


def test_what_it_installs_and_does_not_choose_is_not_imported(tmp_path: Path) -> None:
    install(tmp_path, others=20, plugins=12, chosen=3)
    told = "\nimport sys\nprint(*sorted(one for one in sys.modules if one.startswith('plugin_')))"
    ran = subprocess.run(
        [sys.executable, "-c", BUILD + told],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")},
    )
    assert ran.stdout.splitlines()[-1] == "plugin_0 plugin_1 plugin_2"
