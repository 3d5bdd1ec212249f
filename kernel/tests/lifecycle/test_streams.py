"""Streams: the contexts belong to the iterator, and the request ends with it, once."""

from __future__ import annotations

import gc
import threading
import typing as t
from contextvars import ContextVar, Token

import pytest
from kernel_harness import SECRET, Watch, begin, call, environ, make_app, raising, watch

import kernos
from kernos import Kernos, Response, has_app_context, has_request_context, stream_with_context


class Broken(Exception):
    """What generators of these tests raise."""


class Streamer:
    """An application whose bodies say where they are, and note that they were closed."""

    def __init__(self) -> None:
        self.app: Kernos = make_app()
        self.notes: list[str] = []
        self.watched: Watch = watch(self.app)
        self.app.add_url_rule("/s/<name>", "stream", self.stream)
        self.app.teardown_request(lambda error: self.notes.append("teardown"))

    def body(self, name: str) -> t.Iterator[str]:
        self.notes.append("started")
        try:
            for number in range(3):
                yield f"{kernos.request.path} {kernos.g.name} {number};"
            if name == "fails":
                raise Broken(SECRET)
        finally:
            self.notes.append("closed")

    def stream(self, name: str) -> t.Any:
        kernos.g.name = name
        return stream_with_context(self.body(name))

    def begin(self, name: str = "a", **options: t.Any) -> t.Any:
        return begin(self.app, environ(f"/s/{name}", **options), validate=False).raw


@pytest.fixture
def streamer() -> Streamer:
    return Streamer()


def test_a_stream_has_its_request_and_is_torn_down_once_after_it(streamer: Streamer) -> None:
    answer = call(streamer.app, "/s/a")
    assert answer.text == "/s/a a 0;/s/a a 1;/s/a a 2;"
    assert streamer.notes == ["started", "closed", "teardown"]
    streamer.watched.check()
    del answer
    streamer.watched.check_freed()


def test_no_context_is_current_while_a_stream_is_suspended(streamer: Streamer) -> None:
    body = streamer.begin()
    assert not has_request_context()
    assert not has_app_context()
    next(body)
    assert not has_request_context()
    assert not has_app_context()
    assert streamer.notes == ["started"]
    body.close()
    streamer.watched.check()


def test_a_stream_shows_its_own_request_within_another_context(streamer: Streamer) -> None:
    body = streamer.begin("inner")
    with streamer.app.test_request_context("/outer"):
        kernos.g.name = "outer"
        assert next(body) == b"/s/inner inner 0;"
        assert kernos.request.path == "/outer"
        assert kernos.g.name == "outer"
    streamer.watched.requests += 1
    body.close()
    streamer.watched.check()


def test_two_streams_that_take_turns_on_one_thread_stay_apart(streamer: Streamer) -> None:
    first, second = streamer.begin("a"), streamer.begin("b")
    seen = [next(first), next(second), next(first), next(second)]
    assert seen == [b"/s/a a 0;", b"/s/b b 0;", b"/s/a a 1;", b"/s/b b 1;"]
    first.close()
    assert next(second) == b"/s/b b 2;"
    second.close()
    streamer.watched.check(requests=2)
    del first, second
    streamer.watched.check_freed()


def test_a_stream_may_be_read_and_closed_in_other_threads(streamer: Streamer) -> None:
    body = streamer.begin()
    seen: list[bytes] = []

    def run(step: t.Callable[[], object]) -> None:
        thread = threading.Thread(target=step)
        thread.start()
        thread.join(5)

    run(lambda: seen.append(next(body)))
    run(lambda: seen.append(next(body)))
    run(body.close)
    assert seen == [b"/s/a a 0;", b"/s/a a 1;"]
    assert streamer.notes == ["started", "closed", "teardown"]
    streamer.watched.check()


@pytest.mark.parametrize("items", [0, 1, 3])
def test_a_client_that_goes_away_ends_the_stream(streamer: Streamer, items: int) -> None:
    body = streamer.begin()
    for _ in range(items):
        next(body)
    body.close()
    expected = ["started", "closed"] if items else []
    assert streamer.notes == [*expected, "teardown"]
    body.close()
    assert streamer.notes == [*expected, "teardown"]
    streamer.watched.check()


def test_a_stream_that_is_dropped_is_torn_down_by_the_collector(streamer: Streamer) -> None:
    body = streamer.begin()
    next(body)
    del body
    gc.collect()
    assert streamer.notes == ["started", "closed", "teardown"]
    streamer.watched.check()


