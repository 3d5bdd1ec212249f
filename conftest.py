"""What holds for every test: the standard components, and an index of its own."""

from __future__ import annotations

import os
import tempfile
import typing as t

import pytest

# Alternatives for a slot may be installed beside the defaults; tests take the defaults,
# and so do the programs that they start.
os.environ.setdefault("KERNOS_COMPONENTS", "default")


@pytest.fixture(scope="session", autouse=True)
def _index_of_this_run() -> t.Iterator[None]:
    """Keep what discovery remembers on disk out of the user's cache folder."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", folder)
        yield
