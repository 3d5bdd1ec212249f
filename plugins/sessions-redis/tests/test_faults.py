"""A server that does not do what it should is a 503, in time, and not for longer."""

from __future__ import annotations

import time
import typing as t

import pytest
from fake_server import FakeServer, misbehave

from kernos import Kernos, session

COOKIE = "a" * 43


@pytest.fixture
def server() -> t.Iterator[FakeServer]:
    with misbehave() as running:
        yield running


def make_app(url: str, **config: t.Any) -> Kernos:
    app = Kernos(__name__, plugins=[], components={"sessions": "redis"})
    app.config.update(SESSION_REDIS_URL=url, **config)
    app.add_url_rule("/", view_func=lambda: dict(session))
    return app


def visitor(app: Kernos) -> t.Any:
    client = app.test_client()
    client.set_cookie("session", COOKIE)
    return client


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"-READONLY You can't write against a read only replica.\r\n",
        b"-OOM command not allowed when used memory > 'maxmemory'.\r\n",
        b"-LOADING Redis is loading the dataset in memory\r\n",
        b"-NOAUTH Authentication required.\r\n",
        b"-MASTERDOWN Link with MASTER is down\r\n",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
    ],
)
def test_an_answer_that_is_none_is_a_503_and_the_next_good_one_serves(
    server: FakeServer, answer: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    client = visitor(make_app(server.url))
    server.answer = answer
    refused = client.get("/")
    assert refused.status_code == 503
    assert COOKIE not in refused.text
    assert COOKIE not in caplog.text
    server.answer = b'$7\r\n{"a":1}\r\n'
    assert client.get("/").json == {"a": 1}


def test_a_server_that_says_nothing_is_given_up_in_time(server: FakeServer) -> None:
    client = visitor(make_app(server.url, SESSION_STORE_TIMEOUT=0.2))
    server.answer = None
    began = time.monotonic()
    assert client.get("/").status_code == 503
    assert time.monotonic() - began < 5  # and not the twenty for which the server is silent


def test_the_timeout_is_a_second_unless_it_is_set(server: FakeServer) -> None:
    client = visitor(make_app(server.url))
    server.answer = None
    began = time.monotonic()
    assert client.get("/").status_code == 503
    assert 0.9 < time.monotonic() - began < 5


def test_a_server_that_is_known_to_be_down_is_not_asked_for_each_request(
    server: FakeServer,
) -> None:
    client = visitor(make_app(server.url))
    server.answer = b""
    for _ in range(50):
        assert client.get("/").status_code == 503
    asked = server.commands
    assert 5 <= asked < 50
    server.answer = b'$7\r\n{"a":1}\r\n'
    deadline = time.monotonic() + 5
    while (answer := client.get("/")).status_code == 503 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert answer.json == {"a": 1}


def test_a_server_that_is_not_there_is_a_503() -> None:
    with misbehave() as server:
        url = server.url
    assert visitor(make_app(url)).get("/").status_code == 503


@pytest.mark.parametrize("scheme", ["redis+cluster", "valkey+cluster"])
def test_a_cluster_that_is_not_there_is_a_503(scheme: str) -> None:
    with misbehave() as server:
        url = server.url.replace("redis", scheme, 1).removesuffix("/0")
    assert visitor(make_app(url)).get("/").status_code == 503


def test_a_planted_pickle_is_an_empty_session_and_is_not_run(
    server: FakeServer, caplog: pytest.LogCaptureFixture
) -> None:
    pickle = b"cbuiltins\nexec\n(S'raise SystemExit'\ntR."
    server.answer = b"$%d\r\n%s\r\n" % (len(pickle), pickle)
    assert visitor(make_app(server.url)).get("/").json == {}
    assert len([record for record in caplog.records if record.levelname == "WARNING"]) == 1
