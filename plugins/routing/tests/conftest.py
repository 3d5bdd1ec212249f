"""Applications that route with this package."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kernos import Kernos
from kernos_routing import WerkzeugRouter


def make_app(
    *, host_matching: bool = False, subdomain_matching: bool = False, **settings: Any
) -> Kernos:
    """Return an application; settings are configuration, in lower case class attributes."""
    attributes = {key: value for key, value in settings.items() if not key.isupper()}
    kind = type("App", (Kernos,), attributes) if attributes else Kernos
    app = kind(
        "app",
        static_folder=None,
        host_matching=host_matching,
        subdomain_matching=subdomain_matching,
        components={"routing": WerkzeugRouter},
        plugins=[],
    )
    app.config.update({key: value for key, value in settings.items() if key.isupper()})
    return app


@pytest.fixture(name="make_app")
def _make_app() -> Callable[..., Kernos]:
    return make_app


@pytest.fixture
def app() -> Kernos:
    """An application without any settings."""
    return make_app()
