"""Teardown: all of it, once, whatever happened to the request."""

from __future__ import annotations

import asyncio
import typing as t

import pytest
from kernel_harness import SECRET, Log, Watch, begin, call, environ, make_app, raising, watch

import kernos
from kernos import Kernos, has_app_context, has_request_context
from kernos.hooks import hookimpl


class Broken(Exception):
    """What teardown functions of these tests raise."""


@pytest.fixture
def app() -> Kernos:
    app = make_app()
    app.add_url_rule("/", "index", lambda: "body")
    return app


def once(error: BaseException) -> t.Callable[[BaseException | None], None]:
    """Return a teardown function that raises the first time only."""
    errors = [error]

    def teardown(_: BaseException | None) -> None:
        if errors:
            raise errors.pop()

    return teardown


# --- functions that raise: F13 ---------------------------------------------------------


@pytest.mark.parametrize("table", ["teardown_request", "teardown_appcontext"])
def test_all_teardown_functions_run_though_one_raises_and_the_response_is_kept(
    app: Kernos, table: str
) -> None:
    getattr(app, table)(once(Broken(SECRET)))
    watched = watch(app)
    assert watched.fault(code=200).body == b"body"


def test_errors_of_both_contexts_are_logged_together(app: Kernos) -> None:
    app.teardown_request(once(Broken("one")))
    app.teardown_appcontext(once(Broken("two")))
    log = Log(app)
    assert call(app).body == b"body"
    (record,) = log.records
    group = record.exc_info[1]
    assert isinstance(group, ExceptionGroup)
    assert [str(error) for error in group.exceptions] == ["one", "two"]


@pytest.mark.parametrize("setting", ["TESTING", "PROPAGATE_EXCEPTIONS"])
def test_under_testing_and_propagation_one_error_is_raised_as_itself(
    app: Kernos, setting: str
) -> None:
    ran: list[str] = []
    app.config[setting] = True
    app.teardown_request(lambda error: ran.append("registered first"))
    app.teardown_request(once(Broken("one")))
    with pytest.raises(Broken, match="one"):
        call(app)
    assert ran == ["registered first"]
    assert not has_app_context()


def test_under_testing_several_errors_are_raised_as_a_group(app: Kernos) -> None:
    app.testing = True
    for name in ("one", "two"):
        app.teardown_request(once(Broken(name)))
    with pytest.raises(ExceptionGroup) as caught:
        call(app)
    assert [str(error) for error in caught.value.exceptions] == ["two", "one"]
    assert not has_request_context()
    assert not has_app_context()


def test_a_teardown_function_that_ends_the_process_goes_through(app: Kernos) -> None:
    ran: list[str] = []
    app.teardown_appcontext(lambda error: ran.append("appcontext"))
    app.teardown_request(lambda error: ran.append("request"))
    app.teardown_request(once(SystemExit(3)))
    with pytest.raises(SystemExit):
        call(app, validate=False)
    assert ran == ["request", "appcontext"]
    assert not has_request_context()
    assert not has_app_context()


@pytest.mark.parametrize("signal", ["request_tearing_down", "appcontext_tearing_down"])
def test_all_receivers_of_a_teardown_signal_run_though_one_raises(
    app: Kernos, signal: str
) -> None:
    watched = watch(app)
    ran: list[str] = []
    failing = once(Broken(SECRET))
    sent = getattr(kernos, signal)
    first = lambda sender, exc: failing(exc)
    second = lambda sender, exc: ran.append("second")
    with sent.connected_to(first, app), sent.connected_to(second, app):
        watched.fault(code=200)
    assert ran == ["second"] * 11


def test_the_order_of_teardown_is_the_reverse_of_registration(app: Kernos) -> None:
    ran: list[str] = []
    for name in ("a", "b"):
        app.teardown_request(lambda error, name=name: ran.append(f"request {name}"))
        app.teardown_appcontext(lambda error, name=name: ran.append(f"app {name}"))
    call(app)
    assert ran == ["request b", "request a", "app b", "app a"]


def test_teardown_functions_are_told_an_unhandled_error_and_no_handled_one(app: Kernos) -> None:
    told: list[t.Any] = []
    Log(app)
    app.teardown_request(told.append)
    app.teardown_appcontext(told.append)
    app.register_error_handler(KeyError, lambda error: "handled")
    app.add_url_rule("/handled", "handled", raising(KeyError))
    app.add_url_rule("/fails", "fails", raising(Broken))
    call(app, "/handled")
    call(app, "/nowhere")
    assert told == [None] * 4
    call(app, "/fails")
    assert [type(error) for error in told[4:]] == [Broken] * 2


def test_an_application_may_ignore_an_error(app: Kernos) -> None:
    told: list[t.Any] = []
    app.teardown_request(told.append)
    app.add_url_rule("/fails", "fails", raising(Broken))
    app.should_ignore_error = lambda error: isinstance(error, Broken)
    Log(app)
    call(app, "/fails")
    assert told == [None]


# --- errors that are no Exception: 3b --------------------------------------------------


class GreenletExit(BaseException):
    """Stands for the error that kills a greenlet."""


ENDINGS = [SystemExit, KeyboardInterrupt, GeneratorExit, asyncio.CancelledError, GreenletExit]


