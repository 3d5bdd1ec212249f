"""Sessions in signed cookies: when they are sent, how, and what is refused."""

from __future__ import annotations

import hashlib
import logging
import typing as t
import zlib
from datetime import UTC, datetime, timedelta
from uuid import UUID

import itsdangerous.timed
import pytest
from itsdangerous import URLSafeTimedSerializer
from itsdangerous.encoding import base64_encode
from markupsafe import Markup

from kernos.contracts import SessionInterface
from kernos.errors import ContributionConflict, NoSession
from kernos_sessions import (
    JSONTag,
    SecretKeyError,
    SecretKeyTypeError,
    SecureCookieSession,
    SecureCookieSessionInterface,
    SessionTooLarge,
    TaggedJSONSerializer,
    keys,
)

# Signed by Flask 3.1.3 at 1,700,000,000 s with the stand-in's key.
FLASK_TIME = 1_700_000_000
FLASK_DATA = {
    "b": 1,
    "a": [1, 2.5, None, True, "ž"],
    "t": (1, ("x",)),
    "y": b"\x00\xff",
    "m": Markup("<b>"),
    "u": UUID(int=7),
    "d": datetime(2024, 2, 29, 1, 2, 3, tzinfo=UTC),
    "n": {" t": "not a tuple"},
    "_permanent": True,
    "_flashes": [("message", "hello")],
}
FLASK_COOKIE = (
    ".eJx9jkFrwzAMhf-KeWcxHLcjm1kHvXSnwQ65bSU4TG0GjhMSG1ZC_nsVh12nwxPofZLejPri3dTyBPs5Q0Vp"
    "6Hia3JVBaNn7HuflTKgHHjsXOAgSx8QEJ2xB5uGRQvKetuFX0kXJkIUGtiB8w8pZUVRtImWe1YkbZbTZK11Yb"
    "azeqbf3Cguhy6goXprXdRC23Z_cYl2LE_qonIpp8IxFkLh5Oclf_N81sHgpe6LQ_1e5PrtlWkLj-PF0kON3YT"
    "dM9g.ZVPxAA.rBGX0w6Kj2IzlxT_8je5k_O7fJg"
)
FLASK_OTHERS = [
    (
        ".eJyrVipJrShRslJKTEoeRaNoFA0gUqoFAFPyXBc.ZVPxAA.CScBXRPUOvvx1R7ydzcuo9IRJUc",
        {"text": "abc" * 300},
    ),
    ("eyJ1c2VyIjoiem9cdTAwZWIifQ.ZVPxAA.7D9iPR3XyR9c1MfDMc9FwTiki78", {"user": "zoë"}),
]
FLASK_BYTES_KEY = b"\xffbytes\x00 may be keys, these too!"
FLASK_BYTES_COOKIE = "eyJ1c2VyIjoyfQ.ZVPxAA.9r0ZEhaPLjYUOGNWOPToN0-Xfnw"
FLASK_FORMER_KEY = "the former key, also long enough"
FLASK_FORMER_COOKIE = "eyJ1c2VyIjoxfQ.ZVPxAA.6OTjIcGgvu1u1chmUm0OKKbreqk"


@pytest.fixture
def interface() -> SecureCookieSessionInterface:
    return SecureCookieSessionInterface()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> t.Any:
    class Clock:
        now = float(FLASK_TIME)

        def time(self) -> float:
            return self.now

    clock = Clock()
    monkeypatch.setattr(itsdangerous.timed, "time", clock)
    return clock


def signed(app: t.Any, payload: bytes, *, deflated: bool = False) -> str:
    """A cookie with a valid signature around any payload."""
    if deflated:
        payload = b"." + base64_encode(zlib.compress(payload))
    else:
        payload = base64_encode(payload)
    return raw_signed(app, payload)


def raw_signed(app: t.Any, payload: bytes) -> str:
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    return signer.make_signer(signer.salt).sign(payload).decode()


# --- the session itself ---------------------------------------------------------------

