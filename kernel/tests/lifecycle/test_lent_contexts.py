"""A request's application context is made for those who ask, and ends with the request."""

from __future__ import annotations

import typing as t
from io import BytesIO

import pytest
from kernel_harness import Log
from kernel_harness import call
from kernel_harness import make_app

import kernos
from kernos import Kernos
from kernos import g
from kernos.ctx import AppContext
from kernos.globals import LATER
from kernos.globals import _cv_app
from kernos.globals import _cv_request


@pytest.fixture
def app() -> Kernos:
    return make_app()


def asked(app: Kernos, *questions: str) -> object:
    """Return what a request has lent after somebody has put questions."""
    found: list[object] = []
    names = {
        "app": lambda: kernos.current_app.name,
        "has": kernos.has_app_context,
        "request": lambda: kernos.request.path,
        "url": lambda: kernos.url_for("view"),
        "limit": lambda: kernos.request.max_content_length,
        "json": lambda: kernos.request.get_json(silent=True),
        "answer": lambda: kernos.jsonify(1),
        "g": lambda: g.get("x"),
    }

    def view() -> str:
        for question in questions:
            names[question]()
        found.append(_cv_request.get()._lent)
        return "done"

    app.add_url_rule("/", "view", view)
    assert call(app, "/").body == b"done"
    assert (_cv_app.get(None), _cv_request.get(None)) == (None, None)
    return found[0]


def test_none_is_made_for_those_who_ask_for_the_application_alone(app: Kernos) -> None:
    assert asked(app, "app", "has", "request", "url", "limit", "json", "answer") is LATER


def test_one_is_made_for_g_and_has_ended_with_the_request(app: Kernos) -> None:
    lent = asked(app, "g")
    assert isinstance(lent, AppContext)
    assert lent._cv_tokens == []


def test_one_that_was_popped_by_hand_is_missed_at_the_end(app: Kernos) -> None:
    ctx = app.test_request_context()
    ctx.push()
    _cv_app.get().pop()
    with pytest.raises(AssertionError, match="it is not pushed"):
        ctx.pop()
    assert (_cv_app.get(None), _cv_request.get(None)) == (None, None)


def test_a_request_pushed_again_while_its_stream_waits_leaves_the_stream_its_own(
    app: Kernos,
) -> None:
    with app.test_request_context() as ctx:
        g.x = "the stream's"
        stream = kernos.stream_with_context(g.get("x") for _ in range(2))
    with ctx:
        assert g.get("x") is None
        assert next(stream) == "the stream's"
        g.x = "another's"
    assert list(stream) == ["the stream's"]
    assert (_cv_app.get(None), _cv_request.get(None)) == (None, None)


def test_a_teardown_function_that_pops_the_request_itself_is_reported(app: Kernos) -> None:
    log = Log(app)
    app.add_url_rule("/", "view", lambda: "answered")
    app.teardown_request(lambda error: _cv_request.get()._unbind() and None)
    assert call(app, "/").body == b"answered"
    (record,) = log.records
    assert "it is not pushed" in str(record.exc_info[1])
    assert (_cv_app.get(None), _cv_request.get(None)) == (None, None)


def test_what_a_teardown_function_reads_of_a_form_is_closed(app: Kernos) -> None:
    kept: list[t.Any] = []
    app.teardown_request(lambda error: kept.extend(kernos.request.files.values()))
    app.add_url_rule("/", "view", lambda: "answered", methods=["POST"])
    form = {"file": (BytesIO(b"content"), "name.txt")}
    assert app.test_client().post("/", data=form).text == "answered"
    assert [file.stream.closed for file in kept] == [True]
