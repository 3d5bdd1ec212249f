"""What takes a short way gives what the libraries' own ways give."""

from __future__ import annotations

import copy
import gc
import hashlib
import json
import string
import typing as t
import weakref
import zlib
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace
from unittest import mock

import itsdangerous.timed
import pytest
from hypothesis import example, given, settings, strategies as st
from itsdangerous import BadSignature, Signer, URLSafeTimedSerializer
from werkzeug.datastructures import EnvironHeaders, MultiDict
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request as WerkzeugRequest

import kernos
from kernos_sessions import JSONTag, SecureCookieSessionInterface, TaggedJSONSerializer
from kernos_sessions.lookup import find_cookie
from kernos_sessions.signing import BoundedSerializer, cannot_shrink
from kernos_sessions.transport import cookie_line

# --- finding the cookie -----------------------------------------------------------------

NAMES = ["session", "s", "a.b", "s=", "", "é", "a b"]
HEADERS = st.lists(
    st.sampled_from([*NAMES, "=", ";", "; ", " ", "\t", '"', "\\", "\n", "x", "Ã©", "\xff"]),
    max_size=12,
).map("".join)


def environ_with(header: str | None) -> dict[str, t.Any]:
    environ = EnvironBuilder().get_environ()
    if header is not None:
        environ["HTTP_COOKIE"] = header
    return environ


@given(HEADERS, st.sampled_from(NAMES))
@example("session", "session")
@example("session=; session=x", "session")
@example("session=a b; session=x", "session")
@example('other="; session=no"; session=yes', "session")
@example("xsession=no;\tsession = yes ;", "session")
def test_the_cookie_found_in_any_header_is_the_one_that_werkzeug_reads(
    header: str, name: str
) -> None:
    try:
        expected = WerkzeugRequest(environ_with(header)).cookies.get(name)
    except UnicodeDecodeError:
        with pytest.raises(UnicodeDecodeError):
            find_cookie(kernos.Request(environ_with(header)), name)
    else:
        assert find_cookie(kernos.Request(environ_with(header)), name) == expected


OWN_HEADERS = EnvironHeaders({"HTTP_COOKIE": "session=own"})


