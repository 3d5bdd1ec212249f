"""A request's application context is made for those who ask, and ends with the request."""

from __future__ import annotations

import contextvars
import typing as t
from io import BytesIO

import pytest
from hypothesis import given, strategies as st
from kernel_harness import Log, call, make_app

import kernos
from kernos import Kernos, g
from kernos.ctx import AppContext
from kernos.globals import LATER, _cv_app, _cv_request
from kernos.testing.conformance.threads import in_threads


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


# --- beside one that is pushed with the request -----------------------------------------------


class Eager(Kernos):
    """Makes its contexts itself, so that each request's is pushed with it."""

    def app_context(self) -> AppContext:
        return AppContext(self)


STEPS = ("name", "read", "write", "own", "other", "request", "again", "same", "pop", "thread")


def walked(app: Kernos, steps: list[str], closes: bool) -> list[object]:
    """Return what is seen while a request takes steps, and of its end."""
    seen: list[object] = []
    open_ones: list[t.Any] = []
    other = make_app("other")
    Log(app)

    def look() -> None:
        ctx = _cv_app.get(None)
        seen.append((kernos.current_app.name, g.get("n"), ctx is not None, kernos.request.path))

    def push(ctx: t.Any) -> None:
        ctx.push()
        open_ones.append(ctx)

    takes: dict[str, t.Callable[[], object]] = {
        "name": lambda: seen.append(kernos.current_app.name),
        "read": lambda: seen.append(g.get("n")),
        "write": lambda: setattr(g, "n", len(seen)),
        "own": lambda: push(app.app_context()),
        "other": lambda: push(other.app_context()),
        "request": lambda: push(app.test_request_context("/inner")),
        "again": lambda: push(_cv_request.get()),
        "same": lambda: push(_cv_app.get()),
        "pop": lambda: open_ones.pop().pop() if open_ones else None,
        "thread": lambda: in_threads(lambda _: variables.copy().run(look), 2),
    }

    def view() -> str:
        nonlocal variables
        open_ones.clear()  # those of another request are nobody's to pop
        for step in steps:
            variables = contextvars.copy_context()
            takes[step]()
        look()
        while closes and open_ones:
            open_ones.pop().pop()
        return "done"

    variables = contextvars.copy_context()
    app.teardown_request(lambda error: seen.append(("request", g.get("n"))))
    if len(steps) % 2:
        app.teardown_appcontext(lambda error: seen.append(("app", g.get("n"))))
    app.add_url_rule("/", "view", view)
    app.add_url_rule("/inner", "inner", lambda: "inner")
    for _ in range(2):  # what the first leaves is the second's to find
        seen.append(call(app, "/").body)
        seen.append((_cv_app.get(None), _cv_request.get(None)))
    return seen


@given(st.lists(st.sampled_from(STEPS), max_size=8), st.booleans())
def test_a_lent_one_is_seen_as_one_that_is_pushed(steps: list[str], closes: bool) -> None:
    if not closes:  # the request's own, left pushed, would outlive it, as in Flask
        steps = [step for step in steps if step not in ("again", "same")]
    lent = walked(make_app(), steps, closes)
    eager = walked(make_app(kind=Eager), steps, closes)
    assert lent == eager


@pytest.mark.parametrize("waits", [False, True], ids=["functions alone", "more"])
def test_a_stream_begun_by_a_teardown_function_does_not_run_them_again(
    app: Kernos, waits: bool
) -> None:
    streams: list[t.Any] = []
    ended: list[str] = []

    @app.teardown_request
    def begin(error: BaseException | None) -> None:
        ended.append("request")
        streams.append(kernos.stream_with_context(iter("ab")))

    if waits:
        app.teardown_appcontext(lambda error: ended.append("app"))
    app.add_url_rule("/", "view", lambda: "answered")
    assert call(app, "/").body == b"answered"
    assert (_cv_app.get(None), _cv_request.get(None)) == (None, None)
    assert [next(stream) for stream in streams] == ["a"]
    for stream in streams:
        stream.close()
    assert ended == (["request", "app"] if waits else ["request"])
