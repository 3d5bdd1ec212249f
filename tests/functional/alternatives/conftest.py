"""One environment with the standard components, and the wheels of what is put beside them."""

from __future__ import annotations

import typing as t

import pytest
from fresh_environment import DISTRIBUTIONS
from fresh_environment import Environment
from fresh_environment import build_wheel
from fresh_environment import download_dependencies

if t.TYPE_CHECKING:
    from pathlib import Path

STANDARD = [
    "kernos",
    *(f"kernos-{slot}" for slot in "cli json routing sessions templating".split()),
]
ALTERNATIVES = [
    "kernos-converters",
    "kernos-json-msgspec",
    "kernos-json-orjson",
    "kernos-pydantic",
    "kernos-templating-mako",
    "kernos-templating-minijinja",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "alternatives" in item.path.parts:
            item.add_marker(pytest.mark.xdist_group("alternatives"))
            item.add_marker(pytest.mark.wheels)


@pytest.fixture(scope="module")
def standard(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Return an environment with the standard components in it, and nothing else."""
    house: Path = tmp_path_factory.mktemp("house")
    names = [*STANDARD, *ALTERNATIVES]
    for name in names:
        build_wheel(DISTRIBUTIONS[name], house)
    download_dependencies(house, [*names, "kernos[standard]"])
    environment = Environment(tmp_path_factory.mktemp("environment"), house)
    environment.install("kernos[standard]")
    return environment