@pytest.mark.parametrize("header", [None, "", "session=sent"])
@pytest.mark.parametrize(
    ("name", "member"),
    [
        ("cookies", property(lambda self: {"session": "own"})),
        ("headers", property(lambda self: OWN_HEADERS)),
        ("dict_storage_class", type("Own", (MultiDict,), {"get": lambda self, key: "own"})),
    ],
)
def test_a_class_that_reads_cookies_its_own_way_is_asked(
    header: str | None, name: str, member: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = type("OwnRequest", (kernos.Request,), {name: member})
    assert find_cookie(own(environ_with(header)), "session") == "own"
    monkeypatch.setattr(kernos.Request, name, member)
    assert find_cookie(kernos.Request(environ_with(header)), "session") == "own"


@pytest.mark.parametrize("header", [None, "", "session=sent"])
def test_cookies_that_were_read_or_set_before_are_asked(header: str | None) -> None:
    read = kernos.Request(environ_with("session=own"))
    assert read.headers
    assert read.cookies
    read.environ["HTTP_COOKIE"] = header
    assert find_cookie(read, "session") == "own"

    for name, value in {"cookies": {"session": "own"}, "headers": OWN_HEADERS}.items():
        request = kernos.Request(environ_with(header))
        setattr(request, name, value)
        assert find_cookie(request, "session") == "own"


def test_headers_that_were_read_before_change_nothing() -> None:
    request = kernos.Request(environ_with("session=sent"))
    assert request.headers
    assert find_cookie(request, "session") == "sent"
    assert "cookies" not in request.__dict__


# --- signing ----------------------------------------------------------------------------

KEYS = [b"a former key of some length", b"the current key, of more bytes"]
VALUES = st.dictionaries(
    st.text(max_size=8),
    st.none()
    | st.integers()
    | st.text(max_size=40)
    | st.binary(max_size=8)
    | st.tuples(st.text()),
    max_size=5,
)


def serializers(
    keys: list[bytes], digest_method: t.Any, key_derivation: str
) -> tuple[URLSafeTimedSerializer, URLSafeTimedSerializer]:
    """Ours and the library's own."""
    options = {"key_derivation": key_derivation, "digest_method": digest_method}
    ours, theirs = (
        kind(keys, salt="salt", serializer=TaggedJSONSerializer(), signer_kwargs=options)
        for kind in (BoundedSerializer, URLSafeTimedSerializer)
    )
    return ours, theirs


def clock(now: int) -> t.Any:
    return mock.patch.object(itsdangerous.timed, "time", SimpleNamespace(time=lambda: now))


def outcome(call: t.Callable[[], object]) -> object:
    try:
        return call()
    except BadSignature as error:
        return type(error), str(error), error.payload


@given(
    VALUES,
    st.sampled_from(["hmac", "concat", "django-concat", "none"]),
    st.sampled_from([hashlib.sha1, hashlib.sha512, lambda data=b"": hashlib.sha256(data)]),
    st.lists(st.sampled_from(KEYS), min_size=1, max_size=2, unique=True),
    st.integers(0, 2**32),
)
def test_texts_are_signed_as_the_library_signs_them(
    value: dict[str, t.Any], derivation: str, digest: t.Any, keys: list[bytes], now: int
) -> None:
    ours, theirs = serializers(keys, digest, derivation)
    with clock(now):
        text = theirs.dumps(value)
        assert [ours.dumps(value), ours.dumps(value)] == [text, text]
    former, _ = serializers(KEYS, digest, derivation)
    for age in (None, 0, -1):
        with clock(now + 1):
            assert outcome(lambda: former.loads(text, max_age=age)) == outcome(
                lambda: serializers(KEYS, digest, derivation)[1].loads(text, max_age=age)
            )


@given(
    VALUES,
    st.sampled_from(KEYS),
    st.integers(-2, 2),
    st.sampled_from([0, 1, 2, -1, -3, -8]),
    st.sampled_from(["", ".", "=", "A", "-", "é"]),
)
@example({"n": 1}, KEYS[1], 0, 0, "A")
@example({"n": 1}, KEYS[1], 0, -1, "=")
def test_texts_that_were_changed_are_judged_as_the_library_judges_them(
    value: dict[str, t.Any], key: bytes, age: int, at: int, put: str
) -> None:
    """In the future, too old, by a former key, with other characters: and as they were."""
    ours, theirs = serializers(KEYS, hashlib.sha1, "hmac")
    signer, _ = serializers([key], hashlib.sha1, "hmac")
    with clock(1_000_000):
        signed = signer.dumps(value)
    text = signed[:at] + put + signed[at:] if put else signed
    with clock(1_000_000 + age):
        for max_age in (0, 1, 10):
            assert outcome(lambda: ours.loads(text, max_age=max_age)) == outcome(
                lambda: theirs.loads(text, max_age=max_age)
            )


def test_a_text_that_was_signed_without_a_time_is_refused_as_the_library_refuses_it() -> None:
    ours, theirs = serializers(KEYS, hashlib.sha1, "hmac")
    for value in (b"abc", b"abc.def", b"abc.d", b"abc."):
        signer = Signer(KEYS, salt="salt", key_derivation="hmac", digest_method=hashlib.sha1)
        text = signer.sign(value)
        assert outcome(lambda: ours.loads(text, max_age=5)) == outcome(
            lambda: theirs.loads(text, max_age=5)
        )


@given(
    st.integers(1, 12).flatmap(
        lambda size: st.text(string.printable[:size], max_size=30).map(str.encode)
    )
    | st.binary(max_size=30)
)
def test_what_cannot_shrink_does_not(text: bytes) -> None:
    if cannot_shrink(text):
        assert len(zlib.compress(text)) >= len(text) - 1


def test_a_session_of_the_usual_kind_is_not_compressed_in_vain() -> None:
    assert cannot_shrink(b'{"user_id":4711}')
    assert not cannot_shrink(b'{"name":"' + b"a" * 12 + b'"}')


@given(st.text("abcXYZ019-_.=", max_size=60) | st.binary(max_size=40))
@example("eyJ1c2VyIjoxfQ.ZVPxAA.6OTjIcGgvu1u1chmUm0OKKbreqk")
def test_texts_that_nobody_signed_are_refused_as_the_library_refuses_them(
    text: str | bytes,
) -> None:
    ours, theirs = serializers(KEYS, hashlib.sha1, "hmac")
    assert outcome(lambda: ours.loads(text)) == outcome(lambda: theirs.loads(text))


# --- tagged JSON ------------------------------------------------------------------------


def test_an_untag_of_another_kind_is_used_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    serializer = TaggedJSONSerializer()
    assert serializer.loads('{" t":[]}') == ()
    monkeypatch.setattr(serializer, "untag", lambda value: "own")
    assert serializer.loads('{" t":[]}') == "own"
    monkeypatch.undo()
    assert serializer.loads('{" t":[]}') == ()


def test_a_serializer_that_was_used_can_be_copied() -> None:
    class TagSet(JSONTag):
        key = " s"

        def check(self, value: object) -> bool:
            return isinstance(value, set)

        def to_json(self, value: t.Any) -> t.Any:
            return sorted(value)

        def to_python(self, value: t.Any) -> t.Any:
            return set(value)

    used = TaggedJSONSerializer()
    assert used.loads('{" s":[1]}') == {" s": [1]}
    for twin in (copy.copy(used).with_tags([TagSet]), copy.deepcopy(used).with_tags([TagSet])):
        assert twin.loads('{" s":[1]}') == {1}
    assert used.loads('{" s":[1]}') == {" s": [1]}


@given(st.text(st.sampled_from('[]{}:," \ufeff\\1ate'), max_size=20))
def test_any_text_is_read_as_json_reads_it(text: str) -> None:
    serializer = TaggedJSONSerializer()
    try:
        expected = json.loads(text, object_hook=serializer.untag)
    except json.JSONDecodeError:
        with pytest.raises(json.JSONDecodeError):
            serializer.loads(text)
    else:
        assert serializer.loads(text) == expected


# --- the cookie's header ----------------------------------------------------------------

ATTRIBUTES = st.fixed_dictionaries(
    {
        "domain": st.sampled_from(
            [None, "", "example.com", ".example.com:80", "b\u00fccher.example"]
        ),
        "path": st.sampled_from([None, "", "/", "/~a b/~;x", "/\u017elu\u0165"]),
        "secure": st.sampled_from([True, False, None, 1, 0, ""]),
        "httponly": st.sampled_from([True, False, None, 1]),
        "samesite": st.sampled_from([None, "Lax", "strict", "None"]),
        "partitioned": st.sampled_from([True, False, None]),
    }
)
MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)) | st.datetimes(
    datetime(1, 1, 3),
    datetime(9999, 12, 29),
    timezones=st.just(timezone(timedelta(hours=5))),
)