CHANGES: list[t.Callable[[t.Any], object]] = [
    lambda s: s.update(b=1),
    lambda s: s.update({}),
    lambda s: s.__setitem__("a", 1),
    lambda s: s.__delitem__("a"),
    lambda s: s.clear(),
    lambda s: s.pop("a"),
    lambda s: s.popitem(),
    lambda s: s.setdefault("b", 1),
    lambda s: s.__ior__({"b": 1}),
    lambda s: setattr(s, "permanent", True),
]
READS: list[t.Callable[[t.Any], object]] = [
    lambda s: s["a"],
    lambda s: s.get("a"),
    lambda s: "a" in s,
    lambda s: len(s),
    lambda s: bool(s),
    lambda s: list(s),
    lambda s: (s.keys(), s.values(), s.items()),
    lambda s: s == {},
    lambda s: repr(s),
    lambda s: s.copy(),
    lambda s: s | {},
    lambda s: s.setdefault("a", 1),
    lambda s: s.pop("b", None),
    lambda s: s.permanent,
    lambda s: pytest.raises(KeyError, s.pop, "b"),
    lambda s: pytest.raises(KeyError, s.__delitem__, "b"),
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_noticed(change: t.Callable[[t.Any], object]) -> None:
    session = SecureCookieSession({"a": 0})
    assert not session.modified
    change(session)
    assert session.modified
    assert not session.accessed


@pytest.mark.parametrize("read", READS)
def test_a_read_is_no_change(read: t.Callable[[t.Any], object]) -> None:
    session = SecureCookieSession({"a": 0})
    read(session)
    assert not session.modified
    assert not session.accessed
    assert session == {"a": 0}


def test_a_session_is_shown_with_its_class() -> None:
    assert repr(SecureCookieSession(a=1)) == "<SecureCookieSession {'a': 1}>"


def test_a_change_inside_a_value_must_be_told() -> None:
    session = SecureCookieSession({"list": []})
    session["list"].append(1)
    assert not session.modified
    session.modified = True
    assert session.modified


# --- compatible with Flask ------------------------------------------------------------


def test_cookies_of_flask_are_read(StandIn, Visit, interface, clock) -> None:
    for cookie, data in [(FLASK_COOKIE, FLASK_DATA), *FLASK_OTHERS]:
        with Visit(StandIn(), interface, cookie) as session:
            assert session == data
            assert not session.new
    with Visit(StandIn(FLASK_BYTES_KEY), interface, FLASK_BYTES_COOKIE) as session:
        assert session == {"user": 2}


def test_cookies_are_written_as_flask_writes_them(StandIn, Visit, interface, clock) -> None:
    for cookie, data in [(FLASK_COOKIE, FLASK_DATA), *FLASK_OTHERS]:
        visit = Visit(StandIn(), interface)
        with visit as session:
            session.update(data)
        assert visit.sent == cookie


def test_the_public_attributes_are_flasks() -> None:
    kind = SecureCookieSessionInterface
    assert issubclass(kind, SessionInterface)
    assert (kind.salt, kind.key_derivation) == ("cookie-session", "hmac")
    assert kind.digest_method(b"x").digest() == hashlib.sha1(b"x").digest()
    assert kind().digest_method is kind.digest_method
    assert isinstance(kind.serializer, TaggedJSONSerializer)
    assert kind.session_class is SecureCookieSession
    assert kind.lazy


def test_the_signature_follows_the_attributes(StandIn, interface) -> None:
    app = StandIn()
    first = interface.get_signing_serializer(app)
    assert interface.get_signing_serializer(app) is first
    interface.salt = "other"
    interface.digest_method = hashlib.sha256
    interface.key_derivation = "concat"
    second = interface.get_signing_serializer(app)
    assert second.make_signer("salt").salt == b"salt"
    twin = URLSafeTimedSerializer(
        app.secret_key,
        salt="other",
        serializer=interface.serializer,
        signer_kwargs={"key_derivation": "concat", "digest_method": hashlib.sha256},
    )
    assert twin.loads(second.dumps({"a": (1,)})) == {"a": (1,)}


# --- when a cookie is sent ------------------------------------------------------------


def test_a_visitor_without_a_session_gets_no_header(StandIn, Visit, interface) -> None:
    visit = Visit(StandIn(), interface)
    with visit as session:
        assert session.new
        assert session == {}
    assert visit.header is None
    assert not visit.varies


def test_access_alone_makes_the_response_vary(StandIn, Visit, interface) -> None:
    visit = Visit(StandIn(), interface)
    with visit as session:
        session.accessed = True
    assert visit.header is None
    assert visit.varies


def test_what_the_response_varies_on_already_stays(StandIn, Visit, interface) -> None:
    for before, after in (("Accept", "Accept, Cookie"), ("cookie", "cookie"), ("*", "*, Cookie")):
        visit = Visit(StandIn(), interface)
        visit.response.headers["Vary"] = before
        with visit as session:
            session["a"] = 1
        assert visit.response.headers.getlist("Vary") == [after]


def test_a_written_session_comes_back(StandIn, Visit, interface) -> None:
    app = StandIn()
    first = Visit(app, interface)
    with first as session:
        session["user"] = ("zoë", 5)
    assert first.varies
    assert first.header.endswith("; HttpOnly; Path=/")
    second = Visit(app, interface, first.sent)
    with second as session:
        assert session == {"user": ("zoë", 5)}
        assert not session.new
    assert second.header is None
    assert not second.varies


def test_an_emptied_session_deletes_the_cookie(StandIn, Visit, interface) -> None:
    app = StandIn(SESSION_COOKIE_DOMAIN="example.org", SESSION_COOKIE_SECURE=True)
    first = Visit(app, interface)
    with first as session:
        session["a"] = 1
    second = Visit(app, interface, first.sent)
    with second as session:
        del session["a"]
    assert second.varies
    assert second.header == (
        "session=; Domain=example.org; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0;"
        " Secure; HttpOnly; Path=/"
    )


def test_a_permanent_session_is_sent_again_unless_refreshing_is_off(
    StandIn, Visit, interface
) -> None:
    app = StandIn()
    first = Visit(app, interface)
    with first as session:
        session.permanent = True
    assert "Expires=" in first.header
    second = Visit(app, interface, first.sent)
    with second:
        pass
    assert second.sent
    assert "Expires=" in second.header
    assert second.varies
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    third = Visit(app, interface, first.sent)
    with third:
        pass
    assert third.header is None
    assert not third.varies


def test_a_permanent_session_expires_after_its_lifetime(StandIn, Visit, interface) -> None:
    app = StandIn()
    app.permanent_session_lifetime = timedelta(hours=1)
    visit = Visit(app, interface)
    before = datetime.now(UTC)
    with visit as session:
        session.permanent = True
    expires = visit.header.partition("Expires=")[2].partition(";")[0]
    moment = datetime.strptime(expires, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC)
    assert timedelta(minutes=59) < moment - before < timedelta(minutes=61)


def test_every_setting_of_the_cookie_is_sent_and_used_for_deleting(
    StandIn, Visit, interface
) -> None:
    app = StandIn(
        SESSION_COOKIE_DOMAIN=".example.org",
        SESSION_COOKIE_PATH="/shop",
        SESSION_COOKIE_HTTPONLY=False,
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PARTITIONED=True,
    )
    end = "; Secure; Path=/shop; SameSite=Lax; Partitioned"
    first = Visit(app, interface)
    with first as session:
        session["a"] = 1
    assert first.header == f"session={first.sent}; Domain=example.org{end}"
    second = Visit(app, interface, first.sent)
    with second as session:
        session.clear()
    assert second.header.startswith("session=; Domain=example.org; Expires=Thu, 01 Jan 1970")
    assert second.header.endswith(end)


def test_the_cookie_has_the_configured_name(StandIn, Visit, interface) -> None:
    app = StandIn(SESSION_COOKIE_NAME="__Host-shop", SESSION_COOKIE_SECURE=True)
    visit = Visit(app, interface)
    with visit as session:
        session["a"] = 1
    assert visit.header.startswith("__Host-shop=")


def test_the_path_is_the_applications_root_unless_set(StandIn, Visit, interface) -> None:
    visit = Visit(StandIn(APPLICATION_ROOT="/shop"), interface)
    with visit as session:
        session["a"] = 1
    assert visit.header.endswith("; Path=/shop")


def test_getters_of_a_subclass_are_asked(StandIn, Visit) -> None:
    class Interface(SecureCookieSessionInterface):
        def get_cookie_domain(self, app: t.Any) -> str:
            return "sub.example.org"

        def should_set_cookie(self, app: t.Any, session: t.Any) -> bool:
            return True

    app = StandIn()
    first = Visit(app, Interface())
    with first as session:
        session["a"] = 1
    assert "Domain=sub.example.org" in first.header
    second = Visit(app, Interface(), first.sent)
    with second:
        pass
    assert second.sent


# --- keys -----------------------------------------------------------------------------


@pytest.mark.parametrize("key", [None, "", b""])
def test_without_a_secret_key_there_is_no_session(StandIn, interface, key) -> None:
    app = StandIn(key)
    assert interface.get_signing_serializer(app) is None
    assert interface.open_session(app, None) is None


def test_a_key_that_vanishes_before_saving_is_named(StandIn, Visit, interface) -> None:
    app = StandIn()
    visit = Visit(app, interface)
    with pytest.raises(NoSession) as caught, visit as session:
        session["a"] = 1
        app.secret_key = None
    assert "SECRET_KEY" in caught.value.fix


def test_the_current_key_signs_and_former_keys_are_still_read(StandIn, Visit, interface) -> None:
    old1, old2, new = "old1" * 8, "old2" * 8, "new!" * 8
    cookies = []
    for key in (old1, old2):
        visit = Visit(StandIn(key), interface)
        with visit as session:
            session["key"] = key
        cookies.append(visit.sent)
    app = StandIn(new, SECRET_KEY_FALLBACKS=[old2, old1])
    for key, cookie in zip((old1, old2), cookies, strict=True):
        visit = Visit(app, interface, cookie)
        with visit as session:
            assert session == {"key": key}
            session["seen"] = True
        with Visit(StandIn(new), interface, visit.sent) as session:
            assert session["seen"]
    with Visit(StandIn(new, SECRET_KEY_FALLBACKS=[old2]), interface, cookies[0]) as session:
        assert session == {}


def test_a_cookie_that_flask_signed_with_a_former_key_is_read(
    StandIn, Visit, interface, clock
) -> None:
    app = StandIn(SECRET_KEY_FALLBACKS=[FLASK_FORMER_KEY])
    with Visit(app, interface, FLASK_FORMER_COOKIE) as session:
        assert session == {"user": 1}


def test_keys_may_change_while_the_application_runs(StandIn, Visit, interface) -> None:
    app = StandIn()
    first = Visit(app, interface)
    with first as session:
        session["a"] = 1
    app.secret_key = "quite another key, long enough"
    with Visit(app, interface, first.sent) as session:
        assert session == {}
    app.config["SECRET_KEY_FALLBACKS"] = ("a key of more than sixteen bytes",)
    with Visit(app, interface, first.sent) as session:
        assert session == {"a": 1}


@pytest.mark.parametrize(
    ("fallbacks", "add"), [([], "append"), ({"a first former key"}, "add"), (["x"], "append")]
)
def test_fallbacks_may_change_in_place(StandIn, Visit, interface, fallbacks, add) -> None:
    app = StandIn(SECRET_KEY_FALLBACKS=fallbacks)
    first = Visit(app, interface)
    with first as session:
        session["a"] = 1
    app.secret_key = "quite another key, long enough"
    with Visit(app, interface, first.sent) as session:
        assert session == {}
    getattr(fallbacks, add)("a key of more than sixteen bytes")
    with Visit(app, interface, first.sent) as session:
        assert session == {"a": 1}
    fallbacks.clear()
    with Visit(app, interface, first.sent) as session:
        assert session == {}


@pytest.mark.parametrize("fallbacks", ["oldkey", b"oldkey", {"a": 1}, 5])
def test_fallbacks_that_are_no_list_are_refused(StandIn, interface, fallbacks) -> None:
    with pytest.raises(SecretKeyTypeError, match="SECRET_KEY_FALLBACKS is of type") as caught:
        interface.get_signing_serializer(StandIn(SECRET_KEY_FALLBACKS=fallbacks))
    assert isinstance(caught.value, TypeError)
    assert caught.value.fix == 'SECRET_KEY_FALLBACKS = ["the former key"]'
    assert "oldkey" not in str(caught.value)


@pytest.mark.parametrize("empty", ["", b""])
def test_an_empty_fallback_is_refused(StandIn, interface, empty) -> None:
    app = StandIn(SECRET_KEY_FALLBACKS=["a former key", empty])
    with pytest.raises(SecretKeyError) as caught:
        interface.get_signing_serializer(app)
    assert isinstance(caught.value, ValueError)
    assert caught.value.what == "SECRET_KEY_FALLBACKS[1] is empty."
    assert "a former key" not in str(caught.value)


@pytest.mark.parametrize(
    ("key", "fallbacks", "named"),
    [(5, None, "SECRET_KEY is"), ("k" * 32, ["x" * 32, None], "SECRET_KEY_FALLBACKS[1] is")],
)
def test_a_key_that_is_no_text_is_refused(StandIn, interface, key, fallbacks, named) -> None:
    with pytest.raises(SecretKeyTypeError) as caught:
        interface.get_signing_serializer(StandIn(key, SECRET_KEY_FALLBACKS=fallbacks))
    assert caught.value.what.startswith(named)


def test_a_short_key_is_logged_once_out_of_debug_and_testing(
    StandIn, interface, caplog: pytest.LogCaptureFixture
) -> None:
    app = StandIn("short")
    for _ in range(3):
        interface.get_signing_serializer(app)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "SECRET_KEY is shorter than 16 bytes" in caplog.text
    assert "short" not in caplog.text.replace("shorter", "")
    caplog.clear()
    for mode in ("debug", "testing"):
        app = StandIn("short")
        setattr(app, mode, True)
        interface.get_signing_serializer(app)
    interface.get_signing_serializer(StandIn("k" * keys.SHORT_BYTES))
    assert not caplog.records


def test_two_applications_may_share_an_interface(StandIn, Visit, interface) -> None:
    one, other = StandIn("one key" * 5), StandIn("other key" * 5)
    visit = Visit(one, interface)
    with visit as session:
        session["a"] = 1
    with Visit(other, interface, visit.sent) as session:
        assert session == {}
    with Visit(one, interface, visit.sent) as session:
        assert session == {"a": 1}


# --- cookies that are no session ------------------------------------------------------


def test_a_cookie_is_too_old_after_the_lifetime(StandIn, Visit, interface, clock, caplog) -> None:
    app = StandIn()
    clock.now += 31 * 24 * 3600
    with Visit(app, interface, FLASK_OTHERS[1][0]) as session:
        assert session == {"user": "zoë"}
    clock.now += 1
    for now in (clock.now, FLASK_TIME - 5):
        clock.now = now
        visit = Visit(app, interface, FLASK_OTHERS[1][0])
        with visit as session:
            assert session == {}
            assert session.new
        assert visit.header is None
    assert not caplog.records


UNSIGNED = [
    "x",
    "..",
    "a.b.c",
    "=",
    "eyJhIjoxfQ.ZVPxAA.AAAAAAAAAAAAAAAAAAAAAAAAAAA",
    FLASK_COOKIE[:-1],
    FLASK_COOKIE[1:],
    "." + FLASK_COOKIE,
    FLASK_OTHERS[1][0].replace("ZVPxAA", "ZVPxAB"),
    "ž.ž.ž",
    '"\\377"',
    "a" * 10_000,
]


@pytest.mark.parametrize("cookie", UNSIGNED)
def test_a_cookie_that_nobody_signed_is_ignored_silently(
    StandIn, Visit, interface, clock, caplog, cookie
) -> None:
    visit = Visit(StandIn(), interface, cookie)
    with visit as session:
        assert session == {}
        assert session.new
        assert not session.modified
    assert visit.header is None
    assert not caplog.records


def test_a_lone_surrogate_in_a_cookie_is_ignored(StandIn, interface, caplog) -> None:
    class Request:
        cookies = {"session": "\ud800.x.y"}

    assert interface.open_session(StandIn(), Request()) == {}
    assert not caplog.records


JUNK = {
    "no JSON": b"hello",
    "empty": b"",
    "a list": b"[1]",
    "a number": b"5",
    "null": b"null",
    "bytes that are no text": b"\xff\xfe",
    "a bad tag": b'{"a":{" u":"zz"}}',
    "another bad tag": b'{"a":{" t":5}}',
    "an empty tag": b'{" di":{}}',
    "a tag that makes a list of it": b'{" t":[1]}',
    "deep": b'{"a":' + b"[" * 5000,
    "deep and closed": b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}",
}


