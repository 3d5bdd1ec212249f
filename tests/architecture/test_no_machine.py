"""Nothing in the repository knows the machine that it was written on."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Written so that a search for such a path does not find this file.
MACHINE = re.compile(
    r"/(?:home|[U]sers)/\w+/\w|/[r]oot/\.\w|/[w]ork/(?:main|shared)|\.[p]yenv|bash_[j]obs"
)


def tracked_files() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.fail("this test asks git which files belong to the repository")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_holds_a_path_of_a_machine() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in tracked_files()
        for number, line in enumerate(
            path.read_text(encoding="utf-8", errors="replace").splitlines(), 1
        )
        if MACHINE.search(line)
    ]
    assert found == []


def test_no_file_is_tracked_that_a_tool_makes() -> None:
    made = re.compile(r"(^|/)(__pycache__|\.venv|dist|build|instance|\.\w+_cache)/|\.pyc$")
    found = [
        name for path in tracked_files() if made.search(name := path.relative_to(ROOT).as_posix())
    ]
    assert found == []
