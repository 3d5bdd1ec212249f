"""Sessions in a store: ids, what is written when, a store that is down."""

from __future__ import annotations

import re
import typing as t
from datetime import timedelta

import pytest

from kernos.errors import RegistrationError, SessionUnavailable
from kernos_sessions import (
    JSONTag,
    ReplacingStore,
    ServerSideSession,
    ServerSideSessionInterface,
    SessionStore,
)
from kernos_sessions.tracked import TrackedSession

PREFIX = "shop:session:"


class Store:
    """A store that writes down what it is asked."""

    errors = (LookupError,)

    def __init__(self) -> None:
        self.rows: dict[str, bytes] = {}
        self.ttls: dict[str, int] = {}
        self.calls: list[str] = []
        self.down: BaseException | None = None

    def _note(self, name: str) -> None:
        self.calls.append(name)
        if self.down is not None:
            raise self.down

    def get(self, key: str) -> bytes | None:
        self._note("get")
        return self.rows.get(key)

    def set(self, key: str, value: bytes, ttl_seconds: int) -> None:
        self._note("set")
        self.rows[key] = value
        self.ttls[key] = ttl_seconds

    def delete(self, key: str) -> None:
        self._note("delete")
        self.rows.pop(key, None)


class AtomicStore(Store):
    def replace(self, key: str, value: bytes, ttl_seconds: int) -> bool:
        self._note("replace")
        if key not in self.rows:
            return False
        self.rows[key] = value
        self.ttls[key] = ttl_seconds
        return True


@pytest.fixture(params=[Store, AtomicStore])
def store(request: pytest.FixtureRequest) -> Store:
    return request.param()


@pytest.fixture
def interface(store: Store) -> ServerSideSessionInterface:
    return ServerSideSessionInterface(store, key_prefix=PREFIX)


@pytest.fixture
def app(StandIn: t.Any) -> t.Any:
    return StandIn(secret_key=None)  # an id needs no signature


@pytest.fixture
def visited(app, Visit, interface, store) -> t.Any:
    """The first visit, which wrote a session."""
    visit = Visit(app, interface)
    with visit as session:
        session["user"] = ("zoë", 5)
    store.calls.clear()
    return visit


def test_stores_meet_their_protocols() -> None:
    assert isinstance(Store(), SessionStore)
    assert not isinstance(Store(), ReplacingStore)
    assert isinstance(AtomicStore(), ReplacingStore)


def test_a_key_prefix_is_wanted(store) -> None:
    with pytest.raises(RegistrationError, match="has no key prefix"):
        ServerSideSessionInterface(store, key_prefix="")


def test_a_store_without_its_methods_is_refused() -> None:
    with pytest.raises(RegistrationError, match="dict is no session store"):
        ServerSideSessionInterface({}, key_prefix=PREFIX)


def test_nothing_is_read_or_written_for_a_visitor_without_a_session(
    app, Visit, interface, store
) -> None:
    visit = Visit(app, interface)
    with visit as session:
        assert session.new
        assert session.sid is None
        session.accessed = True
    assert store.calls == []
    assert visit.header is None
    assert visit.varies


def test_a_session_is_kept_under_a_random_id_with_the_prefix(visited, store, app) -> None:
    sid = visited.sent
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", sid)
    assert store.rows == {PREFIX + sid: b'{"user":{" t":["zo\\u00eb",5]}}'}
    assert store.ttls == {PREFIX + sid: 31 * 24 * 3600}
    assert visited.varies
    assert visited.header == f"session={sid}; HttpOnly; Path=/"


def test_a_session_comes_back(app, Visit, interface, store, visited) -> None:
    visit = Visit(app, interface, visited.sent)
    with visit as session:
        assert type(session) is ServerSideSession
        assert session == {"user": ("zoë", 5)}
        assert session.sid == visited.sent
        assert not session.new
    assert store.calls == ["get"]
    assert visit.header is None
    assert not visit.varies


def test_a_change_is_written_under_the_same_id(app, Visit, interface, store, visited) -> None:
    app.permanent_session_lifetime = timedelta(hours=1)
    visit = Visit(app, interface, visited.sent)
    with visit as session:
        session["user"] = 1
    assert visit.sent == visited.sent
    assert store.rows == {PREFIX + visited.sent: b'{"user":1}'}
    assert store.ttls == {PREFIX + visited.sent: 3600}


