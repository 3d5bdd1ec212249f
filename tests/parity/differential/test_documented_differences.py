"""Every row of the table is shown, and the page is written from it."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from differential.differences import DIFFERENCES, Difference
from differential.page import PAGE, differences_page
from differential.pair import ROOT, Pair

#: What holds for ``kernos.Kernos`` alone: under ``flask.Flask`` nothing differs.
KERNOS_ALONE = {"F26", "F28", "F29", "F32"}


def identified(difference: Difference) -> str:
    return f"{difference.rows} {difference.name}"


@pytest.mark.parametrize(
    "difference", [row for row in DIFFERENCES if row.shown is not None], ids=identified
)
def test_a_request_shows_the_difference(pair: Pair, difference: Difference) -> None:
    example = difference.shown
    assert example is not None
    (((_, flask, kernos),),) = pair.talk([(example.app, [example.request])])
    assert (example.look(flask), example.look(kernos)) == (example.flask, example.kernos)
    if difference.explains is not None and example.app != "unruly":
        assert difference.explains(example.request, flask, kernos)


@pytest.mark.parametrize("difference", DIFFERENCES, ids=identified)
def test_every_row_is_shown_by_something_that_exists(difference: Difference) -> None:
    assert difference.shown is not None or difference.tests
    for test in difference.tests:
        file, _, name = test.partition("::")
        assert name in functions_of(file), test


@cache
def functions_of(file: str) -> frozenset[str]:
    """Return the names of the functions in one of the repository's files."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_no_row_of_the_promises_is_forgotten() -> None:
    told = {row.rows for row in DIFFERENCES} | KERNOS_ALONE
    assert {f"F{number}" for number in range(1, 33)} <= told
    names = [row.name for row in DIFFERENCES]
    assert len(names) == len(set(names))


def test_the_page_is_current() -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert written == differences_page(), "python tests/parity/differential/page.py writes it"


def test_the_how_to_names_tests_that_exist() -> None:
    text = (ROOT / "docs/how-to/run-your-flask-application.md").read_text(encoding="utf-8")
    named = re.findall(r"\(\.\./\.\./([\w/.-]+\.py)\) `(test_\w+)`", text)
    assert len(named) > 10
    for file, name in named:
        assert name in functions_of(file), f"{file}::{name}"
