"""A Valkey server for the tests of this folder, and applications that use it."""

from __future__ import annotations

import sys
import typing as t
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))


@pytest.fixture(scope="session")
def valkey() -> t.Iterator[t.Any]:
    """The server and its URL."""
    from valkey_server import serve_valkey

    with serve_valkey() as served:
        yield served


@pytest.fixture
def url(valkey) -> str:
    """The URL of the server, which holds nothing."""
    import redis

    url = valkey[1]
    with redis.Redis.from_url(url) as client:
        client.flushall()
    return url
