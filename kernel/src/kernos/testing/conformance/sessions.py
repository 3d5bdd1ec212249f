"""The kits of the ``sessions`` slot: for any interface, and for those with a store."""

from __future__ import annotations

import threading
import typing as t
from abc import abstractmethod
from datetime import timedelta

import pytest

from kernos.app import Kernos
from kernos.contracts import SessionInterface
from kernos.globals import session
from kernos.helpers import flash
from kernos.helpers import get_flashed_messages
from kernos.testing.conformance.kit import Kit

#: What a visitor may send in place of a session's cookie.
HOSTILE = (
    "x",
    "..",
    "../../../etc/passwd",
    "a" * 43,
    "A.B.C",
    ".eJw.A.A",
    "eyJ1c2VyIjoxfQ.ZVPxAA.AAAAAAAAAAAAAAAAAAAAAAAAAAA",
    '"\\000\\377"',
    "ž",
    "x" * 4000,
    "gASVBQAAAAAAAABLAS4=",
)

#: Each of them is an access, so that the response varies on the cookie.
ACCESSES: tuple[t.Callable[[t.Any], object], ...] = (
    lambda s: "value" in s,
    lambda s: len(s),
    lambda s: bool(s),
    lambda s: list(s),
    lambda s: dict(s),
    lambda s: s.keys(),
    lambda s: s.values(),
    lambda s: s.items(),
    lambda s: s["value"],
    lambda s: s.get("other"),
    lambda s: s.pop("other", None),
    lambda s: s.setdefault("value", 1),
    lambda s: s == {},
    lambda s: repr(s),
    lambda s: s.permanent,
    lambda s: s.new,
    lambda s: s.modified,
)


