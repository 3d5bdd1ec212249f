"""A text that nobody looks at as a response is sent without one, and nobody can tell."""

from __future__ import annotations

import sys
import typing as t
from functools import partial

import pytest
from hypothesis import given, settings, strategies as st
from kernel_harness import make_app
from werkzeug.test import EnvironBuilder

from kernos import Kernos, Response, after_this_request, has_request_context, session
from kernos.contracts import JSONProvider
from kernos.hooks import hookimpl
from kernos.lifecycle.replying import reply_by_response
from kernos.signals import request_finished
from kernos.testing.doubles import doubles

Answer = tuple[str, list[tuple[str, str]], bytes]


def ask(app: Kernos, path: str = "/", method: str = "GET", cookie: str = "") -> Answer:
    """Return what a server is told, and the body that it sends."""
    told: list[t.Any] = []
    environ = EnvironBuilder(path, method=method).get_environ()
    if cookie:
        environ["HTTP_COOKIE"] = cookie
    body = app(environ, lambda status, headers, exc_info=None: told.append((status, headers)))
    status, headers = told[-1]
    return status, headers, b"".join(body)


def responses_made(app: Kernos, **asked: t.Any) -> int:
    """Count the responses that a request takes."""
    made: list[object] = []

    def see(frame: t.Any, event: str, arg: object) -> None:
        if event == "call" and frame.f_code is Response.__init__.__code__:
            made.append(frame)

    ask(app, **asked)
    sys.setprofile(see)
    try:
        ask(app, **asked)
    finally:
        sys.setprofile(None)
    return len(made)


def app_that_answers(value: object) -> Kernos:
    app = make_app()
    app.add_url_rule("/", "index", lambda: value, methods=["GET", "POST"])
    return app


VALUES = pytest.mark.parametrize("value", ["text", {"a": 1}, [1, "é"]], ids=repr)


@VALUES
def test_no_response_is_made_where_nobody_looks(value: object) -> None:
    assert responses_made(app_that_answers(value)) == 0


def _after_request(app: Kernos) -> None:
    app.after_request(lambda response: response)


def _after_this_request(app: Kernos) -> None:
    @app.before_request
    def register() -> None:
        after_this_request(lambda response: response)


def _touch_session(app: Kernos) -> None:
    @app.before_request
    def touch() -> None:
        session.get("a")


def _receive(sender: object, **extra: object) -> None:
    """Take notice, and do nothing."""


def _finished(app: Kernos) -> None:
    request_finished.connect(_receive)


@pytest.fixture(autouse=True)
def _nobody_receives_any_more() -> t.Iterator[None]:
    yield
    request_finished.disconnect(_receive)


def _own_class(app: Kernos) -> None:
    app.response_class = type("Own", (Response,), {"default_status": 202})  # type: ignore[misc]


def _own_method(name: str) -> t.Callable[[Kernos], None]:
    def put(app: Kernos) -> None:
        method = getattr(app, name)
        setattr(app, name, lambda *args, **kwargs: method(*args, **kwargs))

    return put


LOOKERS: dict[str, t.Callable[[Kernos], None]] = {
    "after_request": _after_request,
    "after_this_request": _after_this_request,
    "session": _touch_session,
    "request_finished": _finished,
    "response_class": _own_class,
    **{
        name: _own_method(name)
        for name in (
            "make_response",
            "process_response",
            "finalize_request",
            "full_dispatch_request",
        )
    },
}


@VALUES
@pytest.mark.parametrize("looker", LOOKERS)
def test_a_response_is_made_for_those_who_look_at_it(looker: str, value: object) -> None:
    app = app_that_answers(value)
    LOOKERS[looker](app)
    assert responses_made(app) == 1


@VALUES
def test_a_cookie_may_have_the_session_refreshed(value: object) -> None:
    app = app_that_answers(value)
    assert responses_made(app, cookie="a=b") == 0
    assert responses_made(app, cookie="session=x") == 1


def test_a_plugin_that_looks_sees_the_response(value: object = "text") -> None:
    app = app_that_answers(value)

    class Plugin:
        @hookimpl
        def kernos_after_request(self, response: Response) -> None:
            response.headers["X-Seen"] = response.get_data(as_text=True)

    app.plugins.register(Plugin())
    assert ("X-Seen", "text") in ask(app)[1]


