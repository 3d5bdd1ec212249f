"""What the contract of the ``sessions`` slot says of cookies, and of caches on the way.

Sources: :mod:`kernos.contracts.sessions`; Flask's page "Configuration Handling"; CVE-2023-30861
and CVE-2026-27205, responses that a cache could have handed on to others.
"""

from __future__ import annotations

import typing as t
from datetime import UTC, datetime, timedelta

import pytest
from werkzeug.http import parse_date

from kernos.globals import session
from kernos.testing.conformance.sessions.subject import VIEWS, Subject

#: Each of them is an access, so that the response varies on the cookie.
ACCESSES: dict[str, t.Callable[[t.Any], object]] = {
    "in": lambda s: "value" in s,
    "not in": lambda s: "other" not in s,
    "len": len,
    "bool": bool,
    "iter": list,
    "dict": dict,
    "keys": lambda s: s.keys(),
    "values": lambda s: s.values(),
    "items": lambda s: s.items(),
    "[]": lambda s: s["value"],
    "get": lambda s: s.get("value"),
    "get of nothing": lambda s: s.get("other"),
    "pop of nothing": lambda s: s.pop("other", None),
    "setdefault": lambda s: s.setdefault("value", 1),
    "==": lambda s: s == {},
    "!=": lambda s: s != {},
    "repr": repr,
    "str": str,
    "**": lambda s: dict(**s),
    "permanent": lambda s: s.permanent,
    "new": lambda s: s.new,
    "modified": lambda s: s.modified,
}

#: The attributes of a cookie by the getters that say them.
GETTERS = {
    "get_cookie_domain": ("localhost", "Domain=localhost"),
    "get_cookie_path": ("/kit", "Path=/kit"),
    "get_cookie_httponly": (True, "HttpOnly"),
    "get_cookie_secure": (True, "Secure"),
    "get_cookie_samesite": ("Strict", "SameSite=Strict"),
    "get_cookie_partitioned": (True, "Partitioned"),
}


class Headers(Subject):
    """``Set-Cookie`` and ``Vary``."""

    # --- Vary --------------------------------------------------------------------------------

    def test_a_request_that_does_not_touch_the_session_says_nothing_of_it(self) -> None:
        client = self.make_app().test_client()
        for path in ("/nothing", "/write/5", "/nothing"):
            response = client.get(path)
            assert ("Set-Cookie" in response.headers) is (path != "/nothing")
            assert ("Cookie" in response.vary) is (path != "/nothing")

    @pytest.mark.parametrize("access", ACCESSES)
    @pytest.mark.parametrize("visited", [True, False])
    def test_each_form_of_access_makes_the_response_vary(self, access: str, visited: bool) -> None:
        def view() -> str:
            try:
                ACCESSES[access](session)
            except KeyError:
                pass  # which tells as much
            return ""

        app = self.make_app()
        app.add_url_rule("/access", view_func=view)
        client = app.test_client()
        if visited:
            client.get("/write/5")
        assert "Cookie" in client.get("/access").vary

    def test_a_response_with_a_cookie_always_varies(self) -> None:
        app = self.make_app()
        interface = app.session_interface
        client, sent = app.test_client(), 0
        for path in ("/write/5", "/keep", "/read", *VIEWS, "/keep", *reversed(VIEWS)):
            if path.strip("/") in ("renew", "destroy", "regenerate") and not (
                hasattr(interface, "destroy") and hasattr(interface, "regenerate")
            ):
                continue
            response = client.get(path.replace("<value>", "6"))
            if "Set-Cookie" in response.headers:
                sent += 1
                assert "Cookie" in response.vary, path
        assert sent > 4

    # --- Set-Cookie ----------------------------------------------------------------------------

    def test_reading_sends_no_cookie(self) -> None:
        client = self.make_app().test_client()
        assert "Set-Cookie" not in client.get("/read").headers
        client.get("/write/5")
        assert "Set-Cookie" not in client.get("/read").headers

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

    @pytest.mark.parametrize("getter", GETTERS)
    def test_a_getter_that_is_overridden_decides(self, getter: str) -> None:
        value, attribute = GETTERS[getter]
        app = self.make_app()
        app.config.update(SESSION_COOKIE_HTTPONLY=False, SESSION_COOKIE_SECURE=True)
        if getter == "get_cookie_secure":
            app.config["SESSION_COOKIE_SECURE"] = False
        setattr(app.session_interface, getter, lambda app: value)
        header = app.test_client().get("/write/5").headers["Set-Cookie"]
        assert attribute in header.split("; ")

    def test_the_cookies_name_is_the_getters(self) -> None:
        app = self.make_app()
        interface: t.Any = app.session_interface
        interface.get_cookie_name = lambda app: "kit"
        client = app.test_client()
        assert client.get("/write/5").headers["Set-Cookie"].startswith("kit=")
        assert client.get("/read").json == {"value": "5"}

    def test_an_emptied_session_deletes_its_cookie(self) -> None:
        client = self.make_app().test_client()
        client.get("/write/5")
        response = client.get("/empty")
        assert "Max-Age=0" in response.headers["Set-Cookie"]
        assert "Cookie" in response.vary
        assert client.get_cookie("session") is None

    # --- permanent sessions ----------------------------------------------------------------------

    def test_a_permanent_session_expires_and_is_refreshed(self) -> None:
        app = self.make_app()
        client = app.test_client()
        assert "Expires=" in client.get("/keep").headers["Set-Cookie"]
        # Not touched: the response still carries a cookie, which no cache may hand on.
        response = client.get("/nothing")
        assert "Expires=" in response.headers["Set-Cookie"]
        assert "Cookie" in response.vary
        app.config["SESSION_REFRESH_EACH_REQUEST"] = False
        for path in ("/nothing", "/read"):
            assert "Set-Cookie" not in client.get(path).headers

    def test_a_session_that_is_not_permanent_ends_with_the_browser(self) -> None:
        client = self.make_app().test_client()
        client.get("/keep")
        for path in ("/drop", "/write/5"):
            header = client.get(path).headers["Set-Cookie"]
            assert "Expires=" not in header
            assert "Max-Age=" not in header

    @pytest.mark.parametrize("lifetime", [3600, timedelta(hours=1), timedelta(days=90)])
    def test_a_permanent_session_ends_after_its_lifetime(self, lifetime: t.Any) -> None:
        app = self.make_app()
        app.config["PERMANENT_SESSION_LIFETIME"] = lifetime
        client = app.test_client()
        span = lifetime if isinstance(lifetime, timedelta) else timedelta(seconds=lifetime)
        earliest = datetime.now(UTC) + span - timedelta(seconds=1)  # a date has whole seconds
        header = client.get("/keep").headers["Set-Cookie"]
        latest = datetime.now(UTC) + span
        (told,) = [one[8:] for one in header.split("; ") if one.startswith("Expires=")]
        expires = parse_date(told)
        assert expires is not None
        assert earliest <= expires <= latest
        assert client.get("/read").json == {"_permanent": True}


__all__ = ["Headers"]