def test_a_permanent_session_is_refreshed_in_store_and_cookie(
    app, Visit, interface, store
) -> None:
    first = Visit(app, interface)
    with first as session:
        session.permanent = True
    store.ttls.clear()
    second = Visit(app, interface, first.sent)
    with second:
        pass
    assert second.sent == first.sent
    assert "Expires=" in second.header
    assert second.varies
    assert store.ttls == {PREFIX + first.sent: 31 * 24 * 3600}
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    third = Visit(app, interface, first.sent)
    with third:
        pass
    assert third.header is None


@pytest.mark.parametrize(
    "cookie",
    [
        "",
        "../../etc/passwd",
        "a" * 42,
        "a" * 44,
        "a" * 42 + "/",
        "a" * 42 + "é",
        "a" * 42 + "%0a",
        "x" * 4096,
        "٣" * 43,
        '"' + "a" * 42 + '\\000"',
    ],
)
def test_a_text_that_is_no_id_reaches_no_store(app, Visit, interface, store, cookie) -> None:
    visit = Visit(app, interface, cookie)
    with visit as session:
        assert session.new
        session["a"] = 1
    assert store.calls == ["set"]
    assert visit.sent != cookie


def test_an_id_with_a_newline_behind_it_reaches_no_store(app, interface, store) -> None:
    class Request:
        cookies = {"session": "a" * 43 + "\n"}

    assert interface.open_session(app, Request()).new
    assert store.calls == []


def test_an_id_that_the_store_does_not_know_is_never_adopted(app, Visit, interface, store) -> None:
    visit = Visit(app, interface, "a" * 43)
    with visit as session:
        assert session == {}
        assert session.new
        session["a"] = 1
    assert visit.sent != "a" * 43
    assert list(store.rows) == [PREFIX + visit.sent]


def test_regenerating_keeps_the_data_under_a_new_id_and_kills_the_old_one(
    app, Visit, interface, store, visited
) -> None:
    visit = Visit(app, interface, visited.sent)
    with visit as session:
        interface.regenerate(app, session)
        session["more"] = True
    assert visit.sent not in ("", visited.sent)
    assert list(store.rows) == [PREFIX + visit.sent]
    with Visit(app, interface, visit.sent) as session:
        assert session == {"user": ("zoë", 5), "more": True}
    with Visit(app, interface, visited.sent) as session:
        assert session == {}


def test_regenerating_a_new_session_is_no_error(app, Visit, interface, store) -> None:
    visit = Visit(app, interface)
    with visit as session:
        interface.regenerate(app, session)
        session["a"] = 1
    assert list(store.rows) == [PREFIX + visit.sent]


def test_destroying_forgets_the_session_in_store_and_browser(
    app, Visit, interface, store, visited
) -> None:
    visit = Visit(app, interface, visited.sent)
    with visit as session:
        interface.destroy(app, session)
        assert session == {}
    assert store.rows == {}
    assert visit.sent == ""
    assert visit.varies


def test_what_is_written_after_destroying_gets_a_new_id(
    app, Visit, interface, store, visited
) -> None:
    visit = Visit(app, interface, visited.sent)
    with visit as session:
        interface.destroy(app, session)
        session["a"] = 1
    assert visit.sent not in ("", visited.sent)
    assert list(store.rows) == [PREFIX + visit.sent]


def test_an_emptied_session_is_forgotten(app, Visit, interface, store, visited) -> None:
    visit = Visit(app, interface, visited.sent)
    with visit as session:
        session.clear()
    assert store.rows == {}
    assert visit.sent == ""


def test_a_request_that_was_under_way_does_not_bring_a_dead_id_back(
    app, Visit, interface, store, visited
) -> None:
    slow = Visit(app, interface, visited.sent)
    with slow as session:
        with Visit(app, interface, visited.sent) as other:
            interface.destroy(app, other)
        session["late"] = True
    assert store.rows == {}
    assert slow.header is None


