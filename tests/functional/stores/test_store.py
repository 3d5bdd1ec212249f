"""What every store does, in front of the real thing."""

from __future__ import annotations

import importlib
import threading
import time
import typing as t
from pathlib import Path

import pytest

from kernos import Kernos
from kernos.errors import SessionUnavailable
from kernos.hooks.checks import BackedComponent
from kernos_sessions.chain import ComparingStore, SessionChain


@pytest.fixture
def store(place) -> t.Iterator[ComparingStore]:
    app = Kernos(__name__, plugins=[], components="default")
    app.config.update(place.config, SESSION_STORE_TIMEOUT=10)
    module = importlib.import_module(f"kernos_sessions_{place.component}")
    chain: SessionChain = module.make_sessions(app)
    yield chain.store
    close = getattr(chain.store, "close", None)
    if close is not None:
        close()


def test_a_value_is_kept_until_it_is_deleted(store: ComparingStore) -> None:
    value = bytes(range(256)) * 100
    assert store.get("key") is None
    store.set("key", value, 10)
    assert store.get("key") == value
    store.set("key", b"", 10)
    assert store.get("key") == b""
    store.delete("key")
    store.delete("key")
    assert store.get("key") is None


def test_an_exchange_needs_what_it_expects(store: ComparingStore) -> None:
    assert store.exchange("key", None, None, 10)
    assert not store.exchange("key", b"", b"x", 10)
    assert not store.exchange("key", b"x", None, 10)
    assert store.get("key") is None
    assert store.exchange("key", None, b"one", 10)
    assert not store.exchange("key", None, b"two", 10)
    assert not store.exchange("key", None, None, 10)
    assert not store.exchange("key", b"on", b"two", 10)
    assert store.exchange("key", b"one", b"\x00two", 10)
    assert store.get("key") == b"\x00two"
    assert store.exchange("key", b"\x00two", b"\x00two", 10)
    assert store.exchange("key", b"\x00two", None, 10)
    assert store.get("key") is None


def test_the_store_lets_values_expire(store: ComparingStore) -> None:
    store.set("short", b"x", 1)
    store.set("renewed", b"x", 1)
    store.exchange("begun", None, b"x", 1)
    store.set("long", b"x", 100)
    assert store.exchange("renewed", b"x", b"y", 100)
    deadline = time.monotonic() + 10
    while store.get("short") or store.get("begun"):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert not store.exchange("short", b"x", b"y", 10)
    assert store.exchange("short", None, b"anew", 10)
    assert store.get("short") == b"anew"
    assert store.get("renewed") == b"y"
    assert store.get("long") == b"x"


def test_of_many_that_exchange_at_once_one_succeeds_each_time(store: ComparingStore) -> None:
    store.set("count", b"0", 100)
    threads_number, steps = 6, 15

    def count() -> None:
        for _ in range(steps):
            while True:
                kept = store.get("count")
                assert kept is not None
                if store.exchange("count", kept, b"%d" % (int(kept) + 1), 100):
                    break

    threads = [threading.Thread(target=count) for _ in range(threads_number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.get("count") == b"%d" % (threads_number * steps)


def test_of_many_that_begin_at_once_one_succeeds(store: ComparingStore) -> None:
    start = threading.Barrier(6)
    won: list[int] = []

    def begin(number: int) -> None:
        start.wait()
        if store.exchange("key", None, b"%d" % number, 100):
            won.append(number)

    threads = [threading.Thread(target=begin, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = won
    assert store.get("key") == b"%d" % winner


def test_doctor_asks_a_store_for_its_clock_and_changes_nothing(place) -> None:
    app = Kernos(__name__, plugins=[], components="default")
    app.config.update(place.config, SESSION_STORE_TIMEOUT=10)
    module = importlib.import_module(f"kernos_sessions_{place.component}")
    chain: SessionChain = module.make_sessions(app)
    assert isinstance(chain, BackedComponent)
    file = Path(place.value.removeprefix("sqlite:///"))
    if place.value.startswith("sqlite"):
        file.unlink()
    before = time.time()
    said = chain.probe_backend()
    after = time.time()
    getattr(chain.store, "close", int)()
    assert (said is not None) == place.value.startswith(("unix:", "postgresql"))
    if said is not None:
        assert before - 1 < said < after + 1  # one machine, one clock
    if place.value.startswith("sqlite"):
        assert not file.exists()


@pytest.mark.parametrize(
    ("component", "setting"),
    [
        ("redis", {"SESSION_REDIS_URL": "redis://:hidden@127.0.0.1:1/0"}),
        ("sqlalchemy", {"SESSION_SQLALCHEMY_URL": "postgresql+psycopg://me:hidden@127.0.0.1:1/x"}),
        ("sqlalchemy", {"SESSION_SQLALCHEMY_URL": "sqlite:////nowhere/at/all/sessions.db"}),
    ],
)
def test_a_store_that_is_away_is_said_to_be_so(component: str, setting: dict[str, str]) -> None:
    app = Kernos(__name__, plugins=[], components="default")
    app.config.update(setting)
    chain = importlib.import_module(f"kernos_sessions_{component}").make_sessions(app)
    with pytest.raises(SessionUnavailable) as caught:
        chain.probe_backend()
    assert "hidden" not in str(caught.value)
