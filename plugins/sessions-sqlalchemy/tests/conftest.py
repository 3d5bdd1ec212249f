"""A PostgreSQL server for the tests of this folder, and databases without anything."""

from __future__ import annotations

import sys
import typing as t
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))


@pytest.fixture(scope="session")
def postgres() -> t.Iterator[t.Any]:
    """The server."""
    from postgres_server import serve_postgres

    with serve_postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres) -> str:
    """The URL of the server, which has no table."""
    import sqlalchemy as sa

    engine = sa.create_engine(postgres.url)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE IF EXISTS kernos_sessions, other"))
    engine.dispose()
    return postgres.url


@pytest.fixture
def sqlite_url(tmp_path) -> str:
    return f"sqlite:///{tmp_path / 'sessions.db'}"


@pytest.fixture(params=["sqlite", "postgres"])
def url(request) -> str:
    return request.getfixturevalue(f"{request.param}_url")
