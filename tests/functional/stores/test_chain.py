"""The parts of a chain, without a store or with one made of a dictionary."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
import typing as t
from pprint import pformat

import pytest
from hypothesis import given, strategies as st

from kernos import Kernos, session
from kernos.errors import RegistrationError
from kernos.sessions import regenerate
from kernos.testing.conformance.sessions import ServerSideSessionKit
from kernos_sessions import ServerSideSessionInterface
from kernos_sessions.chain import ComparingStore, Patience, SessionChain, merge


class Store:
    """A store in a dictionary."""

    def __init__(self) -> None:
        self.rows: dict[str, bytes] = {}
        self.lock = threading.Lock()
        self.before_exchange: t.Callable[[], object] = lambda: None

    def get(self, key: str) -> bytes | None:
        return self.rows.get(key)

    def set(self, key: str, value: bytes, ttl_seconds: int) -> None:
        self.rows[key] = value

    def delete(self, key: str) -> None:
        self.rows.pop(key, None)

    def exchange(
        self, key: str, expected: bytes | None, value: bytes | None, ttl_seconds: int
    ) -> bool:
        self.before_exchange()
        with self.lock:
            if self.rows.get(key) != expected:
                return False
            if value is None:
                self.rows.pop(key, None)
            else:
                self.rows[key] = value
            return True


class Down(Store):
    def _refuse(self, *args: object) -> t.NoReturn:
        raise ConnectionRefusedError

    get = set = delete = exchange = _refuse


class TestSessionChain(ServerSideSessionKit):
    def make_interface(self) -> SessionChain:
        return SessionChain(Store(), key_prefix="kit:")

    def make_broken_interface(self) -> SessionChain:
        return SessionChain(Down(), key_prefix="kit:")

    def count_rows(self, interface: t.Any) -> int:
        return len(interface.store.rows)


class TestAChainOfTwo(TestSessionChain):
    def make_interface(self) -> SessionChain:
        former = ServerSideSessionInterface(Store(), key_prefix="kit:")
        return SessionChain(Store(), key_prefix="kit:", former=[former])


def test_a_store_that_cannot_compare_is_refused() -> None:
    class Simple:
        get = set = delete = Store.get

    with pytest.raises(RegistrationError, match="Simple cannot compare") as caught:
        SessionChain(t.cast(ComparingStore, Simple()), key_prefix="x:")
    assert "def exchange" in caught.value.fix


def test_a_chain_without_a_prefix_is_refused() -> None:
    with pytest.raises(RegistrationError, match="no key prefix"):
        SessionChain(Store(), key_prefix="")


def test_a_session_that_others_change_all_the_time_is_a_503_and_not_silence() -> None:
    store = Store()
    app = Kernos(
        __name__, plugins=[], components={"sessions": SessionChain(store, key_prefix="x:")}
    )
    app.add_url_rule("/<v>", "write", lambda v: session.update(v=v) or "")
    client = app.test_client()
    client.get("/one")
    (key,) = store.rows
    numbers = iter(range(1000))

    def change() -> None:
        store.rows[key] = b'{"other":%d}' % next(numbers)

    store.before_exchange = change
    assert client.get("/two").status_code == 503
    store.before_exchange = lambda: None
    assert client.get("/two").status_code == 200
    assert store.rows[key] == b'{"other":99,"v":"two"}'


def test_a_store_that_goes_down_before_saving_is_waited_for_once() -> None:
    store = Store()
    app = Kernos(
        __name__, plugins=[], components={"sessions": SessionChain(store, key_prefix="x:")}
    )
    app.add_url_rule("/<v>", "write", lambda v: session.update(v=v) or "")
    app.register_error_handler(503, lambda error: ("a page of our own", 503))
    client = app.test_client()
    client.get("/one")
    (key,) = store.rows
    asked = []

    def fail() -> None:
        asked.append(1)
        raise OSError("down")

    store.before_exchange = fail
    answer = client.get("/two")
    assert answer.status_code == 503
    assert answer.text == "a page of our own"
    assert "Set-Cookie" not in answer.headers
    assert len(asked) == 1
    store.before_exchange = lambda: None
    assert client.get("/three").status_code == 200
    assert store.rows[key] == b'{"v":"three"}'


def test_a_store_that_goes_down_while_an_id_is_renewed_logs_nobody_out() -> None:
    store = Store()
    app = Kernos(
        __name__, plugins=[], components={"sessions": SessionChain(store, key_prefix="x:")}
    )
    app.add_url_rule("/renew/<v>", "renew", lambda v: regenerate() or session.update(v=v) or "")
    app.add_url_rule("/read", "read", lambda: dict(session))
    client = app.test_client()
    client.get("/renew/one")
    old = client.get_cookie("session").value

    def fail_after_all() -> None:
        store.rows.pop(f"x:{old}")
        raise OSError("the answer was lost")

    store.before_exchange = fail_after_all
    assert client.get("/renew/two").status_code == 503
    store.before_exchange = lambda: None
    assert client.get_cookie("session").value != old
    assert client.get("/read").json == {"v": "two"}


def test_a_session_that_another_makes_unreadable_is_written_anew(
    caplog: pytest.LogCaptureFixture,
) -> None:
    store = Store()
    app = Kernos(
        __name__, plugins=[], components={"sessions": SessionChain(store, key_prefix="x:")}
    )
    app.add_url_rule("/<v>", "write", lambda v: session.update(v=v) or "")
    client = app.test_client()
    client.get("/one")
    (key,) = store.rows

    def damage() -> None:
        store.before_exchange = lambda: None
        store.rows[key] = b"junk"

    store.before_exchange = damage
    assert client.get("/two").status_code == 200
    assert store.rows[key] == b'{"v":"two"}'
    assert [record.levelname for record in caplog.records] == ["WARNING"]


# --- merging ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "merged", "lost"),
    [
        ({}, {"a": 1}, {"b": 2}, {"a": 1, "b": 2}, []),
        ({"a": 1}, {"a": 1}, {"a": 2}, {"a": 2}, []),
        ({"a": 1}, {"a": 2}, {"a": 1}, {"a": 2}, []),
        ({"a": 1}, {"a": 2}, {"a": 2}, {"a": 2}, []),
        ({"a": 1}, {"a": 2}, {"a": 3}, {"a": 2}, ["a"]),
        ({"a": 1}, {}, {"a": 1}, {}, []),
        ({"a": 1}, {"a": 1}, {}, {}, []),
        ({"a": 1}, {}, {"a": 2}, {}, ["a"]),
        ({"a": 1}, {"a": 2}, {}, {"a": 2}, ["a"]),
        ({}, {"a": None}, {}, {"a": None}, []),
        ({"a": 1}, {"a": True}, {"a": 1}, {"a": True}, []),
        ({"a": 1}, {"a": True}, {"a": 1.0}, {"a": True}, ["a"]),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, {"a": {"b": 3, "c": 4}}, {"a": {"b": 2, "c": 4}},
         ["a.b"]),
        ({}, {"a": {"b": 1}}, {"a": {"c": 2}}, {"a": {"b": 1, "c": 2}}, []),
        ({"a": [1]}, {"a": [1, 2]}, {"a": [1, 3]}, {"a": [1, 3, 2]}, []),
        ({}, {"a": [2]}, {"a": [3]}, {"a": [3, 2]}, []),
        ({"a": [1, 2]}, {"a": [2]}, {"a": [1, 2, 3]}, {"a": [2]}, ["a"]),
        ({"a": (1,)}, {"a": (1, 2)}, {"a": (1, 3)}, {"a": (1, 2)}, ["a"]),
        ({"a": 1}, {"a": {"b": 1}}, {"a": [1]}, {"a": {"b": 1}}, ["a"]),
    ],
)  # fmt: skip
def test_merging(base: t.Any, mine: t.Any, theirs: t.Any, merged: t.Any, lost: list[str]) -> None:
    # As text, in which True is not 1.
    assert pformat(merge(base, mine, theirs)) == pformat((merged, lost))


data = st.dictionaries(
    st.sampled_from("abc"),
    st.recursive(
        st.none() | st.booleans() | st.integers(0, 2),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("xy"), inner, max_size=2)
        ),
        max_leaves=6,
    ),
)


@given(data, data)
def test_what_only_one_side_changed_is_that_sides(base: t.Any, changed: t.Any) -> None:
    assert merge(base, changed, base) == (changed, [])
    assert merge(base, base, changed) == (changed, [])
    assert merge(base, changed, changed) == (changed, [])


@given(data, data, data)
def test_of_each_key_one_sides_value_or_a_merged_one_is_kept(
    base: t.Any, mine: t.Any, theirs: t.Any
) -> None:
    merged, lost = merge(base, mine, theirs)
    assert merged.keys() <= mine.keys() | theirs.keys()
    for key in {*base, *mine, *theirs}:
        if key in lost:
            assert (key in merged) is (key in mine)
    if not lost:
        assert merge(base, theirs, mine)[1] == []


# --- waiting ---------------------------------------------------------------------------------


def test_a_call_returns_or_raises_what_the_operation_does() -> None:
    patience = Patience(5)
    assert patience.call(divmod, 7, 2, errors=(OSError,)) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        patience.call(divmod, 7, 0, errors=(OSError,))


def test_a_call_that_does_not_end_is_left_and_its_thread_is_used_again_later() -> None:
    patience = Patience(0.05)
    go = threading.Event()
    with pytest.raises(TimeoutError):
        patience.call(go.wait, errors=(OSError,))
    assert patience.call(int, errors=(OSError,)) == 0
    before = threading.active_count()
    go.set()
    deadline = time.monotonic() + 5
    while len(patience._idle) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    for _ in range(10):
        patience.call(int, errors=(OSError,))
    assert threading.active_count() <= before


def test_after_five_failures_a_call_is_tried_now_and_then() -> None:
    patience = Patience(5)
    calls = []

    def fail() -> None:
        calls.append(1)
        raise OSError("down")

    for _ in range(40):
        with pytest.raises(OSError):
            patience.call(fail, errors=(OSError,))
    assert 5 <= len(calls) < 40
    deadline = time.monotonic() + 5
    while True:
        try:
            assert patience.call(int, errors=(OSError,)) == 0
            break
        except ConnectionError:
            assert time.monotonic() < deadline
            time.sleep(0.01)
    assert patience.call(int, errors=(OSError,)) == 0


def test_errors_that_are_no_outage_do_not_count() -> None:
    patience = Patience(5)
    for _ in range(20):
        with pytest.raises(ValueError):
            patience.call(int, "x", errors=(OSError,))
    assert patience.call(int, errors=(OSError,)) == 0


FORK = """
import os, sys, warnings
warnings.simplefilter("ignore", DeprecationWarning)  # a fork beside threads is the matter
from kernos import Kernos, session
app = Kernos("shop", components={"sessions": sys.argv[1]}, plugins=[])
app.config[sys.argv[2]] = sys.argv[3]
app.add_url_rule("/<v>", "write", lambda v: session.setdefault("v", v))
client = app.test_client()
assert client.get("/one").status_code == 200
children = []
for number in range(3):
    child = os.fork()
    if not child:
        for step in range(20):
            assert client.get("/two").text == "one"
        os._exit(0)
    children.append(child)
for step in range(20):
    assert client.get("/two").text == "one"
assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0]
"""


def test_workers_that_were_forked_after_a_first_request_are_served(place: t.Any) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FORK, place.component, place.setting, place.value],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
