"""A folder of distributions, and the executable run in a process that sees them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
import typing as t
from pathlib import Path

from kernos.hooks import list_plugins

#: Feature plugins of the environment that tests run in, which is not the tests' matter.
OTHERS = [f"{one.distribution}:{one.name}" for one in list_plugins(load=False) if one.slot is None]


class Site:
    """A folder on PYTHONPATH that holds distributions made by hand."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.work = folder / "work"
        self.work.mkdir()

    def add(self, name: str, group: str, entry: str, source: str) -> None:
        module = name.replace("-", "_")
        info = self.folder / f"{module}-2.5.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {name}\nVersion: 2.5\nRequires-Dist: kernos>=1,<2\n"
        )
        (info / "entry_points.txt").write_text(f"[{group}]\n{entry} = {module}\n")
        (self.folder / f"{module}.py").write_text(textwrap.dedent(source))

    def run(self, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
        environment = {
            key: value for key, value in os.environ.items() if not key.startswith("KERNOS_")
        }
        environment |= {
            "PYTHONPATH": str(self.folder),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "PYTHONWARNINGS": "error",
            "KERNOS_COMPONENTS": "default",
            "KERNOS_DISABLE": ",".join(OTHERS),
            **env,
        }
        return subprocess.run(
            [sys.executable, "-m", "kernos_cli", *args],
            check=False,
            capture_output=True,
            text=True,
            cwd=self.work,
            env=environment,
        )

    def list(self, *before: str, **env: str) -> dict[str, dict[str, t.Any]]:
        done = self.run(*before, "plugins", "list", "--json", **env)
        assert done.returncode == 0, done.stderr
        return {record["name"]: record for record in json.loads(done.stdout)}
