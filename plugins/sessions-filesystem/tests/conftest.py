"""A folder for the sessions of one test, which nobody else may enter."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "sessions"
