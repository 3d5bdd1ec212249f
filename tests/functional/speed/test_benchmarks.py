"""The benchmarks check what they time, and the page holds what they found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PEERS = Path(os.environ.get("KERNOS_PEERS") or ROOT / ".venv" / "peers")
FEW = ["--rounds", "1", "--requests", "3"]


def run(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", f"benchmarks.{module}", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(PEERS)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_page_is_made_from_the_results_that_are_kept() -> None:
    page = ROOT / "docs" / "reference" / "speed.md"
    made = run("page", "--print")
    assert made.returncode == 0, made.stderr
    assert page.read_text(encoding="utf-8") == made.stdout, "run `make docs`"


def test_each_case_of_the_goals_is_measured() -> None:
    program = """
from benchmarks.goals import GOALS
from benchmarks.in_process import NAMES
print(sorted(set(GOALS["requests"]) ^ (set(NAMES) - {"last of 10,000 routes"})))
"""
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stdout == "[]\n"


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        ("Answer(404, HEADERS, b'Hello, World!')", "the status is 404, not 200"),
        ("Answer(200, HEADERS, b'Hello, Flask!')", "the body is 'Hello, Flask!'"),
        ("Answer(200, HEADERS, b'Hello')", "the content length is"),
        (
            "Answer(200, HEADERS | {'content-type': 'text/plain'}, b'Hello, World!')",
            "the content type is 'text/plain'",
        ),
    ],
)
def test_a_wrong_answer_is_not_timed(answer: str, complaint: str) -> None:
    program = f"""
from benchmarks.cases import CASES, HTML
from benchmarks.driving import Answer
from benchmarks.measuring import check

HEADERS = {{"content-type": HTML, "content-length": "13"}}
check(CASES[0], {{"bottle": Answer(200, HEADERS, b"Hello, World!")}})
check(CASES[0], {{"bottle": {answer}}})
"""
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 1
    assert f"bottle, hello: {complaint}" in ran.stderr


def test_a_ratio_is_the_median_of_the_rounds_own_ratios() -> None:
    program = """
from benchmarks.measuring import ratio
print(ratio({"kernos": [1.0, 2.0, 4.0], "flask": [10.0, 10.0, 10.0]}, "kernos"))
"""
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert float(ran.stdout) == 5


def test_ours_and_the_peers_answer_every_case_rightly() -> None:
    if not (PEERS / "bottle.py").exists():
        pytest.skip("the peers are not installed apart: `make test` does it")
    few = [word for name in CASES_WITHOUT_MANY_ROUTES for word in ("--case", name)]
    ran = run("in_process", *FEW, *few, "--json")
    assert ran.returncode == 0, ran.stderr
    cases = json.loads(ran.stdout)["cases"]
    assert list(cases) == CASES_WITHOUT_MANY_ROUTES
    assert all({"kernos", "kernos_flask", "flask"} <= set(times) for times in cases.values())
    assert {"bottle", "falcon", "pyramid", "starlette", "litestar", "quart", "bare"} <= set(
        cases["hello"]
    )


def test_a_speed_that_is_not_reached_fails_the_command() -> None:
    if not (PEERS / "bottle.py").exists():
        pytest.skip("the peers are not installed apart: `make test` does it")
    two = ["--contestant", "kernos", "--contestant", "flask", "--case", "hello"]
    ran = run("in_process", *FEW, *two, "--require", "1000000")
    assert ran.returncode == 1
    assert "not 1e+06 times flask's speed" in ran.stderr


@pytest.mark.parametrize(("floor", "status"), [("1e-6", 0), ("1e6", 1)])
def test_the_gate_refuses_what_is_slower_and_nothing_else(floor: str, status: int) -> None:
    if not (PEERS / "bottle.py").exists():
        pytest.skip("the peers are not installed apart: `make test` does it")
    program = f"""
import sys
from benchmarks import gate
gate.GOALS["requests"] = {{"hello": {{"goal": {{"flask": 10}}, "gate": {{"flask": {floor}}}}}}}
gate.GOALS["twin"]["gate"] = 0
sys.argv = ["gate", "--rounds", "1", "--requests", "3"]
gate.main()
"""
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(PEERS)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == status
    assert ("slower than the gate: hello" in ran.stderr) == bool(status)
    assert ("once more, longer" in ran.stdout) == bool(status)


CASES_WITHOUT_MANY_ROUTES = [
    "hello",
    "json",
    "json, orjson",
    "int parameter",
    "query argument",
    "form",
    "json body",
    "404",
    "session read, no cookie",
    "session read",
    "session read and write",
    "template string",
    "template file",
    "blueprint, functions",
    "blueprint, g and headers",
    "last of 10 routes",
]
