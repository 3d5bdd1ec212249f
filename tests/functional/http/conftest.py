"""The guestbook, installed with pip and served for real."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import typing as t
from pathlib import Path

import httpx
import pytest
from real_server import SERVERS, Server, Start, launch, stop

ROOT = Path(__file__).parents[3]
EXAMPLES = (ROOT / "examples" / "guestbook", ROOT / "examples" / "guestbook-stamps")


@pytest.fixture(scope="session")
def installed_example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the guestbook and its plugin into a folder of their own, with pip."""
    folder = tmp_path_factory.mktemp("site")
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"),
            *("--no-build-isolation", "--disable-pip-version-check", "--target", folder),
            *EXAMPLES,
        ],
        check=True,
    )
    return folder


@pytest.fixture(scope="session")
def start(installed_example: Path, tmp_path_factory: pytest.TempPathFactory) -> Start:
    """Return a context manager that serves the guestbook: ``start(name, **environment)``."""

    @contextlib.contextmanager
    def started(name: str, **settings: str) -> t.Iterator[Server]:
        folder = tmp_path_factory.mktemp(name)
        environment = {
            key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ
        }
        environment |= {
            "KERNOS_COMPONENTS": "default",
            "PYTHONPATH": str(installed_example),
            "HOME": str(folder),
            "XDG_CACHE_HOME": str(folder / "cache"),
            "GUESTBOOK_DATABASE": str(folder / "guestbook.sqlite"),
            "GUESTBOOK_SECRET_KEY": "over-real-http-" * 3,
            **settings,
        }
        server = launch(name, environment, folder)
        try:
            yield server
        finally:
            stop(server.process)

    return started


@pytest.fixture(scope="module", params=sorted(SERVERS))
def server(request: pytest.FixtureRequest, start: Start) -> t.Iterator[Server]:
    with start(request.param) as running:
        yield running


@pytest.fixture
def client(server: Server) -> t.Iterator[httpx.Client]:
    """Return a visitor of its own: cookies are kept, redirects are not followed."""
    with httpx.Client(base_url=server.url, timeout=20, trust_env=False) as visitor:
        yield visitor