@pytest.mark.parametrize("deflated", [False, True])
@pytest.mark.parametrize("kind", JUNK)
def test_signed_junk_is_an_empty_session_a_deleted_cookie_and_one_warning(
    StandIn, Visit, interface, caplog, kind, deflated
) -> None:
    app = StandIn()
    visit = Visit(app, interface, signed(app, JUNK[kind], deflated=deflated))
    with visit as session:
        assert session == {}
        assert session.new
    assert visit.sent == ""
    assert visit.varies
    (record,) = caplog.records
    assert record.levelname == "WARNING"
    assert "'session' has a valid signature and cannot be read" in record.getMessage()


@pytest.mark.parametrize(
    "payload",
    [
        b".",
        b".!!!",
        b"!",
        b"." + base64_encode(b"no zlib"),
        b"." + base64_encode(zlib.compress(b'{"a":1}')[:-5]),
    ],
)
def test_signed_junk_below_json_is_treated_the_same(
    StandIn, Visit, interface, caplog, payload
) -> None:
    app = StandIn()
    visit = Visit(app, interface, raw_signed(app, payload))
    with visit as session:
        assert session == {}
    assert visit.sent == ""
    assert len(caplog.records) == 1


def test_the_visitor_of_a_junk_cookie_can_start_anew(StandIn, Visit, interface) -> None:
    app = StandIn()
    visit = Visit(app, interface, signed(app, b"junk"))
    with visit as session:
        session["a"] = 1
    with Visit(app, interface, visit.sent) as session:
        assert session == {"a": 1}


