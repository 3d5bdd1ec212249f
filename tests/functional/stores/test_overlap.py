"""Requests of one visitor that overlap lose nothing, or the log says what."""

from __future__ import annotations

import threading
import typing as t

import pytest

from kernos import Kernos, flash, get_flashed_messages, request, session
from kernos.sessions import destroy, regenerate


@pytest.fixture
def app(place) -> t.Iterator[Kernos]:
    """An application in which a request can run while another one does."""
    app = Kernos(__name__, plugins=[], components={"sessions": place.component})
    app.config.update(place.config, SESSION_STORE_TIMEOUT=10)

    def during(path: str, change: t.Callable[[], object], path_inside: str) -> None:
        def view() -> str:
            dict(session)  # opened here, before the other one writes
            other = app.test_client()
            other.set_cookie("session", request.cookies["session"])
            assert other.get(path_inside).status_code == 200
            change()
            return ""

        app.add_url_rule(path, path, view)

    def rule(path: str, change: t.Callable[[], object]) -> None:
        app.add_url_rule(path, path, lambda: [change(), ""][1])
        for name, inside in (
            ("a", "/set-a"),
            ("pop", "/pop-a"),
            ("end", "/destroy"),
            ("renew", "/renew"),
            ("flash", "/flash"),
            ("deep", "/deep-one"),
        ):
            during(f"{path}/during/{name}", change, inside)

    app.add_url_rule("/read", "read", lambda: dict(session))
    app.add_url_rule("/flashes", "flashes", lambda: get_flashed_messages())
    rule("/set-a", lambda: session.update(a="a"))
    rule("/set-other-a", lambda: session.update(a="other"))
    rule("/set-b", lambda: session.update(b="b"))
    rule("/pop-a", lambda: session.pop("a", None))
    rule("/clear", lambda: session.clear())
    rule("/renew", regenerate)
    rule("/destroy", destroy)
    rule("/flash", lambda: flash("one"))
    rule("/flash-two", lambda: flash("two"))
    rule("/deep-one", lambda: session.update(cart={**session.get("cart", {}), "one": 1}))
    rule("/deep-two", lambda: session.update(cart={**session.get("cart", {}), "two": 2}))
    yield app
    close = getattr(app.session_interface.store, "close", None)
    if close is not None:
        close()


@pytest.fixture
def client(app: Kernos, caplog: pytest.LogCaptureFixture) -> t.Any:
    client = app.test_client()
    with client.session_transaction() as opened:
        opened["first"] = 1
    caplog.clear()
    return client


def test_changes_of_different_values_are_both_kept(client, caplog) -> None:
    client.get("/set-b/during/a")
    assert client.get("/read").json == {"first": 1, "a": "a", "b": "b"}
    assert not caplog.records


def test_of_one_value_that_both_change_the_last_is_kept_and_the_log_names_it(
    client, caplog
) -> None:
    client.get("/set-other-a/during/a")
    assert client.get("/read").json == {"first": 1, "a": "other"}
    (record,) = caplog.records
    assert record.levelname == "WARNING"
    assert "'a'" in record.getMessage()
    assert "other" not in record.getMessage()


def test_the_same_change_twice_is_no_conflict(client, caplog) -> None:
    client.get("/set-a/during/a")
    assert client.get("/read").json == {"first": 1, "a": "a"}
    assert not caplog.records


def test_a_removal_and_another_change_are_both_kept(client, caplog) -> None:
    client.get("/set-a")
    client.get("/set-b/during/pop")
    assert client.get("/read").json == {"first": 1, "b": "b"}
    client.get("/set-a")
    client.get("/pop-a/during/deep")
    assert client.get("/read").json == {"first": 1, "b": "b", "cart": {"one": 1}}
    assert not caplog.records


def test_dictionaries_are_merged_and_lists_appended(client, caplog) -> None:
    client.get("/deep-two/during/deep")
    assert client.get("/read").json["cart"] == {"one": 1, "two": 2}
    client.get("/flash-two/during/flash")
    assert client.get("/flashes").json == ["one", "two"]
    assert not caplog.records


def test_emptying_a_session_keeps_what_another_request_adds(client, caplog) -> None:
    response = client.get("/clear/during/a")
    assert "Max-Age=0" not in response.headers["Set-Cookie"]
    assert client.get("/read").json == {"a": "a"}


def test_a_session_that_another_request_ended_stays_ended_and_the_log_says_so(
    client, caplog
) -> None:
    response = client.get("/set-b/during/end")
    assert "Set-Cookie" not in response.headers
    assert client.get("/read").json == {}
    (record,) = caplog.records
    assert record.levelname == "WARNING"
    assert "'b'" in record.getMessage()


def test_destroying_ends_what_another_request_has_just_written(client) -> None:
    client.get("/destroy/during/a")
    assert client.get_cookie("session") is None
    assert client.get("/read").json == {}


def test_a_new_id_takes_along_what_another_request_wrote_under_the_old_one(client) -> None:
    old = client.get_cookie("session").value
    client.get("/renew/during/a")
    assert client.get_cookie("session").value != old
    assert client.get("/read").json == {"first": 1, "a": "a"}
    client.set_cookie("session", old)
    assert client.get("/read").json == {}


def test_a_request_that_began_before_the_id_was_renewed_does_not_revive_it(client, caplog) -> None:
    old = client.get_cookie("session").value
    client.get("/set-b/during/renew")
    client.set_cookie("session", old)
    assert client.get("/read").json == {}
    assert "'b'" in caplog.text


def test_many_threads_of_one_visitor_lose_nothing(app: Kernos, client, caplog) -> None:
    cookie = client.get_cookie("session").value
    failed: list[object] = []

    def visit(number: int) -> None:
        browser = app.test_client()
        browser.set_cookie("session", cookie)
        for step in range(8):
            with browser.session_transaction() as opened:
                opened[f"{number}-{step}"] = step
                opened["all"] = [*opened.get("all", []), f"{number}-{step}"]
        if browser.get("/read").status_code != 200:
            failed.append(number)

    threads = [threading.Thread(target=visit, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = client.get("/read").json
    wanted = {f"{number}-{step}" for number in range(5) for step in range(8)}
    assert wanted <= found.keys()
    assert set(found["all"]) == wanted
    assert len(found["all"]) == len(wanted)
    assert not failed
    assert not caplog.records
