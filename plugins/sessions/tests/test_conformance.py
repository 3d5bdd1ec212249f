"""Both interfaces keep the contract."""

from __future__ import annotations

from kernos.contracts import SessionInterface
from kernos.testing.conformance.sessions import ServerSideSessionKit, SessionInterfaceKit
from kernos_sessions import SecureCookieSessionInterface, ServerSideSessionInterface


class TestSecureCookieSessionInterface(SessionInterfaceKit):
    def make_interface(self) -> SessionInterface:
        return SecureCookieSessionInterface()


class Store:
    def __init__(self) -> None:
        self.rows: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        return self.rows.get(key)

    def set(self, key: str, value: bytes, ttl_seconds: int) -> None:
        self.rows[key] = value

    def delete(self, key: str) -> None:
        self.rows.pop(key, None)


class ReplacingStore(Store):
    def replace(self, key: str, value: bytes, ttl_seconds: int) -> bool:
        there = key in self.rows
        if there:
            self.rows[key] = value
        return there


class DownStore(Store):
    def get(self, key: str) -> bytes | None:
        raise ConnectionRefusedError

    def set(self, key: str, value: bytes, ttl_seconds: int) -> None:
        raise ConnectionRefusedError


class TestServerSideSessionInterface(ServerSideSessionKit):
    store: type[Store] = Store

    def make_interface(self) -> ServerSideSessionInterface:
        return ServerSideSessionInterface(self.store(), key_prefix="kit:")

    def make_broken_interface(self) -> ServerSideSessionInterface:
        return ServerSideSessionInterface(DownStore(), key_prefix="kit:")

    def count_rows(self, interface: SessionInterface) -> int:
        assert isinstance(interface, ServerSideSessionInterface)
        assert isinstance(interface.store, Store)
        return len(interface.store.rows)


class TestWithAReplacingStore(TestServerSideSessionInterface):
    store = ReplacingStore
