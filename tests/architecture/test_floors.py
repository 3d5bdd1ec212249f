"""The floors and the two rules of the house, as import-linter holds them."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONFIGS = ("pyproject.toml", "tests/architecture/strangers.toml")


def imports_of_first_party_packages() -> set[str]:
    return {"kernos", *(path.parent.name for path in ROOT.glob("plugins/*/src/*/__init__.py"))}


@pytest.mark.parametrize("config", CONFIGS)
def test_every_contract_is_kept(config: str) -> None:
    linted = subprocess.run(
        [
            *(Path(sys.executable).with_name("lint-imports"), "--no-cache"),
            *("--config", config),
        ],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    assert linted.returncode == 0, linted.stdout + linted.stderr
    assert "0 broken" in linted.stdout
    analyzed = re.search(r"Analyzed (\d+) files", linted.stdout)
    assert analyzed is not None
    assert int(analyzed[1]) > 100, "import-linter sees only a part of the house"


@pytest.mark.parametrize("config", CONFIGS)
def test_no_package_is_left_out(config: str) -> None:
    settings = tomllib.loads((ROOT / config).read_text())["tool"]["importlinter"]
    packages = imports_of_first_party_packages()
    assert set(settings["root_packages"]) == packages
    for contract in settings["contracts"]:
        if contract["id"].startswith("strangers"):
            assert packages - {"kernos"} <= set(contract["forbidden_modules"])
        if contract["id"] == "public-names":
            assert set(contract["source_modules"]) == packages - {"kernos", "kernos_flask"}
        if contract["id"] == "siblings":
            assert set(contract["modules"]) == packages - {"kernos", "kernos_flask"}


def test_importing_kernos_flask_loads_neither_the_kernel_nor_a_sibling() -> None:
    program = (
        "import sys, kernos_flask; "
        "print(sorted(n for n in sys.modules if n.split('.')[0].startswith('kernos')"
        " and n.split('.')[0] != 'kernos_flask'))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert loaded.stdout.strip() == "[]"
