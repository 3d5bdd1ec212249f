"""The house of wheels: every distribution of the repository, and all that they need."""

from __future__ import annotations

import fcntl
import os
import typing as t

import pytest
from fresh_environment import DISTRIBUTIONS, build_wheels, download_dependencies

if t.TYPE_CHECKING:
    from pathlib import Path


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if not {"alternatives", "wheels"}.isdisjoint(item.path.parts):
            item.add_marker(pytest.mark.wheels)


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build every wheel, each from its sdist, and fetch what they need: once a run.

    The workers of one run share it; who asks first builds, and the others wait.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder = shared / "house"
    with (shared / "house.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / ".complete").exists():
            folder.mkdir()
            build_wheels(DISTRIBUTIONS.values(), folder, from_sdist=True)
            download_dependencies(folder, [*DISTRIBUTIONS, "kernos[standard,testing]"])
            (folder / ".complete").touch()
    return folder
