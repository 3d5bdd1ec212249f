"""The session: opened when it is touched, saved once, and never a second error."""

from __future__ import annotations

import typing as t

import pytest
from kernel_harness import SECRET, Watch, call, make_app, raising, watch
from werkzeug.exceptions import BadRequest

import kernos
from kernos import Kernos, session
from kernos.contracts import NullSession, SessionInterface
from kernos.errors import MissingComponent, NoSession, SessionUnavailable
from kernos.sessions import destroy, regenerate
from kernos.testing.doubles import EagerMemorySessions, MemorySessions, doubles


class Counting(MemorySessions):
    """Sessions that write down what the kernel asks of them."""

    lazy = True

    def __init__(self, app: Kernos | None = None) -> None:
        super().__init__(app)
        self.seen: list[str] = []

    def open_session(self, app, request):
        self.seen.append("open")
        return super().open_session(app, request)

    def save_session(self, app, session, response):
        self.seen.append("save")
        super().save_session(app, session, response)


class Eager(Counting):
    lazy = False


class Overriding(Counting):
    """Overrides a method below the class that says ``lazy``, so that it does not count."""

    def open_session(self, app, request):
        return super().open_session(app, request)


def app_with(sessions: t.Any) -> Kernos:
    app = make_app(components=doubles(sessions=sessions))
    app.add_url_rule("/", "index", lambda: "body")
    app.add_url_rule("/read", "read", lambda: str(session.get("a")))
    app.add_url_rule("/write", "write", lambda: session.update(a=1) or "body")
    app.add_url_rule("/broken", "broken", raising(KeyError))
    return app


# --- who keeps it ----------------------------------------------------------------------


def test_a_property_may_ask_for_what_it_overrides_and_is_asked_itself() -> None:
    class Hands(Kernos):
        asked = 0

        @property
        def session_interface(self):
            type(self).asked += 1
            return super().session_interface

    app = make_app(kind=Hands, components=doubles(sessions=Eager))
    app.add_url_rule("/write", "write", lambda: session.update(a=1) or "body")
    assert call(app, "/write").status == "200 OK"
    asked = Hands.asked
    assert call(app, "/write").status == "200 OK"
    assert Hands.asked > asked
    assert app.session_interface.seen == ["open", "save"] * 2


# --- when it is opened and saved -------------------------------------------------------


def test_a_lazy_session_that_nobody_touches_is_neither_opened_nor_saved() -> None:
    app = app_with(Counting)
    call(app)
    call(app, "/nowhere")
    assert app.session_interface.seen == []
    call(app, "/read")
    assert app.session_interface.seen == ["open", "save"]


@pytest.mark.parametrize("kind", [Eager, Overriding])
def test_a_session_that_cannot_wait_is_opened_before_matching_and_always_saved(
    kind: type[Counting],
) -> None:
    app = app_with(kind)
    seen = app.session_interface.seen
    app.url_value_preprocessor(lambda endpoint, values: seen.append("matched"))
    for path in ("/", "/nowhere"):
        seen.clear()
        call(app, path)
        assert seen == ["open", "matched", "save"]


def test_a_lazy_session_with_a_cookie_is_opened_before_saving_while_it_is_refreshed() -> None:
    app = app_with(Counting)
    seen = app.session_interface.seen
    call(app, HTTP_COOKIE="other=1")
    assert seen == []
    answer = call(app, HTTP_COOKIE="session=1")
    assert seen == ["open", "save"]
    assert answer.header("Vary") is None, "opening it so is no access"
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    seen.clear()
    call(app, HTTP_COOKIE="session=1")
    assert seen == []


def test_a_session_is_saved_after_the_after_request_functions() -> None:
    app = app_with(Counting)
    seen = app.session_interface.seen
    app.after_request(lambda response: seen.append("after") or response)
    call(app, "/write")
    assert seen == ["open", "after", "save"]


def test_a_session_touched_in_an_after_function_is_saved() -> None:
    app = app_with(MemorySessions)
    app.after_request(lambda response: session.update(b=2) or response)
    answer = call(app)
    assert answer.header("Vary") == "Cookie"
    assert list(app.session_interface.store.values()) == [{"b": 2}]


