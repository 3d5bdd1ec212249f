"""First-party components have no privileged path: a renamed copy does what the original does."""

from __future__ import annotations

import re
import shutil
import typing as t

import pytest
from fresh_environment import DISTRIBUTIONS
from fresh_environment import Environment
from fresh_environment import build_wheel
from shop import visit
from shop import write_shop

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


def test_renamed_copies_of_all_five_answer_as_the_originals_do(
    environment: Environment, tmp_path: Path
) -> None:
    shop = write_shop(tmp_path / "shop")
    environment.install("kernos[standard]")
    originals = visit(environment, shop)

    environment.uninstall(*(f"kernos-{slot}" for slot in SLOTS))
    for slot in SLOTS:
        environment.install(build_wheel(write_copy(slot, tmp_path), tmp_path), deps=False)
    copies = visit(environment, shop)

    assert originals["page again"][2] == "<p>&lt;Ada&gt; 2</p>"
    assert copies == originals
    loaded = environment.ask(
        """
        import sys
        import visit
        print({name.split(".")[0] for name in sys.modules if name.startswith("kernos_")})
        """,
        cwd=shop,
        PYTHONPATH=str(shop),
    )
    assert loaded.endswith("set()")


@pytest.mark.parametrize("slot", SLOTS)
def test_one_renamed_copy_beside_the_originals_takes_the_defaults_place(
    environment: Environment, tmp_path: Path, slot: str
) -> None:
    shop = write_shop(tmp_path / "shop")
    environment.install("kernos[standard]")
    originals = visit(environment, shop)
    environment.install(build_wheel(write_copy(slot, tmp_path), tmp_path), deps=False)
    try:
        copies = visit(environment, shop)
    finally:
        environment.uninstall(f"copied-{slot}")
    assert copies == originals