@given(
    st.sampled_from(["session", "__Host-s", "s~"]),
    st.text("abcXYZ019-_.", max_size=20) | st.text(max_size=20),
    st.none() | MOMENTS,
    ATTRIBUTES,
)
@example("session", "", None, {"path": "/"})
def test_a_cookies_header_is_the_one_that_the_response_sets(
    name: str, value: str, expires: datetime | None, attributes: dict[str, t.Any]
) -> None:
    response = kernos.Response()
    line = cookie_line(response, name, value, expires, attributes)
    try:
        response.set_cookie(name, value, expires=expires, **attributes)
    except UnicodeError:
        assert line is None
    else:
        assert line in (None, response.headers["Set-Cookie"])


def test_most_cookies_need_no_asking() -> None:
    line = cookie_line(kernos.Response(), "session", "a.b-c_d", None, {"httponly": True})
    assert line == "session=a.b-c_d; HttpOnly; Path=/"


@pytest.mark.parametrize("attributes", [{"path": "/\n"}, {"domain": "a;b"}, {"samesite": "x"}])
def test_attributes_that_cannot_be_sent_are_refused_each_time(
    attributes: dict[str, t.Any],
) -> None:
    for _ in range(2):
        with pytest.raises(ValueError, match=r"cookie|SameSite"):
            cookie_line(kernos.Response(), "session", "a", None, attributes)


# --- all together -----------------------------------------------------------------------


class LongRequest(kernos.Request):
    @property
    def cookies(self) -> t.Any:
        return WerkzeugRequest(self.environ).cookies


class LongResponse(kernos.Response):
    def __init__(self, *args: t.Any, **kwargs: t.Any) -> None:
        super().__init__(*args, **kwargs)
        assert self.headers

    def set_cookie(self, *args: t.Any, **kwargs: t.Any) -> None:
        super().set_cookie(*args, **kwargs)


class LongApp(kernos.Kernos):
    request_class = LongRequest
    response_class = LongResponse


class LongInterface(SecureCookieSessionInterface):
    lazy = True

    def get_signing_serializer(self, app: t.Any) -> URLSafeTimedSerializer | None:
        ours = super().get_signing_serializer(app)
        if ours is None:
            return None
        options = {"key_derivation": self.key_derivation, "digest_method": self.digest_method}
        return URLSafeTimedSerializer(
            ours.secret_keys, self.salt, ours.serializer, signer_kwargs=options
        )


def make_app(kind: type[kernos.Kernos], config: dict[str, t.Any]) -> kernos.Kernos:
    app = kind("short", plugins=[], components="default")
    if kind is LongApp:
        app.session_interface = LongInterface()
    app.secret_key = "a key of more than sixteen bytes"
    app.config.update(config)

    @app.get("/<action>")
    def act(action: str) -> t.Any:
        session = kernos.session
        response = kernos.make_response(action)
        if action == "vary":
            response.vary.add("Accept")
        elif action == "cached":
            response.headers["Cache-Control"] = "no-store"
        elif action == "cookie":
            response.set_cookie("other", "1")
        elif action == "write":
            session["n"] = session.get("n", 0) + 1
            session["t"] = ("long" * 20,)
        elif action == "keep":
            session.permanent = True
        elif action == "clear":
            session.clear()
        elif action == "twice":
            session["twice"] = 1
            app.session_interface.save_session(app, session, response)
        elif action == "large":
            session["large"] = hashlib.sha512(b"x").hexdigest() * int(session.get("n", 1))
        elif action == "read":
            assert isinstance(session.get("n", 0), int)
        return response

    return app