def test_a_cookie_inflates_to_a_megabyte_and_no_further(
    StandIn, Visit, interface, caplog, monkeypatch
) -> None:
    app = StandIn()
    fits = b'{"a":"' + b"x" * (1_000_000 - 8) + b'"}'
    with Visit(app, interface, signed(app, fits, deflated=True)) as session:
        assert len(session["a"]) == 1_000_000 - 8
        session.clear()
    bomb = signed(app, fits + b" ", deflated=True)
    visit = Visit(app, interface, bomb)
    with visit as session:
        assert session == {}
    assert visit.sent == ""
    assert len(caplog.records) == 1
    interface.inflate_limit_bytes = 2_000_000
    with Visit(app, interface, bomb) as session:
        assert session
        session.clear()


def test_an_interface_with_a_plain_serializer_survives_junk_too(StandIn, Visit, caplog) -> None:
    class Interface(SecureCookieSessionInterface):
        def get_signing_serializer(self, app: t.Any) -> URLSafeTimedSerializer:
            return URLSafeTimedSerializer(app.secret_key, salt=self.salt)

    app = StandIn()
    cookie = Interface().get_signing_serializer(app).dumps([1])
    with Visit(app, Interface(), cookie) as session:
        assert session == {}
    assert len(caplog.records) == 1


