"""Applications that render with this package, in a folder of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kernos import Kernos
from kernos_templating import JinjaEngine

MakeApp = Callable[..., Kernos]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The application's template folder."""
    path = tmp_path / "templates"
    path.mkdir()
    return path


@pytest.fixture
def make_app(tmp_path: Path, folder: Path) -> MakeApp:
    """Make applications; settings are configuration, in lower case class attributes."""

    def make(**settings: Any) -> Kernos:
        attributes = {key: value for key, value in settings.items() if not key.isupper()}
        app = type("App", (Kernos,), attributes)(
            "an_app",
            root_path=str(tmp_path),
            components={"templating": JinjaEngine},
            plugins=[],
        )
        app.config.update({key: value for key, value in settings.items() if key.isupper()})
        app.secret_key = "a key of more than sixteen bytes"
        return app

    return make


@pytest.fixture
def app(make_app: MakeApp) -> Kernos:
    """An application without any settings."""
    return make_app()
