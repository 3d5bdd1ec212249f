"""Routes and idle plugins cost a request nothing: counted, so that no clock is asked."""

from __future__ import annotations

import json
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def counts() -> dict[str, int]:
    """Return the bytecode instructions of one request, by what was asked."""
    command = [sys.executable, "-m", "benchmarks.count", "--bytecode", "--json"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return t.cast("dict[str, int]", json.loads(ran.stdout)["cases"])


@pytest.mark.parametrize("many", ["1,000", "10,000"])
def test_the_last_of_many_routes_is_found_as_fast_as_the_last_of_ten(
    counts: dict[str, int], many: str
) -> None:
    assert counts[f"last of {many} routes"] == pytest.approx(counts["last of 10 routes"], rel=0.2)


def test_twenty_plugins_that_hook_into_no_request_cost_it_nothing(
    counts: dict[str, int],
) -> None:
    assert counts["20 plugins"] == pytest.approx(counts["0 plugins"], rel=0.03)


def test_a_hook_that_runs_at_each_request_is_counted() -> None:
    """What shows nothing above would show something that is there."""
    program = """
from benchmarks import counted

quick = counted.subjects()["0 plugins"]

def make(rounds):
    app = quick.make()
    app.before_request(lambda: sum(1 for _ in range(rounds)) and None)
    return app

for rounds in (10, 1000):
    print(counted.bytecode(counted.Subject(lambda: make(rounds), quick.case)))
"""
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    few, many = map(int, ran.stdout.split())
    assert many - few > 990