# --- cookies that are too large -------------------------------------------------------


#: Text that cannot be deflated to much less.
NOISE = "".join(hashlib.sha512(bytes([n])).hexdigest() for n in range(4))


def large(app: t.Any, Visit: t.Any, interface: t.Any) -> t.Any:
    visit = Visit(app, interface)
    visit.response.max_cookie_size = 300
    with pytest.warns(UserWarning, match="cookie is too large"), visit as session:
        session["a"] = NOISE
    return visit


def test_a_cookie_that_is_too_large_is_logged_as_an_error(
    StandIn, Visit, interface, caplog
) -> None:
    visit = large(StandIn(), Visit, interface)
    assert visit.sent
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert f"cookie 'session' has {len(visit.header)} bytes" in record.getMessage()
    assert "fix: " in record.getMessage()


@pytest.mark.parametrize("mode", ["debug", "testing"])
def test_a_cookie_that_is_too_large_is_raised_while_developing(
    StandIn, Visit, interface, caplog, mode
) -> None:
    app = StandIn()
    setattr(app, mode, True)
    with pytest.raises(SessionTooLarge):
        large(app, Visit, interface)
    app.session_strict = False
    assert large(app, Visit, interface).sent
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_a_limit_of_zero_is_no_limit(StandIn, Visit, interface, caplog) -> None:
    visit = Visit(StandIn(), interface)
    visit.response.max_cookie_size = 0
    with visit as session:
        session["a"] = NOISE
    assert visit.sent
    assert not caplog.records


