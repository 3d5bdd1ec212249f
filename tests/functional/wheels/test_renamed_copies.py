"""First-party components have no privileged path: a renamed copy does what the original does."""

from __future__ import annotations

import re
import shutil
import typing as t

import pytest
from fresh_environment import DISTRIBUTIONS, Environment, build_wheels
from questioned_shop import visit, write_shop

if t.TYPE_CHECKING:
    from pathlib import Path

SLOTS = ("json", "sessions", "routing", "templating", "cli")


def write_copy(slot: str, into: Path) -> Path:
    """Copy a component's source under a name of its own: distribution, package, entry point."""
    folder = into / f"copied-{slot}"
    shutil.copytree(
        DISTRIBUTIONS[f"kernos-{slot}"],
        folder,
        ignore=shutil.ignore_patterns("tests", "__pycache__"),
    )
    (folder / "src" / f"kernos_{slot}").rename(folder / "src" / f"copied_{slot}")
    for path in [folder / "pyproject.toml", *folder.glob("src/**/*.py")]:
        text = path.read_text(encoding="utf-8")
        text = text.replace(f"kernos_{slot}", f"copied_{slot}")
        text = text.replace(f'"kernos-{slot}"', f'"copied-{slot}"')
        if path.name == "pyproject.toml":
            text = re.sub(
                r'^kernos = "copied_cli', 'copied = "copied_cli', text, flags=re.MULTILINE
            )
            text = re.sub(
                rf'(\[project\.entry-points\."kernos\.{slot}"\]\n)\w+ =', r"\1copied =", text
            )
        path.write_text(text, encoding="utf-8")
    return folder


def packages_after_a_visit(environment: Environment, shop: Path) -> set[str]:
    """Return the packages that the application loaded to answer everything once."""
    printed = environment.ask(
        "import sys, visit; print(); print(*{name.split('.')[0] for name in sys.modules})",
        cwd=shop,
        PYTHONPATH=str(shop),
    )
    return set(printed.splitlines()[-1].split())


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_shop(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="module")
def standard(environment: Environment) -> Environment:
    environment.install("kernos[standard]")
    return environment


@pytest.fixture(scope="module")
def originals(standard: Environment, shop: Path) -> dict[str, t.Any]:
    """Return what the application answers on the first-party components."""
    return visit(standard, shop)


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Build a renamed copy of each component."""
    folder = tmp_path_factory.mktemp("copies")
    sources = [write_copy(slot, folder) for slot in SLOTS]
    return dict(zip(SLOTS, build_wheels(sources, folder), strict=True))


@pytest.mark.parametrize("slot", SLOTS)
def test_a_copy_beside_the_originals_takes_the_defaults_place(
    standard: Environment,
    shop: Path,
    originals: dict[str, t.Any],
    copies: dict[str, Path],
    slot: str,
) -> None:
    standard.install(copies[slot], deps=False)
    try:
        answers = visit(standard, shop)
        loaded = packages_after_a_visit(standard, shop)
    finally:
        standard.uninstall(f"copied-{slot}")
    assert answers == originals
    assert f"copied_{slot}" in loaded
    assert f"kernos_{slot}" not in loaded or slot == "templating"  # an engine more, not instead


def test_copies_of_all_five_answer_as_the_originals_do_when_those_are_gone(
    standard: Environment, shop: Path, originals: dict[str, t.Any], copies: dict[str, Path]
) -> None:
    standard.uninstall(*(f"kernos-{slot}" for slot in SLOTS))
    try:
        standard.install(*copies.values(), deps=False)
        answers = visit(standard, shop)
        loaded = packages_after_a_visit(standard, shop)
    finally:
        standard.install("kernos[standard]")
        standard.uninstall(*(f"copied-{slot}" for slot in SLOTS))
    assert originals["page again"][2] == "<p>&lt;Ada&gt; 2</p>"
    assert answers == originals
    assert {name for name in loaded if name.startswith("kernos_")} == set()
