"""The component in an application: through the slot, the client and the contexts."""

from __future__ import annotations

import typing as t

import pytest

import kernos
from kernos import Kernos
from kernos.errors import NoSession
from kernos.hooks import hookimpl
from kernos.sessions import destroy, regenerate
from kernos_sessions import JSONTag, SecureCookieSessionInterface, ServerSideSessionInterface

KEY = "a key of more than sixteen bytes"


@pytest.fixture
def app() -> Kernos:
    app = Kernos("application", plugins=[])
    app.secret_key = KEY

    @app.get("/")
    def nothing():
        return "nothing"

    @app.get("/read")
    def read():
        return dict(kernos.session)

    @app.get("/write/<value>")
    def write(value):
        kernos.session["value"] = value
        return "written"

    @app.get("/keep")
    def keep():
        kernos.session.permanent = True
        return "kept"

    @app.get("/regenerate")
    def new_identity():
        regenerate()
        return "regenerated"

    @app.get("/destroy")
    def forget():
        destroy()
        return "destroyed"

    return app


def test_the_slot_is_filled_by_the_cookie_interface(app: Kernos) -> None:
    assert type(app.session_interface) is SecureCookieSessionInterface


def test_each_application_has_tags_of_its_own(app: Kernos) -> None:
    class TagSet(JSONTag):
        __slots__ = ()
        key = " s"

        def check(self, value: t.Any) -> bool:
            return isinstance(value, set)

        def to_json(self, value: t.Any) -> t.Any:
            return sorted(value)

        def to_python(self, value: t.Any) -> t.Any:
            return set(value)

    other = Kernos("other", plugins=[])
    app.session_interface.serializer.register(TagSet, index=0)
    assert " s" not in other.session_interface.serializer.tags
    with app.test_client() as client:
        with client.session_transaction() as session:
            session["s"] = {1, 2}
        client.get("/read")
        assert kernos.session == {"s": {1, 2}}


def test_a_session_lives_from_request_to_request(app: Kernos) -> None:
    client = app.test_client()
    assert client.get("/read").json == {}
    client.get("/write/5")
    assert client.get("/read").json == {"value": "5"}
    client.get("/regenerate")
    assert client.get("/read").json == {"value": "5"}
    client.get("/destroy")
    assert client.get("/read").json == {}


def test_a_request_that_does_not_touch_the_session_says_nothing_of_it(app: Kernos) -> None:
    client = app.test_client()
    response = client.get("/")
    assert "Set-Cookie" not in response.headers
    assert "Vary" not in response.headers
    client.get("/write/5")
    response = client.get("/")
    assert "Set-Cookie" not in response.headers
    assert "Vary" not in response.headers
    assert client.get("/read").vary.to_header() == "Cookie"


def test_a_permanent_session_is_refreshed_by_a_request_that_does_not_touch_it(
    app: Kernos,
) -> None:
    client = app.test_client()
    client.get("/keep")
    response = client.get("/")
    assert "session=" in response.headers["Set-Cookie"]
    assert response.vary.to_header() == "Cookie"


ACCESSES: list[t.Callable[[t.Any], object]] = [
    lambda s: "a" in s,
    lambda s: len(s),
    lambda s: bool(s),
    lambda s: list(s),
    lambda s: s.keys(),
    lambda s: s.get("a"),
    lambda s: s["value"],
    lambda s: s == {},
    lambda s: repr(s),
    lambda s: s.copy(),
    lambda s: s | {},
    lambda s: s.pop("a", None),
    lambda s: s.setdefault("a", 1),
    lambda s: s.permanent,
    lambda s: kernos.json.dumps(dict(s)),
    lambda s: s.items(),
    lambda s: s.values(),
    lambda s: dict(s),
    lambda s: s.modified,
    lambda s: s.new,
]


@pytest.mark.parametrize("access", ACCESSES)
def test_each_form_of_access_makes_the_response_vary(
    app: Kernos, access: t.Callable[[t.Any], object]
) -> None:
    @app.get("/access")
    def view():
        access(kernos.session)
        return "accessed"

    client = app.test_client()
    client.get("/write/5")
    assert client.get("/access").vary.to_header() == "Cookie"