def test_a_stream_that_the_server_never_starts_is_torn_down(streamer: Streamer) -> None:
    with pytest.raises(ConnectionResetError):
        streamer.app(environ("/s/a"), raising(ConnectionResetError))
    gc.collect()
    assert streamer.notes == ["teardown"]
    streamer.watched.check()
    assert isinstance(streamer.watched.last_error, ConnectionResetError)


@pytest.mark.parametrize("keep", [False, True], ids=["dropped", "kept"])
def test_head_never_runs_a_streams_generator(streamer: Streamer, keep: bool) -> None:
    kept: list[Response] = []
    if keep:
        streamer.app.after_request_funcs[None].append(lambda r: kept.append(r) or r)
    answer = call(streamer.app, "/s/a", "HEAD")
    assert (answer.code, answer.body) == (200, b"")
    gc.collect()
    assert "started" not in streamer.notes
    assert streamer.notes == ["teardown"]


def test_functions_to_call_on_close_run_for_head_too() -> None:
    app = make_app()
    closed: list[str] = []

    def view() -> Response:
        response = Response("body")
        response.call_on_close(lambda: closed.append(kernos.has_request_context()))
        return response

    app.add_url_rule("/", "index", view)
    for method in ("GET", "HEAD"):
        call(app, "/", method)
    assert closed == [False, False]


# --- errors in the middle --------------------------------------------------------------


def test_an_error_in_the_middle_breaks_off_and_is_told_once(streamer: Streamer) -> None:
    told: list[t.Any] = []

    def receiver(sender: t.Any, exception: Exception) -> None:
        told.append((sender, exception, kernos.request.path))

    body = streamer.begin("fails")
    with kernos.got_request_exception.connected_to(receiver, streamer.app):
        seen = []
        with pytest.raises(Broken) as caught:
            seen += list(body)
        body.close()
    assert told == [(streamer.app, caught.value, "/s/fails")]
    assert streamer.notes == ["started", "closed", "teardown"]
    streamer.watched.check(logged=1)
    assert streamer.watched.last_error is caught.value
    assert not has_request_context()


def test_a_report_of_such_an_error_that_fails_hides_nothing(streamer: Streamer) -> None:
    body = streamer.begin("fails")
    with kernos.got_request_exception.connected_to(raising(KeyError("x")), streamer.app):
        with pytest.raises(Broken):
            list(body)
    assert streamer.notes == ["started", "closed", "teardown"]
    streamer.watched.check(logged=2)


def test_a_generator_that_ends_more_than_its_request_passes(streamer: Streamer) -> None:
    def body() -> t.Iterator[str]:
        yield "x"
        raise SystemExit

    streamer.app.add_url_rule("/ends", "ends", lambda: stream_with_context(body()))
    with pytest.raises(SystemExit):
        call(streamer.app, "/ends", validate=False)
    assert streamer.notes == ["teardown"]
    streamer.watched.check()
    assert isinstance(streamer.watched.last_error, SystemExit)


def test_teardown_functions_that_raise_behind_a_stream_are_logged(streamer: Streamer) -> None:
    errors = [Broken("request"), Broken("app")]
    streamer.app.teardown_request(lambda error: raising(errors.pop())() if errors else None)
    streamer.app.teardown_appcontext(lambda error: raising(errors.pop())() if errors else None)
    assert call(streamer.app, "/s/a").text.startswith("/s/a a 0;")
    streamer.watched.check(logged=1)


def test_under_testing_teardown_errors_behind_a_stream_are_raised(streamer: Streamer) -> None:
    streamer.app.testing = True
    errors = [Broken("one")]
    streamer.app.teardown_request(lambda error: raising(errors.pop())() if errors else None)
    body = streamer.begin()
    with pytest.raises(Broken, match="one"):
        body.close()
    streamer.watched.check()


# --- what may be streamed --------------------------------------------------------------


def test_stream_with_context_decorates_a_function(streamer: Streamer) -> None:
    @stream_with_context
    def pieces(*names: str) -> t.Iterator[str]:
        """Say each name."""
        for name in names:
            yield f"{name} at {kernos.request.path};"

    assert pieces.__doc__ == "Say each name."
    streamer.app.add_url_rule("/decorated", "decorated", lambda: pieces("a", "b"))
    assert call(streamer.app, "/decorated").text == "a at /decorated;b at /decorated;"
    streamer.watched.check()


