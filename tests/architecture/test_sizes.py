"""A room is one concept: no module grows beyond what one sitting can read."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
LIMIT_LINES = 400


def test_no_module_is_longer_than_400_lines() -> None:
    sources = [
        *ROOT.glob("kernel/src/**/*.py"),
        *ROOT.glob("plugins/*/src/**/*.py"),
        *ROOT.glob("examples/*/src/**/*.py"),
    ]
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in sources
    }
    assert len(lengths) > 20
    assert {name: lines for name, lines in lengths.items() if lines > LIMIT_LINES} == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    empty_words = {"base", "common", "helpers", "misc", "shared", "util", "utils"}
    found = [
        str(path.relative_to(ROOT))
        for path in [*ROOT.glob("kernel/src/**/*"), *ROOT.glob("plugins/*/src/**/*")]
        if path.stem in empty_words
        # Flask's own room: `from flask.helpers import …` is in use everywhere.
        and path != ROOT / "kernel" / "src" / "kernos" / "helpers.py"
        and "facade" not in path.parts
    ]
    assert found == []


def test_no_init_file_makes_a_package_of_the_plugins_folders() -> None:
    shadows = [*ROOT.glob("plugins/__init__.py"), *ROOT.glob("plugins/*/__init__.py")]
    assert shadows == []
