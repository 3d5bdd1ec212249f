"""The floors and the two rules of the house, as import-linter holds them."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONFIGS = ("pyproject.toml", "tests/architecture/strangers.toml")


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
def test_no_distribution_is_left_out(config: str) -> None:
    spec = importlib.util.spec_from_file_location(
        "members", Path(__file__).with_name("members.py")
    )
    assert spec is not None
    assert spec.loader is not None
    members = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(members)
    text = (ROOT / config).read_text(encoding="utf-8")
    assert len(members.LIST.findall(text)) == text.count("# members: ")
    assert text == members.current(text), "make members"


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
