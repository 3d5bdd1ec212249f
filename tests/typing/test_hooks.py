"""Implementations of hooks are held against their specification by mypy and by pyright."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest

from kernos_cli.platform.new import SLOTS, make_files, make_words

PROGRAMS = Path(__file__).parent / "programs"
ROOT = Path(__file__).parents[2]

Check = t.Callable[[Path, Path], set[int]]


def run(*args: str | Path) -> str:
    """Run a checker in this Python's environment; one that cannot judge at all is an error."""
    environment = {**os.environ, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    done = subprocess.run(
        [sys.executable, "-m", *map(str, args)],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.stdout


def mypy(program: Path, cache: Path) -> set[int]:
    """Return the lines that mypy refuses."""
    told = run("mypy", "--strict", "--output=json", f"--cache-dir={cache}", program)
    found = [json.loads(line) for line in told.splitlines() if line.startswith("{")]
    return {
        one["line"]
        for one in found
        if one["severity"] == "error" and Path(one["file"]).name == program.name
    }


def pyright(program: Path, cache: Path) -> set[int]:
    """Return the lines that pyright refuses, at its strictest."""
    settings = cache / "pyrightconfig.json"
    settings.write_text(json.dumps({"include": [program.name], "typeCheckingMode": "strict"}))
    shutil.copy(program, cache)  # it looks at what lies beside its settings
    told = json.loads(
        run("pyright", "--outputjson", "--pythonpath", sys.executable, "--project", settings)
    )
    assert told["summary"]["filesAnalyzed"] == 1
    return {
        one["range"]["start"]["line"] + 1
        for one in told["generalDiagnostics"]
        if one["severity"] == "error"
    }


@pytest.mark.parametrize("check", [mypy, pyright])
def test_right_implementations_pass(check: Check, tmp_path: Path) -> None:
    assert check(PROGRAMS / "right.py", tmp_path) == set()


@pytest.mark.parametrize("check", [mypy, pyright])
def test_each_wrong_implementation_is_refused_and_nothing_else(
    check: Check, tmp_path: Path
) -> None:
    lines = (PROGRAMS / "wrong.py").read_text(encoding="utf-8").splitlines()
    marked = {number for number, line in enumerate(lines, 1) if "# refused: " in line}
    assert len(marked) > 10
    refused = check(PROGRAMS / "wrong.py", tmp_path)
    # Where a method's decorator is refused, mypy tells of the method itself as well.
    told_twice = {number + 1 for number in marked} - marked
    assert refused - told_twice == marked


def test_a_name_that_is_not_there_is_refused_although_names_are_imported_late(
    tmp_path: Path,
) -> None:
    lines = (PROGRAMS / "names.py").read_text(encoding="utf-8").splitlines()
    marked = {number for number, line in enumerate(lines, 1) if "# refused: " in line}
    assert len(marked) > 5
    assert mypy(PROGRAMS / "names.py", tmp_path) == marked


def test_what_kernos_plugins_new_writes_passes(tmp_path: Path) -> None:
    sources = []
    for kind in (*SLOTS, "feature"):
        for name, text in make_files(kind, make_words(f"acme-{kind}", kind)).items():
            if name.startswith("src/"):
                path = tmp_path / kind / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
        sources.append(tmp_path / kind / "src")
    told = run("mypy", "--strict", f"--cache-dir={tmp_path}", *sources)
    assert told.startswith("Success"), told
    plugins = [source.read_text(encoding="utf-8") for source in tmp_path.rglob("plugin.py")]
    assert len(plugins) == len(sources)
    assert not [text for text in plugins if "@hookimpl\n" in text]
