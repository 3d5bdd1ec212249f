"""Contexts: nested, copied, pushed and popped by hand, and always put back."""

from __future__ import annotations

import contextvars
import threading
import typing as t
from io import BytesIO

import pytest
from kernel_harness import Log, call, make_app, watch

import kernos
from kernos import (
    Kernos,
    copy_current_request_context,
    current_app,
    g,
    has_app_context,
    has_request_context,
    request,
    session,
)
from kernos.globals import _cv_app, _cv_request, app_ctx, request_ctx


@pytest.fixture
def app() -> Kernos:
    app = make_app()
    app.add_url_rule("/", "index", lambda: "body")
    app.add_url_rule("/path", "path", lambda: request.path)
    return app


# --- outside ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("use", "words"),
    [
        (lambda: current_app.name, "application context"),
        (lambda: g.x, "application context"),
        (lambda: app_ctx.app, "application context"),
        (lambda: request.path, "request context"),
        (lambda: session["x"], "request context"),
        (lambda: request_ctx.request, "request context"),
        (lambda: kernos.after_this_request(str), "request context"),
        (lambda: copy_current_request_context(str), "request context"),
        (lambda: kernos.get_flashed_messages(), "request context"),
        (lambda: kernos.jsonify(1), "application context"),
        (lambda: kernos.render_template("x"), "application context"),
    ],
)
def test_a_name_used_outside_its_context_says_what_to_do(use: t.Any, words: str) -> None:
    with pytest.raises(RuntimeError, match=f"Working outside of {words}") as caught:
        use()
    assert "fix: " in str(caught.value)


def test_the_application_context_is_g_and_current_app(app: Kernos) -> None:
    assert not has_app_context()
    with app.app_context() as ctx:
        assert has_app_context()
        assert not has_request_context()
        assert current_app._get_current_object() is app
        assert ctx.g is g._get_current_object()
        g.name = "ada"
        assert "name" in g
        assert list(g) == ["name"]
        assert g.get("name") == g.setdefault("name", "x") == g.pop("name") == "ada"
        assert (g.get("name"), g.get("name", 1), g.pop("name", 2)) == (None, 1, 2)
        with pytest.raises(KeyError):
            g.pop("name")
        with pytest.raises(AttributeError):
            g.name
        with pytest.raises(AttributeError):
            del g.name
        g.name = 1
        del g.name
        assert repr(g) == f"<kernos.g of {app.name!r}>"
        with app.app_context():
            assert "name" not in g
    assert repr(ctx.g).startswith("<kernos.ctx")


def test_g_may_be_of_another_class(app: Kernos) -> None:
    class Mine:
        answer = 42

    app.app_ctx_globals_class = Mine
    with app.app_context():
        assert g.answer == 42


# --- nested ----------------------------------------------------------------------------


def test_a_request_context_shares_an_open_application_context(app: Kernos) -> None:
    with app.app_context() as outer:
        g.name = "outer"
        with app.test_request_context("/path"):
            assert _cv_app.get() is outer
            assert g.name == "outer"
        assert g.name == "outer"
    with app.test_request_context("/path"):
        assert _cv_app.get() is not outer
        with app.test_request_context("/other"):
            assert request.path == "/other"
        assert request.path == "/path"


def test_a_request_context_within_another_applications_brings_its_own(app: Kernos) -> None:
    other = make_app("other")
    with app.app_context(), other.test_request_context("/"):
        assert current_app._get_current_object() is other
    with app.test_request_context("/a"):
        with other.app_context():
            assert current_app._get_current_object() is other
            assert request.path == "/a"
        assert current_app._get_current_object() is app


def test_an_application_called_within_a_view_is_torn_down_first(app: Kernos) -> None:
    ended: list[str] = []
    inner = make_app("inner")
    inner.add_url_rule("/in", "in", lambda: f"{current_app.name} {request.path}")
    inner.teardown_request(lambda error: ended.append(f"inner {request.path}"))
    inner.teardown_appcontext(lambda error: ended.append(f"inner {current_app.name}"))
    watched = watch(app)
    app.teardown_request(lambda error: ended.append(f"outer {request.path}"))

    def view() -> str:
        answer = call(inner, "/in").text
        return f"{answer}, {current_app.name} {request.path}"

    app.add_url_rule("/out", "out", view)
    assert watched.fault("/out", code=200, logged=0).text == ("inner /in, kernel_under_test /out")
    assert ended[:3] == ["inner /in", "inner inner", "outer /out"]


