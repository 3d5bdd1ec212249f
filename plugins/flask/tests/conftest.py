"""A fresh interpreter for each question about imports."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run Python in ``tmp_path``; return what it printed, fail if it failed."""

    def run_python(*arguments: str, status: int = 0, **variables: str) -> str:
        # Alternatives may be installed beside the defaults, and are not what is tested.
        clean = {"KERNOS_COMPONENTS": "default"} | {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("FLASK_", "PYTHON", "COV_", "WERKZEUG_"))
        }
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=tmp_path,
            env={**clean, **variables},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout if status == 0 else done.stdout + done.stderr

    return run_python
