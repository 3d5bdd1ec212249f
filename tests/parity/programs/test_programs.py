"""Programs written for Flask come to the same on Kernos, but for those named in verdicts."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import typing as t
from functools import cache
from pathlib import Path

import pytest
from differential.pair import peers

from programs.verdicts import DIFFERENT

HERE = Path(__file__).parent
MODULES = sorted(path for path in (HERE / "written").glob("*.py") if path.stem != "__init__")

Outcomes = dict[str, dict[str, t.Any]]


def programs_of(module: Path) -> list[str]:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    return [
        f"{module.stem}.{node.name}"
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]


PROGRAMS = [program for module in MODULES for program in programs_of(module)]


def start(implementation: str, module: Path, path: Path | None = None) -> subprocess.Popen[str]:
    strip = ("FLASK_", "PYTHON", "COV_", "KERNOS_")
    environ = {k: v for k, v in os.environ.items() if not k.startswith(strip)}
    environ |= {"KERNOS_COMPONENTS": "default", "KERNOS_PLUGINS": "none", "PYTHONHASHSEED": "0"}
    if path is not None:
        environ["PYTHONPATH"] = str(path)
    return subprocess.Popen(
        [sys.executable, str(HERE / "runner.py"), implementation, str(module)],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def outcomes_of(process: subprocess.Popen[str]) -> Outcomes:
    output, errors = process.communicate()
    assert process.returncode == 0, errors
    return json.loads(output)


@pytest.fixture(scope="module")
def outcomes() -> t.Callable[[str], tuple[dict[str, t.Any], dict[str, t.Any]]]:
    """Return what tells what a program came to on Flask and on Kernos."""
    folder = peers()
    if folder is None:
        pytest.skip("Flask is not installed apart: `make test` does it, or set KERNOS_PEERS")

    # One module at a time, so that of several workers each runs what it asks for.
    @cache
    def of_module(stem: str) -> tuple[Outcomes, Outcomes]:
        module = HERE / "written" / f"{stem}.py"
        both = start("flask", module, folder), start("kernos", module)
        theirs, ours = map(outcomes_of, both)
        return theirs, ours

    def of_program(program: str) -> tuple[dict[str, t.Any], dict[str, t.Any]]:
        stem, name = program.split(".")
        theirs, ours = of_module(stem)
        return theirs[name], ours.get(name, {})

    return of_program


def without_traceback(outcome: dict[str, t.Any]) -> dict[str, t.Any]:
    return {key: value for key, value in outcome.items() if key != "traceback"}


def test_each_program_named_in_verdicts_is_there() -> None:
    assert set(DIFFERENT) <= set(PROGRAMS)


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_comes_to_the_same(
    outcomes: t.Callable[[str], tuple[dict[str, t.Any], dict[str, t.Any]]],
    program: str,
) -> None:
    theirs, ours = outcomes(program)
    # A program that fails on Flask shows nothing of what it was written to show.
    assert "returned" in theirs, theirs
    if program in DIFFERENT:
        assert "returned" in ours, ours
        assert ours != theirs, "they no longer differ: take the line out of verdicts.py"
        return
    assert without_traceback(ours) == theirs, ours.get("traceback", "")