def test_an_application_may_call_itself_within_a_view(app: Kernos) -> None:
    watched = watch(app)
    app.add_url_rule("/out", "out", lambda: call(app, "/path").text + request.path)
    assert call(app, "/out").text == "/path/out"
    assert watched.torn["first"] == 2
    assert watched.torn["outer"] == 1  # the inner request shares the application context
    assert not has_app_context()


def test_two_hundred_contexts_nest(app: Kernos) -> None:
    def nest(depth: int) -> None:
        with app.test_request_context(f"/{depth}"):
            if depth:
                nest(depth - 1)
            assert request.path == f"/{depth}"

    nest(200)
    assert not has_app_context()


def test_a_test_client_within_a_view_leaves_the_outer_request_alone(app: Kernos) -> None:
    watched = watch(app)

    def view() -> str:
        with app.test_client() as client:
            answer = client.get("/path").text
            assert request.path == "/path"
        return f"{answer} in {request.path}"

    app.add_url_rule("/out", "out", view)
    assert call(app, "/out").text == "/path in /out"
    assert watched.torn["first"] == 3, "what the client keeps is torn down once more"
    assert not has_request_context()
    assert not has_app_context()


def test_a_client_keeps_the_contexts_of_its_last_request_while_it_is_open(app: Kernos) -> None:
    ended: list[str] = []
    app.teardown_request(lambda error: ended.append(request.path))
    with app.test_client() as client:
        client.get("/path?a=1")
        assert request.args.to_dict() == {"a": "1"}
        assert current_app.name == app.name
        client.get("/")
        assert request.path == "/"
    assert ended == ["/path", "/path", "/", "/"], "as in Flask: kept, they end twice"
    assert not has_request_context()
    with pytest.raises(RuntimeError, match="nest"), client, client:
        pass
    assert not has_request_context()


# --- copied ----------------------------------------------------------------------------


def in_thread(function: t.Callable[[], t.Any]) -> t.Any:
    answers: list[t.Any] = []

    def run() -> None:
        answers.append(function())

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(5)
    return answers[0]


def test_a_copied_context_serves_another_thread_after_the_request(app: Kernos) -> None:
    watched = watch(app)
    copies: list[t.Any] = []

    @app.route("/copy")
    def copy() -> str:
        session["name"] = "ada"

        @copy_current_request_context
        def later(word: str) -> str:
            """Say where it is."""
            return f"{word} {request.path} {session['name']} {current_app.name}"

        copies.append(later)
        return "body"

    call(app, "/copy")
    watched.torn.clear()
    assert copies[0].__doc__ == "Say where it is."
    assert in_thread(lambda: copies[0]("at")) == "at /copy ada kernel_under_test"
    assert copies[0]("at") == "at /copy ada kernel_under_test"
    assert not has_request_context()
    assert watched.torn["first"] == 2, "each copy is torn down by itself"


def test_a_copy_that_runs_within_its_request_is_torn_down_first(app: Kernos) -> None:
    watched = watch(app)

    @app.route("/copy")
    def copy() -> str:
        return t.cast(str, in_thread(copy_current_request_context(lambda: request.path)))

    assert call(app, "/copy").body == b"/copy"
    assert (watched.torn["first"], watched.torn["second"]) == (2, 2)


def test_a_copy_leaves_the_requests_files_to_the_original(app: Kernos) -> None:
    @app.route("/copy", methods=["POST"])
    def copy() -> bytes:
        file = request.files["file"]
        in_thread(copy_current_request_context(lambda: request.path))
        return file.read()

    answer = call(app, "/copy", "POST", data={"file": (BytesIO(b"content"), "name")})
    assert answer.body == b"content"


# --- pushed and popped by hand ---------------------------------------------------------


def test_contexts_can_be_pushed_and_popped(app: Kernos) -> None:
    ended: list[t.Any] = []
    app.teardown_appcontext(ended.append)
    ctx = app.app_context()
    ctx.push()
    ctx.push()
    ctx.pop()
    assert has_app_context()
    assert ended == []
    ctx.pop()
    assert not has_app_context()
    assert ended == [None]
    request_context = app.test_request_context("/x")
    request_context.push()
    request_context.push()
    request_context.pop()
    assert request.path == "/x"
    error = KeyError()
    request_context.pop(error)
    assert ended == [None, error]
    assert not has_app_context()


