"""Sessions in Valkey keep the contract."""

from __future__ import annotations

import typing as t

import pytest
import redis

from kernos import Kernos
from kernos.contracts import SessionInterface
from kernos.testing.conformance.sessions import ServerSideSessionKit
from kernos_sessions_redis import make_sessions


def sessions_at(url: str) -> SessionInterface:
    app = Kernos(__name__, plugins=[], components="default")
    app.config["SESSION_REDIS_URL"] = url
    app.config["SESSION_STORE_TIMEOUT"] = 10  # a busy machine is no outage
    return make_sessions(app)


class TestRedisSessions(ServerSideSessionKit):
    @pytest.fixture(autouse=True)
    def _serve(self, url: str) -> None:
        self.url = url

    def make_interface(self) -> SessionInterface:
        return sessions_at(self.url)

    def make_broken_interface(self) -> SessionInterface:
        return sessions_at("unix:///nowhere/valkey.sock")

    def count_rows(self, interface: SessionInterface) -> int:
        with redis.Redis.from_url(self.url) as client:
            return t.cast(int, client.dbsize())
