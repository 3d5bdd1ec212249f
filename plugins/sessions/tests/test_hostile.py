"""Cookies that somebody made: none of them is ever an error."""

from __future__ import annotations

import logging
import random
import string
import typing as t
import zlib

import pytest
from hypothesis import given, settings, strategies as st
from itsdangerous.encoding import base64_encode

from kernos_sessions import SecureCookieSession, SecureCookieSessionInterface, TaggedJSONSerializer

MUTATIONS = 20_000
SEED = 20240229


class Request:
    def __init__(self, cookie: str) -> None:
        self.cookies = {"session": cookie}


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)


def mutated(rng: random.Random, text: str) -> str:
    alphabet = string.ascii_letters + string.digits + '-_.="\\ \x00é\u0660\ud800'
    chars = list(text)
    for _ in range(rng.randint(1, 4)):
        place = rng.randrange(len(chars) + 1)
        kind = rng.randrange(5)
        if kind == 0:
            chars.insert(place, rng.choice(alphabet))
        elif kind == 1:
            del chars[place : place + rng.randint(1, 8)]
        elif kind == 2 and chars:
            chars[place - 1] = rng.choice(alphabet)
        elif kind == 3:
            chars[place:place] = chars[: rng.randint(1, 20)]
        else:
            chars = chars[:place]
    return "".join(chars)


def test_a_mutated_cookie_is_an_empty_session_or_the_old_one(StandIn: t.Any) -> None:
    rng = random.Random(SEED)
    app = StandIn()
    interface = SecureCookieSessionInterface()
    signer = interface.get_signing_serializer(app)
    originals = [{"user": 1}, {"text": "abc" * 300, "t": (1, b"x")}]
    cookies = [signer.dumps(original) for original in originals]
    for _ in range(MUTATIONS):
        place = rng.randrange(len(cookies))
        session = interface.open_session(app, Request(mutated(rng, cookies[place])))
        assert session in ({}, originals[place])


def test_a_mutated_payload_with_a_valid_signature_never_raises(StandIn: t.Any) -> None:
    rng = random.Random(SEED)
    app = StandIn()
    interface = SecureCookieSessionInterface()
    signer = interface.get_signing_serializer(app)
    sign = signer.make_signer(signer.salt).sign
    text = TaggedJSONSerializer().dumps(
        {"t": (1, b"x"), "n": {" t": 1}, "d": {" d": "Thu, 29 Feb 2024"}, "u": "a"}
    )
    for number in range(MUTATIONS // 4):
        payload = mutated(rng, text).encode(errors="surrogatepass")
        if number % 2:
            deflated = bytearray(zlib.compress(payload))
            if number % 4 == 1:
                deflated[rng.randrange(len(deflated))] ^= 1 << rng.randrange(8)
            cookie = sign(b"." + base64_encode(bytes(deflated)))
        else:
            cookie = sign(base64_encode(payload))
        session = interface.open_session(app, Request(cookie.decode()))
        assert type(session) is SecureCookieSession


@settings(max_examples=300, deadline=None)
@given(st.text() | st.text(string.ascii_letters + string.digits + "-_.", max_size=80))
def test_any_text_at_all_is_no_session(cookie: str) -> None:
    app = _app
    session = SecureCookieSessionInterface().open_session(app, Request(cookie))
    assert session == {}
    assert session.modified is False


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@settings(deadline=None)
@given(st.dictionaries(st.text(), _values, max_size=5))
def test_any_session_survives_its_cookie(data: dict[str, t.Any]) -> None:
    interface = SecureCookieSessionInterface()
    cookie = interface.get_signing_serializer(_app).dumps(data)
    session = interface.open_session(_app, Request(cookie))
    assert session == data


@pytest.fixture(autouse=True)
def _shared_app(StandIn: t.Any) -> None:
    global _app
    if _app is None:
        _app = StandIn()


_app: t.Any = None
