"""The rooms of this folder import each other by their names."""

from __future__ import annotations

import sys
import typing as t
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from differential.pair import Pair, Worker, peers


@pytest.fixture(scope="session")
def pair() -> t.Iterator[Pair]:
    """Flask and Kernos, each in a process of its own."""
    folder = peers()
    if folder is None:
        pytest.skip("Flask is not installed apart: `make test` does it, or set KERNOS_PEERS")
    both = Pair(Worker("flask", folder), Worker("kernos"))
    yield both
    both.close()
