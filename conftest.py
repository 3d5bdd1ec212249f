"""What holds for every test: standard components, no feature plugin, an index of its own."""

from __future__ import annotations

import os
import sys
import tempfile
import typing as t

import pytest

# All alternatives and all feature plugins are installed here. Tests, and the programs that they
# start, take the defaults and no plugin but those that they hand over themselves.
os.environ.setdefault("KERNOS_COMPONENTS", "default")
os.environ.setdefault("KERNOS_PLUGINS", "none")

# Hundreds of processes are started here: none compiles what another has compiled already.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


@pytest.fixture(scope="session", autouse=True)
def _index_of_this_run() -> t.Iterator[None]:
    """Keep what discovery remembers on disk out of the user's cache folder."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", folder)
        yield