PATCHES = {
    "a method of its own": (Response, "get_data", lambda self, as_text=False: b""),
    "a new attribute": (Response, "__del__", lambda self: None),
    "how it is set": (Response, "__setattr__", lambda *args: object.__setattr__(*args)),
    "below": (Response.__mro__[1], "set_data", lambda self, value: None),
    "at the bottom": (Response.__mro__[2], "set_cookie", lambda self, *a, **k: None),
    "a default": (Response, "default_mimetype", "text/plain"),
}


@VALUES
@pytest.mark.parametrize("patch", PATCHES)
def test_a_changed_class_is_asked(
    patch: str, value: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = app_that_answers(value)
    assert responses_made(app) == 0
    with monkeypatch.context() as patching:
        patching.setattr(*PATCHES[patch], raising=False)  # type: ignore[arg-type]
        assert responses_made(app) == 1
    assert responses_made(app) == 0


def test_what_is_put_back_where_it_was_inherited_changes_nothing() -> None:
    app = app_that_answers("text")
    close = Response.close
    Response.close = lambda self: None  # type: ignore[method-assign]
    try:
        assert responses_made(app) == 1
        Response.close = close  # type: ignore[method-assign]
        assert responses_made(app) == 0
    finally:
        del Response.close
    assert responses_made(app) == 0


class Named(Response):
    """A class that has nothing of its own but its name."""


class Mixin:
    default_status = 201


class Mixed(Response, Mixin):
    pass


def test_a_class_that_has_nothing_of_its_own_is_no_less_plain() -> None:
    app = app_that_answers("text")
    app.response_class = Named
    assert responses_made(app) == 0
    Named.default_status = 201
    try:
        assert ask(app)[0] == "201 CREATED"
    finally:
        del Named.default_status
    assert responses_made(app) == 0
    app.response_class = Mixed
    assert responses_made(app) == 1
    del app.response_class
    assert responses_made(app) == 0


def test_json_in_a_class_that_has_nothing_of_its_own_is_no_less_plain() -> None:
    app = app_that_answers([1])
    app.response_class = Named
    assert responses_made(app) == 0


def test_a_class_that_is_no_response_is_called() -> None:
    app = app_that_answers("text")
    app.response_class = lambda *args, **kwargs: Response("mine")  # type: ignore[assignment]
    assert ask(app)[2] == b"mine"


def test_a_class_of_another_metaclass_is_called() -> None:
    class Meta(type(Response)):  # type: ignore[misc]
        def __call__(cls, *args: t.Any, **kwargs: t.Any) -> t.Any:
            response = super().__call__(*args, **kwargs)
            response.headers["X-Made"] = "by hand"
            return response

    class Own(Response, metaclass=Meta):
        pass

    app = app_that_answers("text")
    app.response_class = Own
    assert ("X-Made", "by hand") in ask(app)[1]


def test_a_descriptor_that_answers_on_the_class_as_well_is_asked_each_time() -> None:
    class Own(Response):
        default_mimetype = "text/plain"

    class Descriptor:
        def __get__(self, app: object, owner: type) -> type[Response]:
            return Own if app is not None and has_request_context() else Response

    class App(Kernos):
        response_class = Descriptor()  # type: ignore[assignment]

    app = make_app(kind=App)
    app.add_url_rule("/", "index", lambda: "text")
    assert [ask(app)[1][0][1] for _ in range(2)] == ["text/plain; charset=utf-8"] * 2


def test_an_application_that_says_itself_what_its_attributes_are_is_asked() -> None:
    class Own(Response):
        default_mimetype = "text/plain"

    class App(Kernos):
        def __getattribute__(self, name: str) -> t.Any:
            return Own if name == "response_class" else super().__getattribute__(name)

    app = make_app(kind=App)
    app.add_url_rule("/", "index", lambda: "text")
    assert [ask(app)[1][0][1] for _ in range(2)] == ["text/plain; charset=utf-8"] * 2


class Equal:
    """What wraps a function, and says that it equals it, as those of wrapt do."""

    def __init__(self, function: t.Any) -> None:
        self.function = function
        self.calls = 0

    def __eq__(self, other: object) -> bool:
        return bool(self.function == other)

    def __hash__(self) -> int:
        return hash(self.function)

    def __get__(self, one: t.Any, owner: type | None = None) -> t.Any:
        return self if one is None else partial(self, one)

    def __call__(self, *args: t.Any, **kwargs: t.Any) -> t.Any:
        self.calls += 1
        return self.function(*args, **kwargs)


@pytest.mark.usefixtures("both_lookouts")
@pytest.mark.parametrize("begun", [False, True])
@pytest.mark.parametrize(
    ("owner", "name"),
    [
        *((Kernos, name) for name in ("make_response", "process_response", "finalize_request")),
        *((Kernos, name) for name in ("full_dispatch_request", "dispatch_request")),
        (Response.__mro__[1], "get_wsgi_headers"),
        (Response.__mro__[1], "__call__"),
        (Response.__mro__[1], "__init__"),
        (Response.__mro__[1], "close"),
    ],
    ids=lambda one: getattr(one, "__name__", one),
)
def test_a_wrapper_that_equals_what_it_wraps_is_called(
    owner: type, name: str, begun: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = app_that_answers("text")
    if begun:
        ask(app)
    wrapper = Equal(getattr(owner, name))
    monkeypatch.setattr(owner, name, wrapper)
    ask(app)
    assert wrapper.calls or name == "close"  # which a server calls, of bodies that have one
    if name == "close":
        assert app._request_line().reply is reply_by_response


def test_a_base_that_is_added_below_counts() -> None:
    class Own(Response):
        pass

    app = app_that_answers("text")
    app.response_class = Own
    assert responses_made(app) == 0
    Own.__bases__ = (Response, Mixin)
    assert responses_made(app) == 1


def test_a_response_class_that_is_put_on_the_class_counts_at_once() -> None:
    class App(Kernos):
        pass

    app = App(__name__, components=doubles(), plugins=[])
    app.add_url_rule("/", "index", lambda: "text")
    assert ask(app)[1][0] == ("Content-Type", "text/html; charset=utf-8")

    class Own(Response):
        default_mimetype = "text/plain"

    App.response_class = Own
    assert ask(app)[1][0] == ("Content-Type", "text/plain; charset=utf-8")
    del App.response_class
    assert responses_made(app) == 0


def test_a_response_class_that_is_a_property_is_asked_each_time() -> None:
    class Own(Response):
        default_mimetype = "text/plain"

    class App(Kernos):
        current: t.Any = Response

        @property
        def response_class(self) -> t.Any:  # type: ignore[override]
            return self.current

    app = App(__name__, components=doubles(), plugins=[])
    app.add_url_rule("/", "index", lambda: "text")
    assert ask(app)[1][0] == ("Content-Type", "text/html; charset=utf-8")
    app.current = Own
    assert ask(app)[1][0] == ("Content-Type", "text/plain; charset=utf-8")


# --- JSON ------------------------------------------------------------------------------------


class Mine(JSONProvider):
    """A provider of somebody's own."""

    def dumps(self, obj: t.Any, **kwargs: t.Any) -> str:
        return f"<{obj}>"


def test_a_provider_on_the_contract_says_what_is_sent() -> None:
    app = app_that_answers({"a": 1})
    app.json = Mine(app)
    app.json.mimetype = "application/mine"
    assert responses_made(app) == 0
    _, headers, body = ask(app)
    assert (headers[0], body) == (("Content-Type", "application/mine"), b"<{'a': 1}>")


@pytest.mark.parametrize("where", ["class", "instance", "contract"])
def test_a_providers_own_response_is_called(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    app = app_that_answers({"a": 1})
    kind = type("Own", (type(app.json),), {})
    app.json = kind(app)
    assert responses_made(app) == 0
    place = {"class": kind, "instance": app.json, "contract": JSONProvider}[where]
    monkeypatch.setattr(place, "response", lambda *args: Response("mine"), raising=False)
    assert ask(app)[2] == b"mine"


def test_another_applications_provider_makes_that_ones_responses() -> None:
    other = make_app()
    other.response_class = type("Own", (Response,), {"default_status": 201})
    app = app_that_answers({"a": 1})
    app.json = other.json
    assert ask(app)[0] == "201 CREATED"


def test_a_provider_of_another_kind_is_asked_for_its_response() -> None:
    class Duck:
        mimetype = "application/json"
        response = staticmethod(lambda value: Response("quack"))

    app = app_that_answers({"a": 1})
    app.json = Duck()  # type: ignore[assignment]
    assert ask(app)[2] == b"quack"


def test_bytes_of_a_lenient_provider_are_sent() -> None:
    class Bytes(JSONProvider):
        def dumps(self, obj: t.Any, **kwargs: t.Any) -> t.Any:
            return b"[1]"

    class Lenient(Kernos):
        json_strict = False

    app = Lenient(__name__, components=doubles(), plugins=[])
    app.add_url_rule("/", "index", lambda: [1])
    app.json = Bytes(app)
    assert ask(app)[2] == b"[1]" == ask(app)[2]


def test_what_writing_json_does_is_no_less_seen() -> None:
    class Own(JSONProvider):
        def dumps(self, obj: t.Any, **kwargs: t.Any) -> str:
            session["count"] = session.get("count", 0) + 1

            @after_this_request
            def add(response: Response) -> Response:
                response.headers["X-Body"] = response.get_data(as_text=True)
                return response

            return repr(obj)

    app = app_that_answers([1])
    app.json = Own(app)
    ask(app)
    assert responses_made(app) == 1
    _, headers, body = ask(app)
    assert ("X-Body", "[1]") in headers and body == b"[1]"
    assert "Set-Cookie" in dict(headers)


def test_writing_json_may_name_another_mime_type() -> None:
    class Own(JSONProvider):
        def dumps(self, obj: t.Any, **kwargs: t.Any) -> str:
            self.mimetype = obj[0]
            return repr(obj)

    value = [""]
    app = app_that_answers(value)
    app.json = Own(app)
    for mimetype in ("application/a", "application/b") * 3:
        value[0] = mimetype
        assert ask(app)[1][0][1] == mimetype


def test_a_provider_without_an_application_makes_the_current_ones_responses() -> None:
    app = app_that_answers([1])
    app.json = Mine()
    assert responses_made(app) == 1


def test_text_of_a_class_of_its_own_is_sent() -> None:
    class Text(str):
        __slots__ = ()

    class Own(JSONProvider):
        def dumps(self, obj: t.Any, **kwargs: t.Any) -> str:
            return Text("é")

    app = app_that_answers([1])
    app.json = Own(app)
    assert [ask(app)[2] for _ in range(2)] == ["é".encode()] * 2


# --- errors ----------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["\ud800", {"a": {1, 2}.union}], ids=["text", "json"])
def test_what_cannot_be_written_is_an_error_of_the_view(value: object) -> None:
    app = app_that_answers(value)
    seen: list[Exception] = []

    @app.errorhandler(Exception)
    def handle(error: Exception) -> str:
        seen.append(error)
        return "handled"

    for _ in range(2):
        status, _, body = ask(app)
        assert (status, body) == ("200 OK", b"handled")
    assert [type(error) for error in seen] == [type(seen[0])] * 2


# --- both ways --------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(
    value=st.one_of(
        st.text(max_size=12),
        st.dictionaries(st.text(max_size=4), st.none() | st.integers() | st.text(), max_size=3),
        st.lists(st.booleans() | st.floats(allow_nan=False), max_size=3),
        st.sampled_from([b"bytes", ("text", 201), ("text", {"X-A": "b"}), None, 7]),
    ),
    method=st.sampled_from(["GET", "POST", "HEAD", "OPTIONS"]),
    cookie=st.sampled_from(["", "a=b", "session=x"]),
    headers=st.lists(st.sampled_from([("X-Content-Type-Options", "nosniff"), ("X-B", "c")])),
    lookers=st.lists(st.sampled_from(sorted(LOOKERS)), max_size=1),
)
def test_both_ways_send_the_same(
    value: object, method: str, cookie: str, headers: t.Any, lookers: list[str]
) -> None:
    answers = []
    for by_response in (False, True):
        app = app_that_answers(value)
        app._response_headers = tuple(dict(headers).items())
        for looker in lookers:
            LOOKERS[looker](app)
        if by_response:
            app.process_response = app.process_response  # type: ignore[method-assign]
            assert app._request_line().reply is reply_by_response
        answers.append([ask(app, method=method, cookie=cookie) for _ in range(2)])
        request_finished.disconnect(_receive)
    assert answers[0] == answers[1]


@pytest.mark.usefixtures("both_lookouts")
def test_an_application_that_nobody_changes_is_looked_over_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = app_that_answers("text")
    ask(app)
    looked: list[object] = []
    monkeypatch.setattr(Kernos, "_look_anew", lambda self, said: looked.append(said))
    for _ in range(3):
        ask(app)
    assert not looked
