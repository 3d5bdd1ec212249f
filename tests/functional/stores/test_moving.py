"""A chain reads the store of yesterday and writes the one of today."""

from __future__ import annotations

import importlib
import typing as t

import pytest

from kernos import Kernos, session
from kernos.contracts import SessionInterface
from kernos.sessions import destroy, regenerate
from kernos_sessions import SecureCookieSessionInterface, ServerSideSessionInterface

#: From a store to a store: the id stays. From a cookie it cannot.
STORES = [
    ("files", "valkey"),
    ("valkey", "postgres"),
    ("postgres", "cluster"),
    ("sqlite", "files"),
]
between_stores = pytest.mark.parametrize("move", STORES, indirect=True, ids=" to ".join)


class Move:
    """Two applications: yesterday's, and today's that knows where sessions were."""

    def __init__(self, config: dict[str, str], before: str, after: str) -> None:
        self.config = config
        self.open: list[t.Any] = []
        self.from_cookie = before == "cookie"
        self.old = self.make_interface(before)
        self.new = self.make_interface(after, former=[self.old])
        self.before = self.make_app(self.old)
        self.after = self.make_app(self.new)

    def make_app(self, interface: SessionInterface) -> Kernos:
        app = Kernos("shop", plugins=[], components={"sessions": interface})
        app.secret_key = "the same key before and after the move"
        app.config.update(self.config, SESSION_STORE_TIMEOUT=10)
        app.add_url_rule("/read", "read", lambda: dict(session))
        app.add_url_rule("/write/<v>", "write", lambda v: session.update({v: v}) or "")
        app.add_url_rule("/renew", "renew", lambda: regenerate() or "")
        app.add_url_rule("/destroy", "destroy", lambda: destroy() or "")
        app.add_url_rule("/during/<v>", "during", self.during)
        return app

    def during(self, v: str) -> str:
        """Write while another request of the visitor moves the session."""
        from kernos import request

        dict(session)
        other = self.browser(request.cookies["session"])
        assert other.get("/write/other").status_code == 200
        session[v] = v
        return ""

    def make_interface(self, name: str, **options: t.Any) -> SessionInterface:
        if name == "cookie":
            return SecureCookieSessionInterface()
        component = {"files": "filesystem", "valkey": "redis", "cluster": "redis"}.get(
            name, "sqlalchemy"
        )
        app = Kernos("shop", plugins=[], components="default")
        setting = {"filesystem": "FILE_DIR", "redis": "REDIS_URL"}.get(component, "SQLALCHEMY_URL")
        app.config[f"SESSION_{setting}"] = self.config[name]
        app.config["SESSION_STORE_TIMEOUT"] = 10
        made = importlib.import_module(f"kernos_sessions_{component}").make_sessions(
            app, **options
        )
        self.open.append(made.store)
        return t.cast(SessionInterface, made)

    def browser(self, cookie: str | None = None) -> t.Any:
        client = self.after.test_client()
        if cookie is not None:
            client.set_cookie("session", cookie)
        return client

    def visit_before(self) -> str:
        client = self.before.test_client()
        client.get("/write/a")
        return t.cast(str, client.get_cookie("session").value)

    def old_store_has(self, cookie: str) -> bool:
        old = t.cast(ServerSideSessionInterface, self.old)
        return old.store.get(old.key_prefix + cookie) is not None

    def close(self) -> None:
        for store in self.open:
            if hasattr(store, "close"):
                store.close()


@pytest.fixture(params=[("cookie", "valkey"), *STORES], ids=" to ".join)
def move(request: pytest.FixtureRequest) -> t.Iterator[Move]:
    config = {}
    for name in request.param:
        if name != "cookie":
            place = request.getfixturevalue(f"{name}_place")
            place.empty()
            config[name] = place.value
    move = Move(config, *request.param)
    yield move
    move.close()


def test_a_visitor_of_yesterday_is_known_today(move: Move) -> None:
    client = move.browser(move.visit_before())
    assert client.get("/read").json == {"a": "a"}
    client.get("/write/b")
    assert client.get("/read").json == {"a": "a", "b": "b"}


def test_a_session_moves_at_the_first_visit_even_when_it_is_only_read(move: Move) -> None:
    cookie = move.visit_before()
    client = move.browser(cookie)
    client.get("/read")
    now = client.get_cookie("session").value
    assert move.new.store.get(move.new.key_prefix + now) is not None
    assert (now == cookie) is not move.from_cookie
    if not move.from_cookie:
        assert not move.old_store_has(cookie)


def test_a_visitor_of_today_is_not_looked_for_in_yesterdays_store(
    move: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = move.browser()
    client.get("/write/a")
    monkeypatch.setattr(move.old, "open_session", None)
    assert client.get("/read").json == {"a": "a"}
    assert move.browser().get("/read").json == {}


@between_stores
@pytest.mark.parametrize("path", ["/renew", "/destroy"])
def test_an_id_that_ends_today_is_dead_in_both(move: Move, path: str) -> None:
    cookie = move.visit_before()
    assert move.browser(cookie).get(path).status_code == 200
    assert not move.old_store_has(cookie)
    assert move.browser(cookie).get("/read").json == {}


@between_stores
def test_two_requests_that_move_a_session_at_once_lose_nothing(move: Move) -> None:
    cookie = move.visit_before()
    client = move.browser(cookie)
    client.get("/during/b")
    assert client.get("/read").json == {"a": "a", "b": "b", "other": "other"}


@between_stores
def test_a_session_that_moves_between_the_two_looks_is_found(
    move: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    cookie = move.visit_before()
    look = move.old.open_session

    def moved_meanwhile(app: t.Any, request: t.Any) -> t.Any:
        monkeypatch.setattr(move.old, "open_session", look)
        other = move.browser(cookie)
        assert other.get("/read").json == {"a": "a"}
        return look(app, request)

    monkeypatch.setattr(move.old, "open_session", moved_meanwhile)
    assert move.browser(cookie).get("/read").json == {"a": "a"}


@between_stores
def test_yesterdays_store_that_is_down_is_a_503_for_those_who_may_be_in_it(move: Move) -> None:
    cookie = move.visit_before()
    today = move.browser()
    today.get("/write/a")

    class Down:
        def __getattr__(self, name: str) -> t.Any:
            raise ConnectionRefusedError

    store, move.old.store = move.old.store, t.cast(t.Any, Down())
    assert move.browser(cookie).get("/read").status_code == 503
    assert today.get("/read").json == {"a": "a"}
    move.old.store = store
    assert move.browser(cookie).get("/read").json == {"a": "a"}
