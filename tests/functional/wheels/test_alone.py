"""Each distribution builds as sdist and wheel, and installs alone with what it declares."""

from __future__ import annotations

import re
import tarfile
import typing as t
import zipfile
from email.parser import Parser

import pytest
from fresh_environment import DISTRIBUTIONS, Environment

if t.TYPE_CHECKING:
    from pathlib import Path


def package_of(name: str) -> str:
    return name.replace("-", "_")


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_a_wheel_installs_alone_and_imports(house: Path, tmp_path: Path, name: str) -> None:
    environment = Environment(tmp_path, house)
    environment.install(name)
    package = package_of(name)
    printed = environment.ask(f"""
        import {package}
        from importlib import metadata
        print(metadata.version({name!r}), {package}.__file__)
        for group in metadata.distribution({name!r}).entry_points:
            group.load()
        """)
    assert printed.startswith("1.0.0 ")
    assert "site-packages" in printed


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_a_wheel_holds_its_package_and_nothing_beside(house: Path, name: str) -> None:
    (wheel,) = house.glob(f"{package_of(name)}-1.0.0-*.whl")
    package = package_of(name)
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (meta,) = [one for one in names if one.endswith(".dist-info/METADATA")]
        metadata = Parser().parsestr(archive.read(meta).decode())
    assert f"{package}/py.typed" in names
    assert {one.split("/")[0] for one in names} == {package, f"{package}-1.0.0.dist-info"}
    assert any(one.endswith("licenses/LICENSE") for one in names)
    assert metadata["License-Expression"] == "BSD-3-Clause"
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert metadata["Requires-Python"] == ">=3.11"


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_an_sdist_holds_source_and_tests(house: Path, name: str) -> None:
    package = package_of(name)
    with tarfile.open(house / f"{package}-1.0.0.tar.gz") as archive:
        names = [one.split("/", 1)[1] for one in archive.getnames()]
    assert {"pyproject.toml", "README.md", "LICENSE", f"src/{package}/py.typed"} <= set(names)
    assert any(re.match(r"tests/(.+/)?test_\w+\.py$", one) for one in names), "no tests"
    assert not [one for one in names if "__pycache__" in one or one.endswith(".pyc")]
