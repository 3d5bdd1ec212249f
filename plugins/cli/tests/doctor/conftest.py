"""An application with plugins given in code, and the executable run on it."""

from __future__ import annotations

import sys
import typing as t
from pathlib import Path

import pytest
from click.testing import CliRunner
from click.testing import Result

from kernos import Kernos
from kernos_cli import ScriptInfo
from kernos_cli import cli

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))


class Invoke(t.Protocol):
    """Run ``kernos`` on an application."""

    def __call__(
        self, *args: str, make: t.Callable[[], Kernos] | None = None, **env: str
    ) -> Result: ...


@pytest.fixture
def make_app(tmp_path) -> t.Callable[..., Kernos]:
    def make(*plugins: object, **options: t.Any) -> Kernos:
        options = {"root_path": str(tmp_path), "static_folder": None, **options}
        return Kernos("acme_shop", plugins=plugins, **options)

    return make


@pytest.fixture
def invoke(tmp_path, monkeypatch: pytest.MonkeyPatch) -> Invoke:
    monkeypatch.chdir(tmp_path)

    def run(*args: str, make: t.Callable[[], Kernos] | None = None, **env: str) -> Result:
        given = {"obj": ScriptInfo(create_app=make)} if make is not None else {}
        return CliRunner().invoke(cli, args, env=env, **given)

    return run
