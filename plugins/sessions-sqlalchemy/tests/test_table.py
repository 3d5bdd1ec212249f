"""The table: when it is made, what it holds, when rows go."""

from __future__ import annotations

import hashlib
import threading
import typing as t

import pytest
import sqlalchemy as sa

from kernos_sessions_sqlalchemy import SQLAlchemyStore, create_table, store as store_module


class Clock:
    now = 1_800_000_000.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(store_module, "time", clock)
    return clock


@pytest.fixture
def store(url: str) -> t.Iterator[SQLAlchemyStore]:
    store = SQLAlchemyStore(url)
    yield store
    store.close()


def rows(url: str, table: str = "kernos_sessions") -> list[t.Any]:
    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection:
            return list(connection.execute(sa.text(f"SELECT key, data, expires_at FROM {table}")))
    finally:
        engine.dispose()


def test_making_a_store_connects_to_nothing() -> None:
    SQLAlchemyStore("sqlite:////nowhere/at/all/sessions.db")


def test_reading_makes_the_table(url: str, store: SQLAlchemyStore) -> None:
    assert store.get("a") is None
    assert rows(url) == []


def test_workers_that_start_at_the_same_time_make_one_table(url: str) -> None:
    # Long: a disk that stands still for a while is not what is asked here.
    stores = [SQLAlchemyStore(url, timeout_seconds=120) for _ in range(8)]
    start = threading.Barrier(len(stores))
    failed: list[BaseException] = []

    def write(number: int) -> None:
        start.wait()
        try:
            stores[number].set(f"key {number}", b"x", 10)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(len(stores))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for store in stores:
        store.close()
    assert not failed
    assert len(rows(url)) == len(stores)


def test_the_table_can_be_made_before_by_url_or_engine(url: str) -> None:
    create_table(url)
    create_table(url)
    engine = sa.create_engine(url)
    create_table(engine, "other")
    assert sa.inspect(engine).has_table("other")
    engine.dispose()
    assert rows(url) == []


def test_another_name_of_the_table_is_used(url: str) -> None:
    store = SQLAlchemyStore(url, table="other")
    store.set("a", b"x", 10)
    store.close()
    assert len(rows(url, "other")) == 1


def test_the_table_holds_no_id(url: str, store: SQLAlchemyStore, clock: Clock) -> None:
    store.set("shop:session:secret", b"\x00data", 60)
    ((key, data, expires_at),) = rows(url)
    assert key == hashlib.sha256(b"shop:session:secret").hexdigest()
    assert bytes(data) == b"\x00data"
    assert expires_at == clock.now + 60


def test_a_row_is_over_at_its_time(url: str, store: SQLAlchemyStore, clock: Clock) -> None:
    store.set("a", b"x", 60)
    clock.now += 59
    assert store.get("a") == b"x"
    clock.now += 1
    assert store.get("a") is None
    assert not store.exchange("a", b"x", b"y", 60)
    assert store.exchange("a", None, b"new", 60)
    assert store.get("a") == b"new"


def test_sweeping_removes_what_is_over_and_nothing_else(
    url: str, store: SQLAlchemyStore, clock: Clock
) -> None:
    for number in range(5):
        store.set(f"old {number}", b"x", 10)
    store.set("new", b"x", 100)
    clock.now += 50
    assert store.sweep(limit=3) == 3
    assert store.sweep() == 2
    assert store.sweep() == 0
    assert len(rows(url)) == 1
    assert store.get("new") == b"x"


def test_new_sessions_have_the_old_ones_swept(
    url: str, store: SQLAlchemyStore, clock: Clock
) -> None:
    for number in range(99):
        store.set(f"old {number}", b"x", 10)
    clock.now += 50
    store.set("new", b"x", 10)
    assert len(rows(url)) == 1