ACTIONS = ["read", "write", "keep", "clear", "twice", "vary", "cached", "cookie", "large", "none"]
CONFIGS = st.fixed_dictionaries(
    {},
    optional={
        "SECRET_KEY": st.sampled_from([None, "another key of sixteen bytes"]),
        "SECRET_KEY_FALLBACKS": st.sampled_from([["a key of more than sixteen bytes"], []]),
        "SESSION_COOKIE_NAME": st.sampled_from(["s", "__Host-s", "session"]),
        "SESSION_COOKIE_PATH": st.sampled_from([None, "/", "/a b"]),
        "SESSION_COOKIE_DOMAIN": st.sampled_from([None, "example.com"]),
        "SESSION_COOKIE_SECURE": st.sampled_from([None, True, False]),
        "SESSION_COOKIE_SAMESITE": st.sampled_from([None, "Strict"]),
        "SESSION_REFRESH_EACH_REQUEST": st.booleans(),
        "PERMANENT_SESSION_LIFETIME": st.sampled_from([5, 3600]),
        "MAX_COOKIE_SIZE": st.sampled_from([0, 150, 4093]),
    },
)


@pytest.mark.filterwarnings("ignore:The '.*' cookie is too large")
@settings(deadline=None, max_examples=150)
@given(
    st.lists(st.tuples(st.sampled_from(ACTIONS), CONFIGS), min_size=1, max_size=6),
    st.sampled_from(["localhost", "example.com"]),
    st.integers(0, 10),
)
def test_a_visitor_cannot_tell_the_ways_apart(
    visits: list[tuple[str, dict[str, t.Any]]], host: str, later: int
) -> None:
    told = []
    for kind in (kernos.Kernos, LongApp):
        app, cookie, now = make_app(kind, {}), "", 1_700_000_000
        answers: list[object] = []
        for action, config in visits:
            app.config.update(config)
            now += later
            with (
                clock(now),
                mock.patch("kernos.contracts.sessions.datetime", frozen(now)),
            ):
                answer = app.test_client(use_cookies=False).get(
                    f"http://{host}/{action}", headers={"Cookie": cookie} if cookie else {}
                )
            answers.append((answer.status, list(answer.headers), answer.data))
            for header in answer.headers.getlist("Set-Cookie"):
                pair = header.partition(";")[0]
                cookie = f"{cookie}; {pair}" if later % 2 else pair
        told.append(answers)
    assert told[0] == told[1]


def frozen(now: int) -> type[datetime]:
    class Frozen(datetime):
        @classmethod
        def now(cls, tz: t.Any = None) -> datetime:
            return datetime.fromtimestamp(now, tz)

    return Frozen


# --- who signs --------------------------------------------------------------------------


def test_whoever_makes_the_signer_is_asked_from_then_on(
    StandIn: t.Any, Visit: t.Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, interface = StandIn(), SecureCookieSessionInterface()
    asked: list[object] = []

    def refuse(*args: object) -> None:
        asked.append(args[-1])

    for patch in (
        lambda: monkeypatch.setattr(interface, "get_signing_serializer", refuse),
        lambda: monkeypatch.setattr(
            SecureCookieSessionInterface, "get_signing_serializer", refuse
        ),
    ):
        assert Visit(app, interface).__enter__() == {}
        assert asked == []
        patch()
        assert Visit(app, interface).__enter__() is None
        assert Visit(app, interface).__enter__() is None
        assert asked == [app, app]
        asked.clear()
        monkeypatch.undo()


def test_a_subclass_that_makes_the_signer_is_asked_each_time(StandIn: t.Any, Visit: t.Any) -> None:
    class Own(SecureCookieSessionInterface):
        asked = 0

        def get_signing_serializer(self, app: t.Any) -> URLSafeTimedSerializer | None:
            self.asked += 1
            return super().get_signing_serializer(app)

    app, interface = StandIn(), Own()
    for number in range(1, 4):
        assert Visit(app, interface).__enter__() == {}
        assert interface.asked == number


def test_an_interface_keeps_no_application_alive(StandIn: t.Any, Visit: t.Any) -> None:
    app, interface = StandIn(), SecureCookieSessionInterface()
    for _ in range(2):
        assert Visit(app, interface).__enter__() == {}
    ref = weakref.ref(app)
    del app
    gc.collect()
    assert ref() is None
    assert Visit(StandIn(None), interface).__enter__() is None
