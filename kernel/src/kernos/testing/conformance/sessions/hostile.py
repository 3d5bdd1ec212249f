"""What a visitor may send in place of a session's cookie, and what a session may hold."""

from __future__ import annotations

import pytest

from kernos.testing.conformance.sessions.subject import Subject, cookie_of

#: None of them is a session.
COOKIES = (
    *("x", "..", "../../../etc/passwd", "..%2f..%2fetc%2fpasswd", "C:\\con", "*", "a" * 43),
    *("A.B.C", ".eJw.A.A", "..", "...", "", "=", "x" * 4000, "gASVBQAAAAAAAABLAS4=", "ž"),
    "eyJ1c2VyIjoxfQ.ZVPxAA.AAAAAAAAAAAAAAAAAAAAAAAAAAA",
    *('"\\000\\377"', '"\\012Set-Cookie: a=b"', "{}", "null", "' OR 1=1 --", "session:x"),
)

#: To a codec they may look like marks of its own.
ODD = (
    *({" t": [1]}, {" u": "x"}, {" b": "eA=="}, {" m": "<b>"}, {" d": "x"}, {" di": {"a": 1}}),
    *({" t__": 1}, {" t": [1], "more": 2}, {"__class__": "x"}, {"py/object": "os.system"}),
    *({"": ""}, {" ": " "}, {"\0": "\0"}, {"a.b": ".", "a": "."}, "x" * 500, "\u202e\u2028"),
)


class HostileInput(Subject):
    """Cookies that are no session; data that looks like something else."""

    @pytest.mark.parametrize("cookie", COOKIES, ids=range(len(COOKIES)))
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
        value = cookie_of(client)
        for place in range(0, len(value), 5):
            # A letter in the middle: the last one of a signature may hold idle bits.
            letter = "A" if value[place] != "A" else "B"
            client.set_cookie("session", value[:place] + letter + value[place + 1 :])
            assert client.get("/read").json == {}

    def test_a_part_of_a_cookie_is_no_session(self) -> None:
        client = self.make_app().test_client()
        client.get("/write/5")
        value = cookie_of(client)
        half = len(value) // 2
        for other in (value[:-1], value[1:], value[:half], value[half:], value + "A", value * 2):
            client.set_cookie("session", other)
            assert client.get("/read").json == {}

    @pytest.mark.parametrize("value", ODD, ids=range(len(ODD)))
    def test_data_that_looks_like_a_codecs_own_is_data(self, value: object) -> None:
        client = self.make_app().test_client()
        with client.session_transaction() as opened:
            opened["value"] = value
            if isinstance(value, dict):
                opened.update(value)
        with client.session_transaction() as opened:
            expected = {"value": value, **(value if isinstance(value, dict) else {})}
            assert dict(opened) == expected

    def test_flashes_of_a_visitor_without_a_session_are_none(self) -> None:
        client = self.make_app().test_client()
        client.set_cookie("session", "x")
        assert client.get("/flashed").json == []


__all__ = ["HostileInput"]