def test_a_generator_without_context_outlives_its_request(streamer: Streamer) -> None:
    def pieces() -> t.Iterator[str]:
        yield str(has_request_context())

    streamer.app.add_url_rule("/plain", "plain", lambda: pieces())
    assert call(streamer.app, "/plain").text == "False"
    streamer.watched.check()


def test_stream_with_context_outside_a_request_says_what_to_do() -> None:
    with pytest.raises(RuntimeError, match="stream_with_context"):
        stream_with_context(iter([]))


def test_two_streams_of_one_request_end_it_together(streamer: Streamer) -> None:
    kept: list[t.Any] = []

    def view() -> t.Any:
        kernos.g.name = "two"
        kept.append(stream_with_context(streamer.body("one")))
        return stream_with_context(streamer.body("two"))

    streamer.app.add_url_rule("/two", "two", view)
    call(streamer.app, "/two")
    assert "teardown" not in streamer.notes
    assert next(kept[0]) == "/two two 0;"
    kept[0].close()
    assert streamer.notes.count("teardown") == 1
    streamer.watched.check()


def test_a_stream_that_the_view_throws_away_does_not_hold_the_request(
    streamer: Streamer,
) -> None:
    def view() -> str:
        stream_with_context(streamer.body("x")).close()
        stream_with_context(streamer.body("y"))
        return "text"

    streamer.app.add_url_rule("/thrown", "thrown", view)
    assert call(streamer.app, "/thrown").body == b"text"
    assert streamer.notes == ["teardown"]
    streamer.watched.check()


def test_the_stream_of_a_view_that_fails_does_not_hold_the_request(streamer: Streamer) -> None:
    def view() -> t.Any:
        stream = stream_with_context(streamer.body("x"))
        raise Broken(stream)

    streamer.app.add_url_rule("/", "fails", view)
    streamer.app.register_error_handler(Broken, lambda error: ("handled", 500))
    assert call(streamer.app).body == b"handled"
    gc.collect()
    streamer.watched.check()


def test_a_template_is_streamed_with_its_request(streamer: Streamer) -> None:
    def view() -> t.Any:
        return kernos.stream_template_string("{request.path} {x}", x=1)

    streamer.app.add_url_rule("/template", "template", view)
    assert call(streamer.app, "/template").text == "/template 1"
    streamer.watched.check()


def test_an_after_function_may_replace_a_stream(streamer: Streamer) -> None:
    streamer.app.after_request(
        lambda response: Response("other") if response.is_streamed else response
    )
    assert call(streamer.app, "/s/a").body == b"other"
    gc.collect()
    streamer.watched.check()


def test_a_stream_in_a_test_context_ends_with_the_later_of_both(streamer: Streamer) -> None:
    with streamer.app.test_request_context("/made-up"):
        kernos.g.name = "x"
        body = stream_with_context(streamer.body("x"))
    assert streamer.notes == []
    assert [*body] == [f"/made-up x {number};" for number in range(3)]
    assert streamer.notes == ["started", "closed", "teardown"]


def test_a_variable_that_was_set_for_a_streamed_request_is_put_back(streamer: Streamer) -> None:
    span: ContextVar[str] = ContextVar("span", default="none")
    tokens: list[Token[str]] = []

    @streamer.app.before_request
    def trace() -> None:
        tokens.append(span.set("of the request"))

    streamer.app.teardown_request(lambda error: span.reset(tokens.pop()))
    assert call(streamer.app, "/s/a").text.startswith("/s/a a 0")
    assert tokens == []
    assert span.get() == "none"


def test_a_session_written_while_streaming_says_that_it_is_too_late(
    streamer: Streamer,
) -> None:
    def body(writes: bool) -> t.Iterator[str]:
        if writes:
            kernos.session["late"] = 1
        yield str(dict(kernos.session))

    def view() -> t.Any:
        if "early" in kernos.request.args:
            kernos.session["early"] = 1
        return stream_with_context(body("late" in kernos.request.args))

    streamer.app.add_url_rule("/write", "write", view)
    warned: list[str] = []
    streamer.app.logger.warning = lambda *args: warned.append(args[0])
    assert call(streamer.app, "/write?early=1").body == b"{'early': 1}"
    assert call(streamer.app, "/write").body == b"{}"
    assert warned == []
    for query in ("late=1", "early=1&late=1"):
        call(streamer.app, f"/write?{query}")
        (warning,) = warned
        assert "session" in warning
        assert "too late" in warning
        warned.clear()
    streamer.watched.check(requests=4)