class SessionInterfaceKit(Kit):
    """What an application relies on, wherever its sessions are kept."""

    @abstractmethod
    def make_interface(self) -> SessionInterface:
        """Return a new interface, whose store is empty if it has one."""

    def make_app(self) -> Kernos:
        """Return an application with this kit's interface, and views to visit."""
        app = Kernos(__name__, plugins=[], components={"sessions": self.make_interface()})
        app.secret_key = "the kit's, of more than sixteen bytes"  # noqa: S105 - a double
        app.testing = True
        for view in (_nothing, _read, _write, _keep, _empty, _flash, _flashed):
            app.add_url_rule(f"/{view.__name__.strip('_')}", view_func=view)
        app.add_url_rule("/write/<value>", view_func=_write)
        app.add_url_rule("/regenerate", view_func=self._regenerate)
        app.add_url_rule("/destroy", view_func=self._destroy)
        return app

    def _regenerate(self) -> str:
        from kernos.sessions import regenerate

        regenerate()
        return ""

    def _destroy(self) -> str:
        from kernos.sessions import destroy

        destroy()
        return ""

    def has(self, method: str) -> bool:
        """Tell whether the interface has an optional method; skip the test otherwise."""
        if not hasattr(self.make_interface(), method):
            pytest.skip(f"the interface has no {method}()")
        return True

    # --- data ------------------------------------------------------------------------------

    def test_it_is_a_session_interface(self) -> None:
        interface = self.make_interface()
        assert isinstance(interface, SessionInterface)
        assert not interface.pickle_based

    @pytest.mark.parametrize(
        "value", [None, True, 0, -1.5, "", "žluť 🎉", [], {}, [1, {"a": ["b"]}], {"": {"b": None}}]
    )
    def test_a_value_is_there_at_the_next_request(self, value: object) -> None:
        client = self.make_app().test_client()
        with client.session_transaction() as opened:
            opened["value"] = value
        with client.session_transaction() as opened:
            assert opened["value"] == value
            assert type(opened["value"]) is type(value)

    def test_a_visitor_without_a_session_reads_an_empty_one(self) -> None:
        client = self.make_app().test_client()
        with client:
            assert client.get("/read").json == {}
            assert session.new

    def test_a_change_inside_a_value_is_saved_when_told(self) -> None:
        client = self.make_app().test_client()
        with client.session_transaction() as opened:
            opened["list"] = []
        with client.session_transaction() as opened:
            opened["list"].append(1)
            opened.modified = True
        assert client.get("/read").json == {"list": [1]}

    def test_a_value_that_is_removed_is_gone(self) -> None:
        client = self.make_app().test_client()
        with client.session_transaction() as opened:
            opened.update(a=1, b=2)
        with client.session_transaction() as opened:
            del opened["a"]
        assert client.get("/read").json == {"b": 2}

    def test_two_visitors_share_nothing(self) -> None:
        app = self.make_app()
        one, other = app.test_client(), app.test_client()
        one.get("/write/one")
        other.get("/write/other")
        assert one.get("/read").json == {"value": "one"}
        assert other.get("/read").json == {"value": "other"}
        assert app.test_client().get("/read").json == {}

    def test_flashed_messages_wait_for_the_next_request(self) -> None:
        client = self.make_app().test_client()
        client.get("/flash")
        assert client.get("/flashed").json == [["info", "hello"]]
        assert client.get("/flashed").json == []

    def test_visitors_at_the_same_time_share_nothing(self) -> None:
        app = self.make_app()
        wrong: list[object] = []

        def visit(number: int) -> None:
            client = app.test_client()
            for step in range(20):
                client.get(f"/write/{number}-{step}")
                found = client.get("/read").json
                if found != {"value": f"{number}-{step}"}:
                    wrong.append(found)

        threads = [threading.Thread(target=visit, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not wrong

    # --- headers -----------------------------------------------------------------------------

    def test_a_request_that_does_not_touch_the_session_says_nothing_of_it(self) -> None:
        client = self.make_app().test_client()
        for path in ("/nothing", "/write/5", "/nothing"):
            response = client.get(path)
            assert ("Set-Cookie" in response.headers) is (path != "/nothing")
            assert ("Cookie" in response.vary) is (path != "/nothing")

    def test_reading_sends_no_cookie(self) -> None:
        client = self.make_app().test_client()
        assert "Set-Cookie" not in client.get("/read").headers
        client.get("/write/5")
        assert "Set-Cookie" not in client.get("/read").headers

    @pytest.mark.parametrize("access", ACCESSES)
    def test_each_form_of_access_makes_the_response_vary(
        self, access: t.Callable[[t.Any], object]
    ) -> None:
        def view() -> str:
            access(session)
            return ""

        app = self.make_app()
        app.add_url_rule("/access", view_func=view)
        client = app.test_client()
        client.get("/write/5")
        assert "Cookie" in client.get("/access").vary

    def test_the_cookie_has_every_attribute_of_the_configuration(self) -> None:
        app = self.make_app()
        app.config.update(
            SESSION_COOKIE_NAME="kit",
            SESSION_COOKIE_DOMAIN="localhost",
            SESSION_COOKIE_PATH="/",
            SESSION_COOKIE_HTTPONLY=True,
            SESSION_COOKIE_SECURE=True,
            SESSION_COOKIE_SAMESITE="Strict",
            SESSION_COOKIE_PARTITIONED=True,
        )
        client = app.test_client()
        for path in ("/write/5", "/empty"):  # deleting needs the same ones
            name, *attributes = client.get(path).headers["Set-Cookie"].split("; ")
            assert name.startswith("kit=")
            assert {
                "Domain=localhost",
                "Path=/",
                "HttpOnly",
                "Secure",
                "SameSite=Strict",
                "Partitioned",
            } <= set(attributes)

    def test_an_emptied_session_deletes_its_cookie(self) -> None:
        client = self.make_app().test_client()
        client.get("/write/5")
        response = client.get("/empty")
        assert "Max-Age=0" in response.headers["Set-Cookie"]
        assert "Cookie" in response.vary
        assert client.get_cookie("session") is None

    def test_a_permanent_session_expires_and_is_refreshed(self) -> None:
        app = self.make_app()
        client = app.test_client()
        assert "Expires=" in client.get("/keep").headers["Set-Cookie"]
        # Not touched: the response still carries a cookie, which no cache may hand on.
        response = client.get("/nothing")
        assert "Expires=" in response.headers["Set-Cookie"]
        assert "Cookie" in response.vary
        app.config["SESSION_REFRESH_EACH_REQUEST"] = False
        assert "Set-Cookie" not in client.get("/nothing").headers

    def test_a_session_that_is_not_permanent_ends_with_the_browser(self) -> None:
        response = self.make_app().test_client().get("/write/5")
        assert "Expires=" not in response.headers["Set-Cookie"]
        assert "Max-Age=" not in response.headers["Set-Cookie"]

    @pytest.mark.parametrize("lifetime", [3600, timedelta(hours=1)])
    def test_the_lifetime_is_seconds_or_a_timedelta(self, lifetime: object) -> None:
        app = self.make_app()
        app.config["PERMANENT_SESSION_LIFETIME"] = lifetime
        client = app.test_client()
        client.get("/keep")
        assert client.get("/read").json == {"_permanent": True}

    # --- cookies that are no session -----------------------------------------------------------

    @pytest.mark.parametrize("cookie", HOSTILE)
    def test_a_cookie_that_is_no_session_is_an_empty_one(self, cookie: str) -> None:
        client = self.make_app().test_client()
        client.set_cookie("session", cookie)
        response = client.get("/read")
        assert response.status_code == 200
        assert response.json == {}
        client.get("/write/5")
        assert client.get("/read").json == {"value": "5"}

    def test_a_cookie_that_was_changed_is_no_session(self) -> None:
        client = self.make_app().test_client()
        client.get("/write/5")
        cookie = client.get_cookie("session")
        assert cookie is not None
        for place in range(0, len(cookie.value), 5):
            # A letter in the middle: the last one of a signature may hold idle bits.
            letter = "A" if cookie.value[place] != "A" else "B"
            changed = cookie.value[:place] + letter + cookie.value[place + 1 :]
            client.set_cookie("session", changed)
            assert client.get("/read").json == {}

    # --- optional parts -------------------------------------------------------------------------

    def test_regenerating_keeps_the_data(self) -> None:
        assert self.has("regenerate")
        client = self.make_app().test_client()
        client.get("/write/5")
        assert "Set-Cookie" in client.get("/regenerate").headers
        assert client.get("/read").json == {"value": "5"}

    def test_destroying_forgets_the_data(self) -> None:
        assert self.has("destroy")
        client = self.make_app().test_client()
        client.get("/write/5")
        assert "Max-Age=0" in client.get("/destroy").headers["Set-Cookie"]
        assert client.get("/read").json == {}


class ServerSideSessionKit(SessionInterfaceKit):
    """What an application relies on beyond that, when sessions are kept in a store."""

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
        assert self.count_rows(app.session_interface) == 0

    def test_a_session_is_one_row_until_it_is_emptied(self) -> None:
        app = self.make_app()
        client = app.test_client()
        for _ in range(3):
            client.get("/write/5")
        assert self.count_rows(app.session_interface) == 1
        client.get("/empty")
        assert self.count_rows(app.session_interface) == 0

    def test_an_id_cannot_be_guessed_and_holds_no_data(self) -> None:
        app = self.make_app()
        values = set()
        for _ in range(100):
            client = app.test_client()
            client.get("/write/a-secret-value")
            cookie = client.get_cookie("session")
            assert cookie is not None
            assert len(cookie.value) >= 43
            values.add(cookie.value)
        assert len(values) == 100

    def test_an_id_that_the_store_does_not_know_is_never_adopted(self) -> None:
        client = self.make_app().test_client()
        client.set_cookie("session", "a" * 43)
        client.get("/write/5")
        cookie = client.get_cookie("session")
        assert cookie is not None
        assert "a" * 43 not in cookie.value

    @pytest.mark.parametrize("path", ["/regenerate", "/destroy", "/empty"])
    def test_the_old_id_is_dead_after(self, path: str) -> None:
        client = self.make_app().test_client()
        client.get("/write/5")
        old = client.get_cookie("session")
        assert old is not None
        client.get(path)
        new = client.get_cookie("session")
        assert new is None or new.value != old.value
        client.set_cookie("session", old.value)
        assert client.get("/read").json == {}

    def test_a_store_that_is_down_is_a_503_for_those_who_need_it(self) -> None:
        app = self.make_app()
        app.testing = False
        app.session_interface = self.make_broken_interface()
        client = app.test_client()
        assert client.get("/nothing").status_code == 200
        assert client.get("/write/5").status_code == 503
        assert client.get("/nothing").status_code == 200


def _nothing() -> str:
    return ""


def _read() -> dict[str, t.Any]:
    return dict(session)


def _write(value: str = "") -> str:
    session["value"] = value
    return ""


def _keep() -> str:
    session.permanent = True
    return ""


def _empty() -> str:
    session.clear()
    return ""


def _flash() -> str:
    flash("hello", "info")
    return ""


def _flashed() -> list[t.Any]:
    return list(get_flashed_messages(with_categories=True))


__all__ = ["ServerSideSessionKit", "SessionInterfaceKit"]
