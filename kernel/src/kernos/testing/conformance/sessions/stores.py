"""What an application relies on, when sessions are kept in a store."""

from __future__ import annotations

from abc import abstractmethod

import pytest

from kernos.contracts import SessionInterface
from kernos.testing.conformance.sessions.subject import Subject, cookie_of


class Stores(Subject):
    """Rows, ids, and a store that is down."""

    @abstractmethod
    def count_rows(self, interface: SessionInterface) -> int:
        """Return how many sessions the interface's store holds."""

    @abstractmethod
    def make_broken_interface(self) -> SessionInterface:
        """Return an interface whose store cannot be reached."""

    def test_visitors_without_a_session_leave_nothing_in_the_store(self) -> None:
        app = self.make_app()
        for path in ("/nothing", "/read", "/empty", "/flashed"):
            app.test_client().get(path)
        hostile = app.test_client()
        hostile.set_cookie("session", "a" * 43)
        hostile.get("/read")
        assert self.count_rows(app.session_interface) == 0

    def test_a_session_is_one_row_until_it_is_emptied(self) -> None:
        app = self.make_app()
        client = app.test_client()
        for _ in range(3):
            client.get("/write/5")
        assert self.count_rows(app.session_interface) == 1
        client.get("/empty")
        assert self.count_rows(app.session_interface) == 0

    @pytest.mark.parametrize(("path", "rows"), [("/regenerate", 1), ("/destroy", 0)])
    def test_no_row_is_left_behind(self, path: str, rows: int) -> None:
        assert self.has(path.strip("/"))
        app = self.make_app()
        client = app.test_client()
        client.get("/write/5")
        client.get(path)
        assert self.count_rows(app.session_interface) == rows

    def test_an_id_cannot_be_guessed_and_holds_no_data(self) -> None:
        app = self.make_app()
        values = set()
        for _ in range(100):
            client = app.test_client()
            client.get("/write/a-secret-value")
            values.add(cookie_of(client))
            assert len(cookie_of(client)) >= 43
            assert "secret" not in cookie_of(client)
        assert len(values) == 100

    def test_an_id_that_the_store_does_not_know_is_never_adopted(self) -> None:
        client = self.make_app().test_client()
        client.set_cookie("session", "a" * 43)
        client.get("/write/5")
        assert "a" * 43 not in cookie_of(client)

    @pytest.mark.parametrize("path", ["/regenerate", "/destroy", "/empty", "/renew"])
    def test_the_old_id_is_dead_after(self, path: str) -> None:
        assert path == "/empty" or self.has("destroy" if path == "/renew" else path[1:])
        client = self.make_app().test_client()
        client.get("/write/5")
        old = cookie_of(client)
        client.get(path)
        new = client.get_cookie("session")
        assert new is None or new.value != old
        client.set_cookie("session", old)
        assert client.get("/read").json == {}

    def test_a_store_that_is_down_is_a_503_for_those_who_need_it(self) -> None:
        app = self.make_app()
        app.testing = False
        app.session_interface = self.make_broken_interface()
        client = app.test_client()
        # Who does not touch the session needs none, unless it is opened for everybody.
        untouched = 503 if app._opens_sessions_early() else 200
        assert client.get("/nothing").status_code == untouched
        assert client.get("/write/5").status_code == 503
        assert client.get("/nothing").status_code == untouched


__all__ = ["Stores"]