@pytest.mark.parametrize(
    "row", [b"", b"junk", b"[1]", b"\xff", b'{"a":{" u":"zz"}}', b"[" * 5000, b"\x80\x04."]
)
def test_a_row_that_cannot_be_read_is_forgotten_with_one_warning(
    app, Visit, interface, store, visited, caplog, row
) -> None:
    store.rows[PREFIX + visited.sent] = row
    visit = Visit(app, interface, visited.sent)
    with visit as session:
        assert session == {}
        assert session.new
    assert store.rows == {}
    assert visit.sent == ""
    (record,) = caplog.records
    assert record.levelname == "WARNING"
    assert visited.sent not in record.getMessage()


def test_the_visitor_of_an_unreadable_row_can_start_anew(
    app, Visit, interface, store, visited
) -> None:
    store.rows[PREFIX + visited.sent] = b"junk"
    visit = Visit(app, interface, visited.sent)
    with visit as session:
        session["a"] = 1
    assert list(store.rows) == [PREFIX + visit.sent]
    assert visit.sent != visited.sent


@pytest.mark.parametrize("error", [ConnectionRefusedError("no"), TimeoutError(), KeyError("x")])
def test_a_store_that_is_down_makes_sessions_unavailable(
    app, Visit, interface, store, visited, error
) -> None:
    store.down = error
    with pytest.raises(SessionUnavailable) as caught, Visit(app, interface, visited.sent):
        pass
    assert caught.value.status_code == 503
    assert caught.value.__cause__ is error
    assert type(store).__name__ in caught.value.what
    assert visited.sent not in str(caught.value)


def test_a_store_that_goes_down_before_saving_makes_sessions_unavailable(
    app, Visit, interface, store, visited
) -> None:
    visit = Visit(app, interface, visited.sent)
    with pytest.raises(SessionUnavailable), visit as session:
        session["a"] = 1
        store.down = OSError("reset")
    store.down = None
    with Visit(app, interface, visited.sent) as session:
        assert session == {"user": ("zoë", 5)}


def test_saving_may_be_tried_again(app, Visit, interface, store) -> None:
    visit = Visit(app, interface)
    with pytest.raises(SessionUnavailable), visit as session:
        session["a"] = 1
        store.down = OSError("reset")
    store.down = None
    interface.save_session(app, visit.session, visit.response)
    assert list(store.rows) == [PREFIX + visit.sent]


def test_an_error_of_another_kind_is_a_bug_and_stays_itself(
    app, Visit, interface, store, visited
) -> None:
    store.down = TypeError("bug")
    with pytest.raises(TypeError, match="bug"), Visit(app, interface, visited.sent):
        pass


def test_tags_of_plugins_serve_sessions_in_a_store(app, Visit, interface) -> None:
    class TagComplex(JSONTag):
        __slots__ = ()
        key = " c"

        def check(self, value: t.Any) -> bool:
            return isinstance(value, complex)

        def to_json(self, value: t.Any) -> t.Any:
            return str(value)

        def to_python(self, value: t.Any) -> t.Any:
            return complex(value)

    app.tags = [TagComplex]
    visit = Visit(app, interface)
    with visit as session:
        session["c"] = 1j
    with Visit(app, interface, visit.sent) as session:
        assert session == {"c": 1j}


def test_ids_do_not_repeat(app, Visit, interface, store) -> None:
    for _ in range(500):
        with Visit(app, interface) as session:
            session["a"] = 1
    assert len(store.rows) == 500


def test_a_store_is_asked_for_an_answer_without_touching_a_session() -> None:
    store = Store()
    sessions = ServerSideSessionInterface(store, key_prefix=PREFIX)
    assert sessions.probe_backend() is None
    assert (store.calls, store.rows) == (["get"], {})
    store.down = LookupError("away")
    with pytest.raises(SessionUnavailable):
        sessions.probe_backend()


def test_a_store_that_can_be_probed_tells_its_clock() -> None:
    class Probed(Store):
        def probe(self) -> float:
            self._note("probe")
            return 7.5

    store = Probed()
    sessions = ServerSideSessionInterface(store, key_prefix=PREFIX)
    assert sessions.probe_backend() == 7.5
    assert store.calls == ["probe"]


def test_the_default_of_a_session_may_be_named_as_it_is_popped() -> None:
    session = TrackedSession(a=1)
    assert session.pop("b", default=None) is None
    assert not session.modified
    with pytest.raises(KeyError):
        session.pop("b")
    assert session.pop("a", default=None) == 1
    assert session.modified