@pytest.mark.parametrize("kind", ENDINGS)
@pytest.mark.parametrize("where", ["view", "before", "after", "handler", "started"])
def test_an_error_that_ends_more_than_a_request_passes_and_teardown_runs_once(
    app: Kernos, kind: type[BaseException], where: str
) -> None:
    def ends(*args: t.Any) -> t.Any:
        if kernos.request.path == "/ends":
            raise kind
        return args[0] if args else None

    class Plugin:
        @hookimpl
        def kernos_request_started(self):
            ends()

    app.add_url_rule("/ends", "ends", ends if where == "view" else raising(Broken))
    if where == "before":
        app.before_request(ends)
    elif where == "after":
        app.register_error_handler(Broken, lambda error: "handled")
        app.after_request(ends)
    elif where == "handler":
        app.register_error_handler(Broken, ends)
    elif where == "started":
        app.plugins.register(Plugin())
    watched = watch(app)
    with pytest.raises(kind):
        call(app, "/ends", validate=False)
    watched.check()
    assert type(watched.last_error) is kind
    watched.check_freed()


def test_an_error_that_ends_more_is_not_handled_though_a_handler_could(app: Kernos) -> None:
    app.register_error_handler(500, lambda error: "never")
    app.add_url_rule("/ends", "ends", raising(SystemExit))
    with pytest.raises(SystemExit):
        call(app, "/ends", validate=False)
    assert not has_app_context()


def test_a_server_that_fails_to_start_the_response_gets_its_error_back(app: Kernos) -> None:
    watched = watch(app)
    closed: list[str] = []

    class Body:
        def __iter__(self):
            return iter([b"x"])

        def close(self):
            closed.append("closed")

    app.add_url_rule("/stream", "stream", lambda: kernos.Response(iter(Body())))
    app.add_url_rule("/body", "body", lambda: kernos.Response(Body(), direct_passthrough=True))
    for path in ("/", "/stream", "/body"):
        with pytest.raises(ConnectionResetError):
            app(environ(path), raising(ConnectionResetError))
        watched.check()
        assert isinstance(watched.last_error, ConnectionResetError)
    assert closed == ["closed"]


# --- before there is anything to tear down ---------------------------------------------


def test_a_request_that_cannot_be_made_is_a_500_that_leaks_nothing(app: Kernos) -> None:
    class Picky(kernos.Request):
        def __init__(self, environ, **options):
            if environ["PATH_INFO"] == "/":
                raise Broken(SECRET)
            super().__init__(environ, **options)

    app.request_class = Picky
    watched = watch(app)
    answer = call(app)
    assert answer.code == 500
    assert SECRET not in answer.text
    watched.check(logged=1, requests=0)
    assert call(app, method="HEAD").body == b""
    app.testing = True
    with pytest.raises(Broken):
        call(app)


@pytest.mark.parametrize("signal", ["appcontext_pushed", "appcontext_popped", "request_started"])
def test_a_receiver_that_raises_leaks_no_context(app: Kernos, signal: str) -> None:
    watched = watch(app)
    failing = once(Broken(SECRET))
    receiver = lambda sender: failing(None)
    with getattr(kernos, signal).connected_to(receiver, app):
        watched.fault(code=200 if signal == "appcontext_popped" else 500)


@pytest.mark.parametrize("signal", ["appcontext_pushed", "request_started"])
def test_the_error_of_a_receiver_meets_the_handlers(app: Kernos, signal: str) -> None:
    watched = watch(app)
    app.register_error_handler(Broken, lambda error: ("handled", 418))
    failing = once(Broken(SECRET))
    receiver = lambda sender: failing(None)
    with getattr(kernos, signal).connected_to(receiver, app):
        assert watched.fault(code=418, logged=0).body == b"handled"


def test_a_push_that_fails_leaves_no_context(app: Kernos) -> None:
    with kernos.appcontext_pushed.connected_to(raising(Broken), app):
        with pytest.raises(Broken):
            app.app_context().push()
        assert not has_app_context()
        with pytest.raises(Broken):
            app.test_request_context("/").push()
        assert not has_request_context()
        assert not has_app_context()


# --- requests that nobody waits for ----------------------------------------------------


def test_a_request_without_teardown_functions_ends_as_quietly_and_as_clean(app: Kernos) -> None:
    import gc
    import weakref

    kept: list[t.Any] = []

    def view() -> str:
        ctx = kernos.globals.request_ctx._get_current_object()
        kept.append(weakref.ref(ctx))
        kernos.g.value = 1
        return "body"

    app.add_url_rule("/kept", "kept", view)
    app.add_url_rule("/fails", "fails", raising(Broken))
    Log(app)
    for path in ("/kept", "/fails", "/nowhere"):
        call(app, path)
        assert not has_request_context()
        assert not has_app_context()
    gc.collect()
    assert kept[0]() is None


def test_files_of_a_form_are_closed_with_the_request(app: Kernos) -> None:
    import io

    files: list[t.Any] = []
    app.add_url_rule(
        "/upload",
        "upload",
        lambda: files.append(kernos.request.files["f"]) or "kept",
        methods=["POST"],
    )
    call(app, "/upload", "POST", data={"f": (io.BytesIO(b"x"), "f.txt")})
    assert files[0].closed


def test_a_client_that_never_reads_the_body_leaves_nothing(app: Kernos) -> None:
    watched: Watch = watch(app)
    answer = begin(app, environ("/"), validate=False)
    assert answer.code == 200
    watched.check()
