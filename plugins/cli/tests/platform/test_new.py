"""``kernos plugins new``: what is written, and what is refused."""

from __future__ import annotations

import tomllib
import typing as t
from pathlib import Path

import pytest

from kernos_cli.platform.new import SLOTS, make_files, make_words

KINDS = [*SLOTS, "feature"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_file_is_filled_in_and_can_be_read(kind: str) -> None:
    files = make_files(kind, make_words("Acme.Thing", kind))
    assert {"pyproject.toml", "README.md", "LICENSE", ".github/workflows/test.yml"} <= set(files)
    assert "src/acme_thing/plugin.py" in files
    assert any(path.startswith("tests/test_") for path in files)
    for path, text in files.items():
        if path.endswith(".py"):
            compile(text, path, "exec")
        assert "@NAME@" not in text
    project = tomllib.loads(files["pyproject.toml"])["project"]
    assert project["name"] == "acme-thing"
    group = "kernos.plugins" if kind == "feature" else f"kernos.{kind}"
    assert project["entry-points"][group] == {"acme-thing": "acme_thing.plugin"}
    assert project["dependencies"][0] == "kernos>=1,<2"


@pytest.mark.parametrize("kind", SLOTS)
def test_a_slots_tests_run_the_kit_of_its_contract(kind: str) -> None:
    files = make_files(kind, make_words("acme", kind))
    assert f"kernos.testing.conformance.{kind}" in files["tests/test_conformance.py"]


def test_the_entrys_name_is_what_the_distribution_adds() -> None:
    assert make_words("kernos-json-fast", "json")["ENTRY"] == "fast"
    assert make_words("acme-json", "json", "quick")["ENTRY"] == "quick"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("acme",), "--feature, or --slot"),
        (("acme", "--feature", "--slot", "json"), "--feature, or --slot"),
        (("../acme", "--feature"), "no name of a distribution"),
        (("class", "--feature"), "no name of a distribution"),
        (("json", "--feature"), "would hide the module"),
        (("kernos-json-stdlib", "--slot", "json"), "the default's name"),
        (("acme", "--slot", "jsn"), "'jsn' is not one of"),
    ],
)
def test_what_would_not_work_is_refused(
    invoke: t.Callable[..., t.Any], tmp_path: Path, args: tuple[str, ...], words: str
) -> None:
    done = invoke("plugins", "new", *args)
    assert done.exit_code == 2
    assert words in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_over(invoke: t.Callable[..., t.Any], tmp_path: Path) -> None:
    (tmp_path / "acme").mkdir()
    done = invoke("plugins", "new", "acme", "--feature")
    assert done.exit_code == 2
    assert list((tmp_path / "acme").iterdir()) == []
