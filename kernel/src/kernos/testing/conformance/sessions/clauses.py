"""What the contract of the ``sessions`` slot says of data, clause by clause.

Sources: :mod:`kernos.contracts.sessions`; Flask's pages "API", Sessions, and "Configuration
Handling".
"""

from __future__ import annotations

import collections.abc as c
import typing as t

import pytest

from kernos.contracts import JSONProvider, SessionInterface, SessionMixin
from kernos.globals import session
from kernos.testing.conformance.sessions.subject import KEY, Subject, cookie_of

Change: t.TypeAlias = t.Callable[[t.Any], object]

#: Ways to change a session that holds a and b, and what it holds then.
CHANGES: dict[str, tuple[Change, dict[str, t.Any]]] = {
    "set": (lambda s: s.__setitem__("c", 3), {"a": 1, "b": 2, "c": 3}),
    "replace": (lambda s: s.__setitem__("a", 3), {"a": 3, "b": 2}),
    "del": (lambda s: s.__delitem__("a"), {"b": 2}),
    "pop": (lambda s: s.pop("a"), {"b": 2}),
    "popitem": (lambda s: s.popitem(), {"a": 1}),
    "update": (lambda s: s.update(a=3, c=4), {"a": 3, "b": 2, "c": 4}),
    "setdefault": (lambda s: s.setdefault("c", 3), {"a": 1, "b": 2, "c": 3}),
    "permanent": (lambda s: setattr(s, "permanent", True), {"a": 1, "b": 2, "_permanent": True}),
}

#: Ways to write into a session.
WRITES: tuple[Change, ...] = (
    lambda s: s.__setitem__("a", 1),
    lambda s: s.update(a=1),
    lambda s: s.setdefault("a", 1),
    lambda s: s.clear(),
    lambda s: s.pop("a", None),
    lambda s: setattr(s, "permanent", True),
)


class RefusingJSON(JSONProvider):
    """A provider that nobody should have asked."""

    def dumps(self, obj: t.Any, **kwargs: t.Any) -> str:
        raise AssertionError("a session was written by the json slot")

    def loads(self, s: str | bytes, **kwargs: t.Any) -> t.Any:
        raise AssertionError("a session was read by the json slot")


class Clauses(Subject):
    """Values, visitors, keys, and the parts of the contract that are optional."""

    def test_it_is_a_session_interface(self) -> None:
        interface = self.make_interface()
        assert isinstance(interface, SessionInterface)
        assert not interface.pickle_based

    # --- values ----------------------------------------------------------------------------

    def test_a_session_is_a_mapping_with_a_life_of_its_own(self) -> None:
        with self.make_app().test_request_context():
            opened = session._get_current_object()  # type: ignore[attr-defined]
            assert isinstance(opened, SessionMixin)
            assert isinstance(opened, c.MutableMapping)
            assert (dict(opened), opened.permanent) == ({}, False)

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

    @pytest.mark.parametrize("how", CHANGES)
    def test_every_form_of_change_is_saved(self, how: str) -> None:
        change, expected = CHANGES[how]
        app = self.make_app()
        app.add_url_rule("/change", "change", lambda: str(change(session)))
        client = app.test_client()
        with client.session_transaction() as opened:
            opened.update(a=1, b=2)
        client.get("/change")
        assert client.get("/read").json == expected

    def test_a_change_inside_a_value_is_saved_when_told(self) -> None:
        client = self.make_app().test_client()
        with client.session_transaction() as opened:
            opened["list"] = []
        with client.session_transaction() as opened:
            opened["list"].append(1)
            opened.modified = True
        assert client.get("/read").json == {"list": [1]}

    def test_a_session_is_new_until_it_is_kept(self) -> None:
        client = self.make_app().test_client()
        for path, new in (("/read", True), ("/write/5", True), ("/read", False)):
            with client:
                client.get(path)
                assert session.new is new

    # --- visitors ----------------------------------------------------------------------------

    def test_a_visitor_without_a_session_reads_an_empty_one(self) -> None:
        client = self.make_app().test_client()
        for path in ("/read", "/nothing", "/read"):
            assert client.get(path).status_code == 200
        assert client.get("/read").json == {}

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

    # --- keys and codecs -----------------------------------------------------------------------

    def test_a_session_outlives_a_change_of_keys(self) -> None:
        app = self.make_app()
        client = app.test_client()
        client.get("/write/5")
        app.config.update(SECRET_KEY=f"{KEY}, new", SECRET_KEY_FALLBACKS=[KEY])
        assert client.get("/read").json == {"value": "5"}
        client.get("/write/6")  # which needs the old key no more
        app.config["SECRET_KEY_FALLBACKS"] = None
        assert client.get("/read").json == {"value": "6"}

    def test_without_a_key_nothing_is_lost_unseen(self) -> None:
        app = self.make_app()
        app.secret_key = None
        app.testing = False
        client = app.test_client()
        assert client.get("/nothing").status_code == 200
        assert client.get("/read").json == {}
        if client.get("/write/5").status_code == 200:
            assert client.get("/read").json == {"value": "5"}

    def test_a_null_session_reads_and_refuses_to_be_written(self) -> None:
        app = self.make_app()
        interface = app.session_interface
        null = interface.make_null_session(app)
        assert interface.is_null_session(null)
        assert not interface.is_null_session({})
        assert (dict(null), null.get("a"), "a" in null, null.permanent) == ({}, None, False, False)
        for write in WRITES:
            with pytest.raises(RuntimeError):
                write(null)
        assert dict(null) == {}

    def test_sessions_do_not_follow_the_json_slot(self) -> None:
        app = self.make_app()
        json, app.json = app.json, RefusingJSON(app)
        client = app.test_client()
        client.get("/write/ž")
        with client.session_transaction() as opened:
            assert dict(opened) == {"value": "ž"}
        app.json = json
        assert client.get("/read").json == {"value": "ž"}

    # --- optional parts --------------------------------------------------------------------------

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

    @pytest.mark.parametrize("method", ["regenerate", "destroy"])
    def test_who_has_no_session_has_none_after_either(self, method: str) -> None:
        assert self.has(method)
        client = self.make_app().test_client()
        assert client.get(f"/{method}").status_code == 200
        assert client.get("/read").json == {}

    def test_what_is_written_after_destroying_begins_a_new_session(self) -> None:
        assert self.has("destroy")
        client = self.make_app().test_client()
        with client.session_transaction() as opened:
            opened.update(value="old", secret="of before")  # noqa: S106 - a value like others
        old = cookie_of(client)
        client.get("/renew")
        assert cookie_of(client) != old
        assert client.get("/read").json == {"value": "renewed"}


__all__ = ["Clauses"]
