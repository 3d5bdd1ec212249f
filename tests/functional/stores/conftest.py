"""Real stores for sessions, each started once, and emptied for each test."""

from __future__ import annotations

import shutil
import sys
import typing as t
from dataclasses import dataclass
from pathlib import Path

import pytest

PLUGINS = Path(__file__).parents[3] / "plugins"
for plugin in ("sessions-redis", "sessions-sqlalchemy"):
    sys.path.append(str(PLUGINS / plugin / "tests"))


@dataclass
class Place:
    """Where sessions can be kept."""

    #: What the component is called.
    component: str
    #: The one line of configuration, and its value.
    setting: str
    value: str
    #: Removes all that it holds.
    empty: t.Callable[[], None]

    @property
    def config(self) -> dict[str, str]:
        return {self.setting: self.value}


@pytest.fixture(scope="session")
def valkey() -> t.Iterator[tuple[t.Any, str]]:
    from valkey_server import serve_valkey

    with serve_valkey() as served:
        yield served


@pytest.fixture(scope="session")
def cluster() -> t.Iterator[tuple[list[t.Any], str]]:
    from valkey_server import serve_cluster

    with serve_cluster() as served:
        yield served


@pytest.fixture(scope="session")
def postgres() -> t.Iterator[t.Any]:
    from postgres_server import serve_postgres

    with serve_postgres() as server:
        yield server


@pytest.fixture
def valkey_place(valkey) -> Place:
    import redis

    def empty() -> None:
        with redis.Redis.from_url(valkey[1]) as client:
            client.flushall()

    return Place("redis", "SESSION_REDIS_URL", valkey[1], empty)


@pytest.fixture
def cluster_place(cluster) -> Place:
    import redis

    def empty() -> None:
        for server in cluster[0]:
            with redis.Redis(port=server.port) as client:
                client.flushall()

    return Place("redis", "SESSION_REDIS_URL", cluster[1], empty)


def _database(url: str) -> Place:
    import sqlalchemy as sa

    def empty() -> None:
        engine = sa.create_engine(url)
        with engine.begin() as connection:
            if sa.inspect(connection).has_table("kernos_sessions"):
                connection.execute(sa.text("DELETE FROM kernos_sessions"))
        engine.dispose()

    return Place("sqlalchemy", "SESSION_SQLALCHEMY_URL", url, empty)


@pytest.fixture
def postgres_place(postgres) -> Place:
    return _database(postgres.url)


@pytest.fixture
def sqlite_place(tmp_path: Path) -> Place:
    return _database(f"sqlite:///{tmp_path / 'sessions.db'}")


@pytest.fixture
def files_place(tmp_path: Path) -> Place:
    folder = tmp_path / "sessions"
    return Place(
        "filesystem",
        "SESSION_FILE_DIR",
        str(folder),
        lambda: shutil.rmtree(folder, ignore_errors=True),
    )


@pytest.fixture(params=["valkey", "cluster", "postgres", "sqlite", "files"])
def place(request: pytest.FixtureRequest) -> Place:
    """Each of them in turn, with nothing in it."""
    found: Place = request.getfixturevalue(f"{request.param}_place")
    found.empty()
    return found