# --- the rest of the contract ---------------------------------------------------------


def test_regenerating_signs_anew_and_keeps_the_data(StandIn, Visit, interface, clock) -> None:
    app = StandIn()
    clock.now += 60
    visit = Visit(app, interface, FLASK_OTHERS[1][0])
    with visit as session:
        interface.regenerate(app, session)
    assert visit.sent
    assert visit.sent != FLASK_OTHERS[1][0]
    with Visit(app, interface, visit.sent) as session:
        assert session == {"user": "zoë"}


def test_destroying_empties_the_session_and_deletes_the_cookie(
    StandIn, Visit, interface, clock
) -> None:
    app = StandIn()
    visit = Visit(app, interface, FLASK_OTHERS[1][0])
    with visit as session:
        interface.destroy(app, session)
        assert session == {}
    assert visit.sent == ""


class TagComplex(JSONTag):
    __slots__ = ()
    key = " c"

    def check(self, value: t.Any) -> bool:
        return isinstance(value, complex)

    def to_json(self, value: t.Any) -> t.Any:
        return str(value)

    def to_python(self, value: t.Any) -> t.Any:
        return complex(value)


def test_tags_of_plugins_are_asked_for_once_and_serve_their_application_only(
    StandIn, Visit, interface
) -> None:
    app = StandIn()
    app.tags = [TagComplex]
    visit = Visit(app, interface)
    with visit as session:
        session["c"] = 1j
    with Visit(app, interface, visit.sent) as session:
        assert session == {"c": 1j}
    assert app.asked == 1
    with pytest.raises(TypeError), Visit(StandIn(), interface) as session:
        session["c"] = 1j


