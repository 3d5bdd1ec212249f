"""What the configuration may say, and what is refused with the line that cures it."""

from __future__ import annotations

import typing as t

import pytest
import redis

from kernos import Kernos, session
from kernos.errors import RegistrationError
from kernos_sessions.chain import SessionChain
from kernos_sessions_redis import make_sessions


def make_app(**config: t.Any) -> Kernos:
    app = Kernos("shop", plugins=[], components={"sessions": "redis"})
    app.config.update(config)
    app.add_url_rule("/<value>", view_func=lambda value: session.setdefault("value", value))
    return app


def test_the_component_is_chosen_by_its_name(url: str) -> None:
    app = make_app(SESSION_REDIS_URL=url)
    assert isinstance(app.session_interface, SessionChain)


def test_the_application_needs_no_secret_key(url: str) -> None:
    app = make_app(SESSION_REDIS_URL=url)
    client = app.test_client()
    assert client.get("/one").text == "one"
    assert client.get("/two").text == "one"


@pytest.mark.parametrize(
    ("config", "prefix"),
    [({}, "shop:session:"), ({"SESSION_KEY_PREFIX": "other:"}, "other:")],
)
def test_keys_have_the_prefix_and_expire_by_themselves(
    url: str, config: dict[str, str], prefix: str
) -> None:
    client = make_app(
        SESSION_REDIS_URL=url, PERMANENT_SESSION_LIFETIME=120, **config
    ).test_client()
    client.get("/one")
    sid = client.get_cookie("session").value
    with redis.Redis.from_url(url) as server:
        assert server.keys() == [f"{prefix}{sid}".encode()]
        assert 100 < server.ttl(f"{prefix}{sid}") <= 120
        server.expire(f"{prefix}{sid}", 0)
    assert client.get("/two").text == "two"
    assert client.get_cookie("session").value != sid


@pytest.mark.parametrize(
    ("config", "what"),
    [
        ({}, "SESSION_REDIS_URL is not set"),
        ({"SESSION_REDIS_URL": 5}, "SESSION_REDIS_URL is int, not str"),
        ({"SESSION_REDIS_URL": "localhost:6379"}, "SESSION_REDIS_URL is no URL"),
        ({"SESSION_REDIS_URL": "http://secret@host"}, "SESSION_REDIS_URL begins with 'http'"),
        ({"SESSION_REDIS_URL": "redis://host:port"}, "SESSION_REDIS_URL cannot be read"),
        ({"SESSION_STORE_TIMEOUT": "1"}, "SESSION_STORE_TIMEOUT is '1'"),
        ({"SESSION_STORE_TIMEOUT": 0}, "SESSION_STORE_TIMEOUT is 0"),
        ({"SESSION_STORE_TIMEOUT": True}, "SESSION_STORE_TIMEOUT is True"),
        ({"SESSION_STORE_TIMEOUT": float("nan")}, "SESSION_STORE_TIMEOUT is nan"),
        ({"SESSION_KEY_PREFIX": ""}, "SESSION_KEY_PREFIX is not set"),
        ({"SESSION_KEY_PREFIX": b"x"}, "SESSION_KEY_PREFIX is bytes, not str"),
    ],
)
def test_a_wrong_setting_is_refused(config: dict[str, t.Any], what: str) -> None:
    app = make_app(**config)
    if "SESSION_REDIS_URL" not in config and what.split(maxsplit=1)[0] != "SESSION_REDIS_URL":
        app.config["SESSION_REDIS_URL"] = "redis://127.0.0.1/0"
    with pytest.raises(RegistrationError) as caught:
        make_sessions(app)
    assert caught.value.what.startswith(what)
    assert what.split(maxsplit=1)[0] in caught.value.fix
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["redis", "rediss", "valkey", "valkeys", "valkeys+cluster"])
def test_making_sessions_connects_to_nothing(scheme: str) -> None:
    make_sessions(make_app(SESSION_REDIS_URL=f"{scheme}://127.0.0.1:1/0"))
