"""An environment for each module of tests, filled from the house of wheels."""

from __future__ import annotations

import typing as t

import pytest
from fresh_environment import Environment

if t.TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def environment(house: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Return an empty environment, one for each module of tests."""
    return Environment(tmp_path_factory.mktemp("environment"), house)
