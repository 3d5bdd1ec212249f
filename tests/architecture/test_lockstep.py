"""The distributions move together: one version, exact pins, the same metadata."""

from __future__ import annotations

import re
import tomllib
import typing as t
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = [ROOT / "kernel", *sorted(path.parent for path in ROOT.glob("plugins/*/pyproject.toml"))]


def project(folder: Path) -> dict[str, t.Any]:
    return t.cast(
        "dict[str, t.Any]", tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    )


PROJECTS = {project(folder)["name"]: project(folder) for folder in FOLDERS}
VERSION = PROJECTS["kernos"]["version"]


def requirements(of: dict[str, t.Any]) -> list[str]:
    extras = of.get("optional-dependencies", {}).values()
    return [*of["dependencies"], *(one for extra in extras for one in extra)]


def test_all_distributions_are_here() -> None:
    assert set(PROJECTS) >= {
        "kernos",
        "kernos-cli",
        "kernos-flask",
        "kernos-json",
        "kernos-routing",
        "kernos-sessions",
        "kernos-templating",
    }


@pytest.mark.parametrize("name", PROJECTS)
def test_all_share_one_version(name: str) -> None:
    assert PROJECTS[name]["version"] == VERSION


def test_the_workspace_installs_every_distribution_by_path_and_is_never_published() -> None:
    workspace = project(ROOT)
    assert workspace["version"] == VERSION
    assert "Private :: Do Not Upload" in workspace["classifiers"]
    paths = {
        f"{name} @ {{root:uri}}/{folder.relative_to(ROOT)}"
        for name, folder in zip(PROJECTS, FOLDERS, strict=True)
    }
    assert set(workspace["dependencies"]) == paths


@pytest.mark.parametrize("name", PROJECTS)
def test_siblings_are_pinned_exactly(name: str) -> None:
    siblings = [one for one in requirements(PROJECTS[name]) if re.match(r"kernos\b", one)]
    for one in siblings:
        assert re.fullmatch(rf"kernos(-[\w-]+)?=={re.escape(VERSION)}", one), one
    assert name == "kernos" or f"kernos=={VERSION}" in siblings


def test_the_kernel_depends_on_no_plugin_but_in_its_extra() -> None:
    assert not [one for one in PROJECTS["kernos"]["dependencies"] if one.startswith("kernos")]
    standard = PROJECTS["kernos"]["optional-dependencies"]["standard"]
    assert sorted(standard) == [
        f"kernos-{slot}=={VERSION}"
        for slot in ("cli", "json", "routing", "sessions", "templating")
    ]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_each_distribution_is_a_whole_small_house(folder: Path) -> None:
    (package,) = (folder / "src").glob("kernos*")
    for part in ("README.md", "LICENSE", "tests"):
        assert (folder / part).exists(), part
    assert (package / "py.typed").exists()
    assert (folder / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()
    metadata = project(folder)
    assert metadata["requires-python"] == ">=3.11"
    assert "Typing :: Typed" in metadata["classifiers"]


@pytest.mark.parametrize("name", ["requirements.lock", "benchmarks/requirements.lock"])
def test_a_lock_pins_and_hashes_everything_and_records_no_address(name: str) -> None:
    text = (ROOT / name).read_text()
    assert not re.search(r"https?://|file:|--(?:index|extra|find|trusted)|@ ", text)
    entries = re.split(r"\n(?=\S)", text.strip())
    for entry in entries:
        assert re.match(r"[\w.-]+==\d\S*( ; .+)? \\\n +--hash=sha256:", entry), entry


def test_examples_ask_for_a_range_as_third_parties_do() -> None:
    for path in ROOT.glob("examples/*/pyproject.toml"):
        asked = [one for one in project(path.parent)["dependencies"] if one.startswith("kernos")]
        assert asked
        assert all(re.fullmatch(r"kernos(\[\w+\])?>=1,<2", one) for one in asked)
