"""One environment with the standard components, from the house of wheels."""

from __future__ import annotations

import typing as t

import pytest
from fresh_environment import Environment

if t.TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def standard(house: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Return an environment with the standard components in it, and nothing else."""
    environment = Environment(tmp_path_factory.mktemp("environment"), house)
    environment.install("kernos[standard]")
    return environment
