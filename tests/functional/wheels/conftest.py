"""The house of wheels: every distribution of the repository, and all that they need."""

from __future__ import annotations

import typing as t

import pytest
from fresh_environment import DISTRIBUTIONS
from fresh_environment import Environment
from fresh_environment import build_wheel
from fresh_environment import download_dependencies

if t.TYPE_CHECKING:
    from pathlib import Path


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "wheels" in item.path.parts:
            # One worker builds the house; the others need not.
            item.add_marker(pytest.mark.xdist_group("wheels"))
            item.add_marker(pytest.mark.wheels)


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build every wheel, each from its sdist, and fetch what they need: once a session."""
    folder = tmp_path_factory.mktemp("house")
    for source in DISTRIBUTIONS.values():
        build_wheel(source, folder, from_sdist=True)
    download_dependencies(folder, [*DISTRIBUTIONS, "kernos[standard]"])
    return folder


@pytest.fixture(scope="module")
def environment(house: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Return an empty environment, one for each module of tests."""
    return Environment(tmp_path_factory.mktemp("environment"), house)