def test_a_context_pushed_again_after_its_end_works_again(app: Kernos) -> None:
    ctx = app.test_request_context("/x")
    for _ in range(2):
        with ctx:
            assert request.path == "/x"
    assert not has_app_context()


@pytest.mark.parametrize("kind", ["app_context", "test_request_context"])
def test_a_context_that_was_not_pushed_cannot_be_popped(app: Kernos, kind: str) -> None:
    with pytest.raises(AssertionError, match="is popped, and it is not pushed"):
        getattr(app, kind)().pop()
    assert not has_app_context()


def test_contexts_popped_in_the_wrong_order_name_the_one_that_is_in_the_way(
    app: Kernos,
) -> None:
    outer, inner = app.test_request_context("/outer"), app.test_request_context("/inner")
    outer.push()
    inner.push()
    with pytest.raises(AssertionError, match=r"/outer.* is popped while .*/inner"):
        outer.pop()
    assert not has_request_context()
    assert not has_app_context()


QUIET, HEARD = False, True


@pytest.mark.parametrize("heard", [QUIET, HEARD])
def test_a_view_that_leaves_a_request_context_pushed_is_healed(app: Kernos, heard: bool) -> None:
    log = Log(app)
    watched = watch(app) if heard else None
    app.add_url_rule("/leaves", "leaves", lambda: app.test_request_context("/left").push() or "x")
    assert call(app, "/leaves").body == b"x"
    records = watched.log.records if watched else log.records
    (record,) = records
    assert "/left" in str(record.exc_info[1])
    assert _cv_request.get(None) is None
    assert _cv_app.get(None) is None
    if watched:
        records.clear()
        watched.check()


@pytest.mark.parametrize("heard", [QUIET, HEARD])
def test_a_view_that_leaves_an_application_context_pushed_is_healed(
    app: Kernos, heard: bool
) -> None:
    log = Log(app)
    watched = watch(app) if heard else None
    other = make_app("other")
    app.add_url_rule("/leaves", "leaves", lambda: other.app_context().push() or "x")
    assert call(app, "/leaves").body == b"x"
    records = watched.log.records if watched else log.records
    (record,) = records
    assert "popped while" in str(record.exc_info[1])
    assert _cv_app.get(None) is None
    if watched:
        records.clear()
        watched.check()


@pytest.mark.parametrize("kind", ["app_context", "test_request_context"])
def test_a_stream_whose_view_leaves_a_context_pushed_is_torn_down_all_the_same(
    app: Kernos, kind: str
) -> None:
    watched = watch(app)
    other = make_app("other")

    def streaming() -> t.Any:
        body = kernos.stream_with_context(iter(["x"]))
        getattr(other, kind)().push()
        return body

    app.add_url_rule("/leaves", "leaves", streaming)
    assert call(app, "/leaves").body == b"x"
    watched.check(logged=1)


def test_a_view_that_pops_its_own_context_gets_its_response_out(app: Kernos) -> None:
    watched = watch(app)
    app.add_url_rule("/pops", "pops", lambda: request_ctx.pop() or "x")
    assert call(app, "/pops").body == b"x"
    watched.check()


def test_contexts_of_a_request_are_a_threads_own(app: Kernos) -> None:
    barrier = threading.Barrier(8)

    @app.route("/wait/<int:number>")
    def wait(number: int) -> str:
        g.number = number
        barrier.wait(5)
        return f"{number} {g.number} {request.view_args}"

    answers: list[str] = []
    threads = [
        threading.Thread(target=lambda n=n: answers.append(call(app, f"/wait/{n}").text))
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert sorted(answers) == [f"{n} {n} {{'number': {n}}}" for n in range(8)]


def test_an_application_context_popped_in_another_contextvars_context_says_so(
    app: Kernos,
) -> None:
    ctx = app.app_context()
    contextvars.copy_context().run(ctx.push)
    with pytest.raises((AssertionError, ValueError)):
        ctx.pop()
    assert not has_app_context()


def test_contexts_show_what_they_are_of(app: Kernos) -> None:
    with app.test_request_context("/x?y", method="POST") as ctx:
        assert repr(ctx) == ("<RequestContext 'http://localhost/x?y' [POST] of kernel_under_test>")


def test_a_response_class_may_be_called_outside_any_context(app: Kernos) -> None:
    response = kernos.Response("x")
    assert response.max_cookie_size == 4093
    assert response.get_json(silent=True) is None
    assert app.make_response(("x", 201)).status_code == 201
    with pytest.raises(TypeError, match="did not return a valid response"):
        app.make_response(None)