def test_the_session_of_a_handled_error_is_saved() -> None:
    app = app_with(MemorySessions)
    app.register_error_handler(KeyError, lambda error: session.update(c=3) or "handled")
    call(app, "/broken")
    assert list(app.session_interface.store.values()) == [{"c": 3}]


def test_reading_marks_access_and_the_private_way_does_not() -> None:
    app = app_with(MemorySessions)
    with app.test_request_context("/") as ctx:
        assert ctx._session.accessed is False
        assert ctx.session.accessed is True


@pytest.mark.parametrize(
    "touch",
    [
        lambda: "a" in session,
        lambda: len(session),
        lambda: bool(session),
        lambda: list(session),
        lambda: session.keys(),
        lambda: session.get("a"),
        lambda: session == {},
        lambda: repr(session),
        lambda: session.copy(),
        lambda: session | {},
        lambda: session.permanent,
        lambda: session.items(),
    ],
)
def test_every_way_of_reading_varies_the_response(touch: t.Any) -> None:
    app = app_with(MemorySessions)
    app.add_url_rule("/touch", "touch", lambda: str(touch()) and "x")
    assert call(app, "/touch").header("Vary") == "Cookie"


def test_an_interface_assigned_after_the_first_request_takes_effect() -> None:
    app = app_with(MemorySessions)
    call(app)
    late = Eager()
    app.session_interface = late
    call(app)
    assert late.seen == ["open", "save"]
    lazy = Counting()
    app.session_interface = lazy
    call(app)
    assert lazy.seen == []


def test_the_methods_of_an_interface_may_be_replaced_on_the_instance() -> None:
    app = app_with(MemorySessions)
    call(app)
    app.session_interface.open_session = lambda app, request: NullSession()
    assert call(app, "/read").body == b"None"


# --- sessions that cannot be kept ------------------------------------------------------


def test_a_null_session_reads_and_refuses_to_be_written() -> None:
    class Keyless(MemorySessions):
        lazy = True

        def open_session(self, app, request):
            return None

    app = app_with(Keyless)
    app.testing = True
    assert call(app, "/read").body == b"None"
    with pytest.raises(NoSession, match="secret key") as caught:
        call(app, "/write")
    assert isinstance(caught.value, RuntimeError)
    with app.test_request_context("/"):
        for write in [
            lambda: session.__setitem__("a", 1),
            lambda: session.__delitem__("a"),
            lambda: session.clear(),
            lambda: session.pop("a", None),
            lambda: session.popitem(),
            lambda: session.setdefault("a", 1),
            lambda: setattr(session, "permanent", True),
            lambda: session.__ior__({"a": 1}),
        ]:
            with pytest.raises(NoSession):
                write()
        assert session.permanent is False


@pytest.mark.parametrize("name", ["regenerate", "destroy"])
def test_an_interface_without_an_optional_part_says_so(name: str) -> None:
    class Simple(SessionInterface):
        def open_session(self, app, request):
            return {}

        def save_session(self, app, session, response):
            pass

    app = app_with(Simple())
    with app.test_request_context("/"), pytest.raises(MissingComponent, match=f"{name}"):
        {"regenerate": regenerate, "destroy": destroy}[name]()


# --- a store that is down: F19 ---------------------------------------------------------


class Down(MemorySessions):
    """A store that cannot be reached when the path says so."""

    lazy = True
    error: BaseException | type[BaseException] = ConnectionError(SECRET)

    def open_session(self, app, request):
        if request.path in ("/read", "/write"):
            raise self.error
        return super().open_session(app, request)

    def save_session(self, app, session, response):
        assert not isinstance(session, NullSession)
        super().save_session(app, session, response)


class EagerDown(Down):
    lazy = False


@pytest.fixture(params=[Down, EagerDown], ids=["lazy", "eager"])
def down(request: pytest.FixtureRequest) -> tuple[Kernos, Watch]:
    app = app_with(request.param)
    app.after_request(lambda response: (session.get("a") and response) or response)
    return app, watch(app)


@pytest.mark.parametrize("path", ["/read", "/write"])
def test_a_store_that_is_down_is_one_error_and_a_503(
    down: tuple[Kernos, Watch], path: str
) -> None:
    _, watched = down
    watched.fault(path, code=503)
    assert isinstance(watched.last_error, SessionUnavailable)
    assert isinstance(watched.last_error.__cause__, ConnectionError)