def test_tags_registered_later_join_those_of_plugins(StandIn, Visit, interface) -> None:
    class TagSet(JSONTag):
        __slots__ = ()
        key = " s"

        def check(self, value: t.Any) -> bool:
            return isinstance(value, set)

        def to_json(self, value: t.Any) -> t.Any:
            return sorted(value)

        def to_python(self, value: t.Any) -> t.Any:
            return set(value)

    interface.serializer = TaggedJSONSerializer()
    app = StandIn()
    app.tags = [TagComplex]
    with Visit(app, interface) as session:
        session["c"] = 1j
    interface.serializer.register(TagSet)
    visit = Visit(app, interface)
    with visit as session:
        session.update(c=1j, s={1})
    with Visit(app, interface, visit.sent) as session:
        assert session == {"c": 1j, "s": {1}}


def test_a_tag_of_the_applications_own_goes_before_a_contributed_one(
    StandIn, Visit, interface
) -> None:
    class TagOther(TagComplex):
        __slots__ = ()

        def to_json(self, value: t.Any) -> t.Any:
            return "5"

    interface.serializer = TaggedJSONSerializer()
    interface.serializer.register(TagOther)
    app = StandIn()
    app.tags = [TagComplex]
    visit = Visit(app, interface)
    with visit as session:
        session["c"] = 1j
    with Visit(app, interface, visit.sent) as session:
        assert session == {"c": 5}


def test_a_contributed_tag_may_not_take_a_standard_key(StandIn, interface) -> None:
    class TagTupleToo(TagComplex):
        __slots__ = ()
        key = " t"

    app = StandIn()
    app.tags = [TagTupleToo]
    with pytest.raises(ContributionConflict) as caught:
        interface.get_signing_serializer(app)
    assert "TagTupleToo has the key ' t'" in caught.value.what
    assert caught.value.fix.startswith("key = ' tx'")


def test_a_serializer_that_knows_no_tags_is_used_as_it_is(StandIn, Visit) -> None:
    import json

    class Interface(SecureCookieSessionInterface):
        serializer = json

    app = StandIn()
    app.tags = [TagComplex]
    visit = Visit(app, Interface())
    with visit as session:
        session["a"] = 1
    with Visit(app, Interface(), visit.sent) as session:
        assert session == {"a": 1}


def test_a_session_class_of_ones_own_is_used(StandIn, Visit) -> None:
    class Session(SecureCookieSession):
        pass

    class Interface(SecureCookieSessionInterface):
        session_class = Session

    with Visit(StandIn(), Interface()) as session:
        assert type(session) is Session
