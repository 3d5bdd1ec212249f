"""The tutorial runs as it is written, and every page can be found."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TUTORIAL = (ROOT / "docs" / "tutorial" / "index.md").read_text(encoding="utf-8")
FILES = re.findall(r'```\w+ title="([^"]+)"\n(.*?)```', TUTORIAL, re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write every file of the tutorial; a later one of the same name replaces the earlier."""
    for name, text in FILES:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def run(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(folder), "XDG_CACHE_HOME": str(folder / "cache")},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_readers_tests_pass(folder: Path) -> None:
    printed = run(folder, "-W", "error", "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert "4 passed" in printed


def test_the_first_page_runs_as_it_stands(tmp_path: Path) -> None:
    name, text = FILES[0]
    (tmp_path / name).write_text(text, encoding="utf-8")
    program = "import hello; print(hello.app.test_client().get('/').text)"
    assert run(tmp_path, "-c", program).strip() == "Hello!"


def test_the_routes_are_shown(folder: Path) -> None:
    printed = run(folder, "-m", "kernos_cli", "--app", "hello", "routes")
    assert "/api/squares/<int:number>" in printed


def test_the_metadata_is_toml() -> None:
    for text in re.findall(r"```toml\n(.*?)```", TUTORIAL, re.DOTALL):
        tomllib.loads(text)


@pytest.mark.parametrize(
    "page", [*sorted(ROOT.glob("docs/**/*.md")), ROOT / "README.md"], ids=lambda p: p.name
)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
        if not re.match(r"\w+:", target):
            assert (page.parent / target).exists(), target


def test_every_page_is_linked_from_another() -> None:
    docs = ROOT / "docs"
    linked = {
        (page.parent / target).resolve()
        for page in docs.glob("**/*.md")
        for target in re.findall(r"\]\(([^)#:]+\.md)", page.read_text(encoding="utf-8"))
    }
    assert {page for page in docs.glob("**/*.md") if page.resolve() not in linked} == {
        docs / "index.md"
    }