def test_a_handler_for_the_stores_own_error_goes_first(down: tuple[Kernos, Watch]) -> None:
    app, watched = down
    app.register_error_handler(SessionUnavailable, lambda error: ("unavailable", 503))
    app.register_error_handler(ConnectionError, lambda error: (type(error).__name__, 502))
    assert watched.fault("/read", code=502, logged=0).body == b"ConnectionError"


def test_a_handler_for_session_unavailable_answers(down: tuple[Kernos, Watch]) -> None:
    app, watched = down
    app.register_error_handler(SessionUnavailable, lambda error: ("unavailable", 503))
    assert watched.fault("/read", code=503, logged=0).body == b"unavailable"


def test_a_handler_that_reads_the_session_finds_an_empty_one(
    down: tuple[Kernos, Watch],
) -> None:
    app, watched = down
    app.register_error_handler(
        SessionUnavailable, lambda error: (f"user {session.get('user')}", 503)
    )
    assert watched.fault("/read", code=503, logged=0).body == b"user None"


def test_a_store_that_says_itself_that_it_is_down_is_believed() -> None:
    class Says(Down):
        error = SessionUnavailable("down")

    app = app_with(Says)
    watched = watch(app)
    watched.fault("/read", code=503)
    assert watched.last_error is Says.error


def test_an_http_error_of_a_session_interface_is_that_response() -> None:
    class Refuses(EagerDown):
        error = BadRequest

    app = app_with(Refuses)
    watch(app).fault("/read", code=400, logged=0)


def test_an_application_may_say_that_an_outage_is_a_500() -> None:
    app = app_with(Down)
    app.session_outage = None
    watch(app).fault("/read", code=500)


@pytest.mark.parametrize("junk", [12, "text", [1]], ids=repr)
def test_an_interface_that_opens_no_mapping_is_a_500_that_names_it(junk: object) -> None:
    class Junk(EagerMemorySessions):
        def open_session(self, app, request):
            return junk if request.path == "/read" else super().open_session(app, request)

    app = app_with(Junk)
    watched = watch(app)
    watched.fault("/read", code=500)
    assert "Junk" in str(watched.last_error)


def test_a_save_that_fails_is_an_error_as_any_other() -> None:
    class Full(MemorySessions):
        lazy = True

        def save_session(self, app, session, response):
            if kernos.request.path == "/write":
                raise SessionUnavailable("full")
            super().save_session(app, session, response)

    watch(app_with(Full)).fault("/write", code=503, logged=2)
    app = app_with(Full)
    app.register_error_handler(SessionUnavailable, lambda error: ("unavailable", 503))
    assert watch(app).fault("/write", code=503, logged=1).body == b"unavailable"


def test_under_testing_an_outage_reaches_the_test() -> None:
    app = app_with(Down)
    app.testing = True
    with pytest.raises(SessionUnavailable, match="Down"):
        call(app, "/read")


# --- the client's transaction ----------------------------------------------------------


def test_a_transaction_changes_the_session_of_the_next_request() -> None:
    app = app_with(MemorySessions)
    client = app.test_client()
    with client.session_transaction() as held:
        held["a"] = 7
    assert client.get("/read").text == "7"
    with client.session_transaction() as held:
        assert held["a"] == 7
        del held["a"]
    assert client.get("/read").text == "None"


def test_a_transaction_needs_cookies() -> None:
    app = app_with(MemorySessions)
    client = app.test_client(use_cookies=False)
    with pytest.raises(TypeError, match="Cookies are disabled"), client.session_transaction():
        pass


def test_a_transaction_needs_sessions_that_can_be_kept() -> None:
    class Keyless(MemorySessions):
        def open_session(self, app, request):
            return None

    client = app_with(Keyless).test_client()
    with pytest.raises(RuntimeError, match="did not open a session"):
        with client.session_transaction():
            pass


def test_a_session_may_be_put_in_place_without_being_accessed() -> None:
    app = app_with(MemorySessions)
    with app.test_request_context("/") as ctx:
        ctx._session = mine = NullSession()
        assert ctx._session is mine
        assert not mine.accessed
