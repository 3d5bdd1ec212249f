"""The benchmark of the JSON providers runs, which means that their answers are the same."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_the_benchmark_finds_the_same_answers_and_a_figure_for_each_provider() -> None:
    ran = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "json_providers.py", "--rounds", "1"],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert ran.returncode == 0, ran.stderr
    head, *rows = [line for line in ran.stdout.splitlines() if line][2:]
    assert head.split() == ["stdlib", "orjson", "msgspec"]
    assert len(rows) > 8
    for row in rows[:-1]:
        assert re.search(r"\d  x\d+\.\d +[\d.]+  x\d+\.\d", row), row
