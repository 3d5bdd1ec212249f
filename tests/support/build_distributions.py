"""Build distributions, all in this one process: print the name of each wheel.

    python build_distributions.py [--from-sdist] INTO FOLDER...

The backend's hooks of PEP 517 are called as a front end calls them, which would start several
processes for each distribution.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import tarfile
import tempfile
import tomllib
from pathlib import Path


def build(folder: Path, into: Path, *, from_sdist: bool) -> str:
    """Build a distribution, if asked from nothing but its sdist; return the wheel's name."""
    settings = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))
    backend = importlib.import_module(settings["build-system"]["build-backend"])
    with tempfile.TemporaryDirectory() as scratch:
        if from_sdist:
            with contextlib.chdir(folder):
                sdist = backend.build_sdist(str(into))
            with tarfile.open(into / sdist) as archive:
                archive.extractall(scratch, filter="data")
            (folder,) = Path(scratch).iterdir()
        with contextlib.chdir(folder):
            return str(backend.build_wheel(str(into)))


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--from-sdist", action="store_true")
    parser.add_argument("into", type=Path)
    parser.add_argument("folders", type=Path, nargs="+")
    told = parser.parse_args()
    for folder in told.folders:
        print(build(folder.resolve(), told.into.resolve(), from_sdist=told.from_sdist))


if __name__ == "__main__":
    main()
