"""Sessions in SQLite and in PostgreSQL keep the contract."""

from __future__ import annotations

import typing as t

import pytest
import sqlalchemy as sa

from kernos import Kernos
from kernos.contracts import SessionInterface
from kernos.testing.conformance.sessions import ServerSideSessionKit
from kernos_sessions_sqlalchemy import make_sessions


def sessions_at(url: str) -> SessionInterface:
    app = Kernos(__name__, plugins=[], components="default")
    app.config["SESSION_SQLALCHEMY_URL"] = url
    app.config["SESSION_STORE_TIMEOUT"] = 10  # a busy machine is no outage
    return make_sessions(app)


class TestSQLiteSessions(ServerSideSessionKit):
    @pytest.fixture(autouse=True)
    def _serve(self, sqlite_url: str) -> t.Iterator[None]:
        self.url = sqlite_url
        self.made: list[t.Any] = []
        yield
        for interface in self.made:
            interface.store.close()

    def make_interface(self) -> SessionInterface:
        self.made.append(sessions_at(self.url))
        return self.made[-1]

    def make_broken_interface(self) -> SessionInterface:
        return sessions_at("sqlite:////nowhere/at/all/sessions.db")

    def count_rows(self, interface: SessionInterface) -> int:
        engine = sa.create_engine(self.url)
        try:
            if not sa.inspect(engine).has_table("kernos_sessions"):
                return 0
            with engine.connect() as connection:
                count = connection.scalar(sa.text("SELECT count(*) FROM kernos_sessions"))
                return t.cast(int, count)
        finally:
            engine.dispose()


class TestPostgreSQLSessions(TestSQLiteSessions):
    @pytest.fixture(autouse=True)
    def _serve(self, postgres_url: str) -> t.Iterator[None]:
        self.url = postgres_url
        self.made: list[t.Any] = []
        yield
        for interface in self.made:
            interface.store.close()

    def make_broken_interface(self) -> SessionInterface:
        return sessions_at("postgresql+psycopg://nobody@/nothing?host=/nowhere")