def test_without_a_secret_key_reading_is_fine_and_writing_names_the_cure(app: Kernos) -> None:
    app.secret_key = None
    app.testing = True
    client = app.test_client()
    assert client.get("/read").json == {}
    with pytest.raises(NoSession, match="secret_key"):
        client.get("/write/5")


def test_signed_junk_is_answered_and_its_cookie_deleted(app: Kernos) -> None:
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    client = app.test_client()
    client.set_cookie("session", signer.dumps([1]))
    response = client.get("/")  # not even touched
    assert response.status_code == 200
    assert response.headers["Set-Cookie"].startswith("session=; Expires=Thu, 01 Jan 1970")


@pytest.mark.parametrize(
    ("host", "secure"),
    [
        ("localhost", False),
        ("localhost:8000", False),
        ("shop.localhost", False),
        ("127.0.0.1:8000", False),
        ("[::1]:8000", False),
        ("example.org", True),
        ("localhost.example.org", True),
        ("127.0.0.1.example.org", True),
        ("10.0.0.1", True),
    ],
)
def test_the_cookie_stays_on_https_but_on_this_machine(
    app: Kernos, host: str, secure: bool
) -> None:
    response = app.test_client().get("/write/5", base_url=f"http://{host}/")
    assert ("; Secure" in response.headers["Set-Cookie"]) is secure


def test_debug_mode_and_settings_go_before_the_host(app: Kernos) -> None:
    client = app.test_client()

    def is_secure(host: str) -> bool:
        response = client.get("/write/5", base_url=f"http://{host}/")
        return "; Secure" in response.headers["Set-Cookie"]

    app.config["SESSION_COOKIE_SECURE"] = True
    assert is_secure("localhost")
    app.config["SESSION_COOKIE_SECURE"] = False
    assert not is_secure("example.org")
    app.config["SESSION_COOKIE_SECURE"] = None
    assert is_secure("example.org")
    app.debug = True
    assert not is_secure("example.org")


def test_a_plugin_contributes_a_tag() -> None:
    class TagComplex(JSONTag):
        __slots__ = ()
        key = " c"

        def check(self, value: t.Any) -> bool:
            return isinstance(value, complex)

        def to_json(self, value: t.Any) -> t.Any:
            return str(value)

        def to_python(self, value: t.Any) -> t.Any:
            return complex(value)

    class Plugin:
        @hookimpl
        def kernos_register_session_tags(self, app):
            return [TagComplex]

    app = Kernos("application", plugins=[Plugin()])
    app.secret_key = KEY

    @app.get("/write")
    def write():
        kernos.session["c"] = 1j
        return ""

    @app.get("/read")
    def read():
        return str(kernos.session["c"])

    client = app.test_client()
    assert client.get("/write").status_code == 200
    assert client.get("/read").text == "1j"


def test_the_codec_does_not_follow_the_json_slot(app: Kernos) -> None:
    class Broken:
        def __getattr__(self, name: str) -> t.Any:
            raise AssertionError

    @app.get("/value")
    def value():
        kernos.session["again"] = (1,)
        return kernos.session["value"]

    client = app.test_client()
    client.get("/write/5")
    app.json = t.cast(t.Any, Broken())
    assert client.get("/value").text == "5"


class DownStore:
    def get(self, key: str) -> bytes | None:
        raise ConnectionRefusedError

    def set(self, key: str, value: bytes, ttl_seconds: int) -> None:
        raise ConnectionRefusedError

    def delete(self, key: str) -> None:
        raise ConnectionRefusedError


def test_a_store_that_is_down_is_a_503_and_touches_no_one_without_a_session(
    app: Kernos,
) -> None:
    app.session_interface = ServerSideSessionInterface(DownStore(), key_prefix="x:")
    client = app.test_client()
    assert client.get("/").status_code == 200
    assert client.get("/read").status_code == 200
    assert client.get("/write/5").status_code == 503
    client.set_cookie("session", "a" * 43)
    assert client.get("/read").status_code == 503


def test_a_handler_of_the_stores_own_error_is_asked(app: Kernos) -> None:
    app.session_interface = ServerSideSessionInterface(DownStore(), key_prefix="x:")

    @app.errorhandler(ConnectionError)
    def handle(error):
        return "down", 502

    client = app.test_client()
    client.set_cookie("session", "a" * 43)
    assert client.get("/read").status_code == 502
