"""A body that is read in one go gives what it gives over a stream."""

from __future__ import annotations

import io
import typing as t
from dataclasses import dataclass, field

import pytest
from hypothesis import example, given, settings, strategies as st
from kernel_harness import environ, make_app
from werkzeug.datastructures import CombinedMultiDict, Headers, ImmutableMultiDict, MultiDict
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from kernos import Kernos, Request
from kernos.wrappers.body import GuardedStream

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


class LongWay(Request):
    """A request without short ways."""

    def _read_quickly(self, form_limit: int | None = None) -> None:
        return None

    def _load_form_at_once(self) -> bool:
        return False

    def _has_headers_sent(self) -> bool:
        return False


class Sparing(io.BytesIO):
    """A server's stream that gives a few bytes at a time, as sockets do."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(3 if size is None or size < 0 else min(size, 3))

    def readinto(self, buffer: t.Any) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


class Reader:
    """A server's stream that can do no more than the standard asks of it."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def read(self, size: int = -1) -> bytes:
        return self._data.read(size)

    def readline(self, size: int = -1) -> bytes:
        return self._data.readline(size)


class Broken:
    """A stream that the server cannot read from."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def read(self, size: int = -1) -> bytes:
        raise self.error


STREAMS: dict[str, t.Callable[[bytes], t.Any]] = {
    "bytes": io.BytesIO,
    "sparing": Sparing,
    "reader": Reader,
    "reset": lambda data: Broken(ConnectionResetError("reset")),
    "closed": lambda data: Broken(ValueError("closed file")),
    "malformed": lambda data: Broken(RuntimeError("bad chunk")),
    "refused": lambda data: Broken(RequestEntityTooLarge()),
}

QUESTIONS: dict[str, t.Callable[[Request], t.Any]] = {
    "form": lambda request: [*request.form.items(multi=True)],
    "form of its class": lambda request: type(request.form),
    "files": lambda request: [*request.files.items(multi=True)],
    "values": lambda request: [*request.values.items(multi=True)],
    "get_data": lambda request: request.get_data(),
    "get_data, uncached": lambda request: request.get_data(cache=False),
    "get_data, as text": lambda request: request.get_data(as_text=True),
    "get_data, form": lambda request: request.get_data(parse_form_data=True),
    "data": lambda request: request.data,
    "get_json": lambda request: request.get_json(),
    "get_json, silent": lambda request: request.get_json(silent=True),
    "get_json, forced": lambda request: request.get_json(force=True),
    "get_json, uncached": lambda request: request.get_json(cache=False),
    "json": lambda request: request.json,
    "stream": lambda request: request.stream.read(),
    "some of the stream": lambda request: request.stream.read(2),
    "line": lambda request: request.stream.readline(),
    "is_json": lambda request: request.is_json,
    "mimetype": lambda request: (request.mimetype, request.mimetype_params),
    "content_length": lambda request: request.content_length,
    "headers": lambda request: sorted(request.headers),
    "close": lambda request: request.close(),
}


@dataclass
class Sent:
    """What a client and its server send, and what the application has to say to it."""

    body: bytes
    content_type: str | None
    length: str | None = None
    stream: str = "bytes"
    terminated: bool = False
    chunked: bool = False
    method: str = "POST"
    config: dict[str, int | None] = field(default_factory=dict)
    refuses_bad_forms: bool = True
    debug: bool = False

    def environ(self) -> dict[str, t.Any]:
        env = environ("/", method=self.method)
        env["wsgi.input"] = STREAMS[self.stream](self.body)
        for name, value in (("CONTENT_TYPE", self.content_type), ("CONTENT_LENGTH", self.length)):
            env.pop(name, None)
            if value is not None:
                env[name] = value
        if self.terminated:
            env["wsgi.input_terminated"] = True
        if self.chunked:
            env["HTTP_TRANSFER_ENCODING"] = "chunked"
        return env


FIELDS = st.text(st.sampled_from("ab=&+%2 ;\u017e\x00"), max_size=30).map(str.encode)
BODIES = st.one_of(
    FIELDS,
    st.sampled_from([b'{"a": [1]}', b"[1, 2]", b"{", b"null", b"a=%C5%BE&a=%FF&b", b"a=\xff"]),
    st.binary(max_size=12),
)
TYPES = st.sampled_from(
    [FORM, JSON, FORM + ";charset=UTF-8", JSON + "; charset=utf-8", FORM.title(), None, ""]
    + ["application/problem+json", "text/plain", "multipart/form-data; boundary=b", FORM + "x"]
)
LENGTHS = st.sampled_from([None, "", "-1", "x", "\u0663", "0", "3", "9", "70000", "999999999999"])
CONFIGS = st.fixed_dictionaries(
    {},
    optional={
        "MAX_CONTENT_LENGTH": st.sampled_from([None, 3, 9, 1_000]),
        "MAX_FORM_MEMORY_SIZE": st.sampled_from([None, 3, 9, 1_000]),
        "MAX_FORM_PARTS": st.sampled_from([None, 0, 1, 2]),
    },
)


@st.composite
def sent(draw: st.DrawFn) -> Sent:
    """Draw a request; most have the length that their body has."""
    body = draw(BODIES)
    honest = draw(st.integers(0, 3)) > 0
    return Sent(
        body,
        draw(TYPES),
        str(len(body)) if honest else draw(LENGTHS),
        draw(st.sampled_from(["bytes"] * 4 + [*STREAMS])),
        terminated=draw(st.integers(0, 3)) == 0,
        chunked=draw(st.integers(0, 5)) == 0,
        method=draw(st.sampled_from(["POST", "PUT", "GET"])),
        config=draw(CONFIGS),
        refuses_bad_forms=draw(st.booleans()),
        debug=draw(st.integers(0, 5)) == 0,
    )


def answers(kind: type[Request], app: Kernos, what: Sent, questions: list[str]) -> list[t.Any]:
    """Return what a request says to questions, one after the other."""
    request = kind(what.environ())
    found: list[t.Any] = []
    for question in questions:
        try:
            found.append(QUESTIONS[question](request))
        except HTTPException as error:
            found.append((type(error), error.code, error.description))
        except Exception as error:  # the same, whatever it is
            found.append((type(error), str(error)))
    return found


APP = make_app()
CONFIG = {key: APP.config[key] for key in APP.config if key.startswith("MAX_")}


@settings(max_examples=400)
@given(sent(), st.lists(st.sampled_from([*QUESTIONS]), min_size=1, max_size=5))
@example(Sent(b"a=1&b=2", FORM, "7"), ["form", "files", "get_data", "stream", "values"])
@example(Sent(b"a=1&b=2", FORM, "7"), ["get_data", "form", "stream", "get_data"])
@example(Sent(b"a=\xff", FORM, "3"), ["form", "form", "get_data"])
@example(Sent(b"a&b", FORM, "3", config={"MAX_FORM_PARTS": 1}), ["form", "form"])
@example(Sent(b"a=b", FORM, "5"), ["form", "form"])
@example(Sent(b"a=b", FORM, "3", "sparing"), ["form", "get_data"])
@example(Sent(b"abcdef", JSON, "6", "sparing"), ["get_data, uncached", "get_data"])
@example(Sent(b"x" * 70_000, JSON, "70000"), ["get_data", "stream"])
@example(Sent(b"[1]", JSON, "3", terminated=True), ["json", "stream", "data"])
@example(Sent(b"a=b", FORM, None, terminated=True, chunked=True), ["form", "stream"])
@example(Sent(b"a=bcd", FORM, "5", terminated=True, config={"MAX_FORM_MEMORY_SIZE": 3}), ["form"])
def test_what_is_read_in_one_go_is_what_is_read_over_a_stream(
    what: Sent, questions: list[str]
) -> None:
    APP.config.update(CONFIG | what.config)
    APP.refuses_bad_forms = what.refuses_bad_forms
    APP.debug = what.debug
    with APP.app_context():
        assert answers(Request, APP, what, questions) == answers(LongWay, APP, what, questions)


LARGE = b"x" * 150_000


@pytest.mark.parametrize("stream", ["bytes", "sparing"])
@pytest.mark.parametrize("limit", [None, 65_536, 65_537, 131_072, 140_000, 150_000, 200_000])
@pytest.mark.parametrize("terminated", [True, False])
def test_a_large_body_is_read_as_over_a_stream(
    stream: str, limit: int | None, terminated: bool
) -> None:
    limits: dict[str, int | None] = {"MAX_CONTENT_LENGTH": limit}
    APP.config.update(CONFIG | limits)
    for length in ("150000", "60000", "150001"):
        what = Sent(LARGE, JSON, length, stream, terminated, config=limits)
        with APP.app_context():
            for questions in (["get_data", "stream"], ["get_data, uncached", "get_data"]):
                quickly = answers(Request, APP, what, questions)
                assert quickly == answers(LongWay, APP, what, questions)


# --- the short ways are taken ----------------------------------------------------------


@pytest.fixture
def app() -> Kernos:
    return make_app()


def streams_made(app: Kernos, monkeypatch: pytest.MonkeyPatch, ask: t.Any, what: Sent) -> int:
    """Return how many streams a question has needed."""
    made: list[object] = []

    class Counted(GuardedStream):
        def __init__(self, stream: t.Any) -> None:
            made.append(self)
            super().__init__(stream)

    monkeypatch.setattr("kernos.wrappers.incoming.GuardedStream", Counted)
    with app.app_context():
        ask(Request(what.environ()))
    return len(made)


@pytest.mark.parametrize(
    ("question", "what"),
    [
        ("form", Sent(b"a=b", FORM, "3")),
        ("form", Sent(b"a=b", FORM + ";charset=UTF-8", "3")),
        ("form", Sent(b"a=b", FORM, "3", terminated=True)),
        ("files", Sent(b"a=b", FORM, "3")),
        ("get_json", Sent(b"[1]", JSON, "3")),
        ("json", Sent(b"[1]", JSON, "3", terminated=True)),
        ("get_data", Sent(b"a=b", "text/plain", "3")),
    ],
)
def test_a_common_body_needs_no_stream(
    app: Kernos, monkeypatch: pytest.MonkeyPatch, question: str, what: Sent
) -> None:
    assert streams_made(app, monkeypatch, QUESTIONS[question], what) == 0
    with app.app_context():
        asked = Request(what.environ())
        QUESTIONS[question](asked)
        asked.headers.get("X-Anything")
        assert asked._has_files is False


def test_headers_that_were_looked_at_change_nothing(
    app: Kernos, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look_first(request: Request) -> None:
        assert request.headers["Content-Type"] == FORM
        assert request.form["a"] == "b"

    assert streams_made(app, monkeypatch, look_first, Sent(b"a=b", FORM, "3")) == 0


# --- what is overridden is asked -------------------------------------------------------

ASKED: list[str] = []


def asked(name: str, value: t.Any) -> t.Any:
    ASKED.append(name)
    return value


class Parser(FormDataParser):
    """A form's parser of the application's own."""

    def parse(self, *args: t.Any, **kwargs: t.Any) -> t.Any:
        return asked("parse", super().parse(*args, **kwargs))


OVERRIDES: dict[str, t.Callable[[type[Request]], t.Any]] = {
    "stream": lambda kind: property(lambda self: asked("stream", super(kind, self).stream)),
    "headers": lambda kind: property(
        lambda self: asked("headers", Headers({"Content-Type": FORM, "Content-Length": "3"}))
    ),
    "mimetype": lambda kind: property(lambda self: asked("mimetype", FORM)),
    "content_length": lambda kind: property(lambda self: asked("content_length", 3)),
    "want_form_data_parsed": lambda kind: property(
        lambda self: asked("want_form_data_parsed", False)
    ),
    "max_content_length": lambda kind: property(lambda self: asked("max_content_length", None)),
    "max_form_memory_size": lambda kind: property(
        lambda self: asked("max_form_memory_size", None)
    ),
    "max_form_parts": lambda kind: property(lambda self: asked("max_form_parts", None)),
    "make_form_data_parser": lambda kind: (
        lambda self: asked("make_form_data_parser", super(kind, self).make_form_data_parser())
    ),
    "_get_stream_for_parsing": lambda kind: (
        lambda self: asked("_get_stream_for_parsing", super(kind, self)._get_stream_for_parsing())
    ),
    "_load_form_data": lambda kind: (
        lambda self: asked("_load_form_data", super(kind, self)._load_form_data())
    ),
    "parse": lambda kind: None,
}


@pytest.mark.parametrize("afterwards", [False, True])
@pytest.mark.parametrize("name", OVERRIDES)
def test_an_attribute_that_a_class_overrides_is_asked_for_a_form(
    app: Kernos, name: str, afterwards: bool
) -> None:
    class Mine(Request):
        pass

    what = Sent(b"a=b", FORM, "3")
    with app.app_context():
        if afterwards:  # the class was used as it came before
            assert Mine(what.environ()).form["a"] == "b"
        if name == "parse":
            Mine.form_data_parser_class = Parser
        else:
            setattr(Mine, name, OVERRIDES[name](Mine))
        ASKED.clear()
        form = Mine(what.environ()).form
    assert name in ASKED
    assert form.to_dict() == ({} if name == "want_form_data_parsed" else {"a": "b"})


@pytest.mark.parametrize("name", ["make_form_data_parser", "_get_stream_for_parsing"])
def test_a_method_that_a_request_overrides_is_asked_for_a_form(app: Kernos, name: str) -> None:
    with app.app_context():
        one = Request(Sent(b"a=b", FORM, "3").environ())
        ASKED.clear()
        setattr(one, name, OVERRIDES[name](Request).__get__(one))
        assert one.form["a"] == "b"
    assert ASKED == [name]


def test_what_a_request_was_given_is_what_is_read(app: Kernos) -> None:
    with app.app_context():
        one = Request(Sent(b"a=b", FORM, "3").environ())
        one.stream = io.BytesIO(b"c=d")
        assert one.form["c"] == "d"
        two = Request(Sent(b"a=b", JSON, "3").environ())
        two.headers = Headers({"Content-Type": FORM})  # type: ignore[misc]
        assert two.form["a"] == "b"
        assert not two.is_json
        three = Request(Sent(b"a=b", FORM, "3").environ())
        three.content_length = 1_000_000
        with pytest.raises(RequestEntityTooLarge):
            three.form


def test_the_body_may_be_overridden_for_json(app: Kernos) -> None:
    class Mine(Request):
        def get_data(self, *args: t.Any, **kwargs: t.Any) -> t.Any:
            return b"[1]"

    class Streamed(Request):
        @property
        def stream(self) -> t.Any:
            return io.BytesIO(b"[2]")

    class Named(Request):
        @property
        def mimetype(self) -> str:
            return "text/plain"

    what = Sent(b"[0]", JSON, "3")
    with app.app_context():
        assert Request(what.environ()).get_json() == [0]
        assert Mine(what.environ()).get_json() == [1]
        assert Streamed(what.environ()).get_json() == [2]
        assert Named(what.environ()).get_json(silent=True) is None


def test_a_shallow_request_does_not_read(app: Kernos) -> None:
    with app.app_context():
        one = Request(Sent(b"[0]", JSON, "3").environ(), shallow=True)
        with pytest.raises(RuntimeError, match="shallow"):
            one.get_data()
        two = Request(Sent(b"a=b", FORM, "3").environ(), shallow=True)
        with pytest.raises(RuntimeError, match="shallow"):
            two.form


def test_fields_are_of_the_class_that_the_request_names(app: Kernos) -> None:
    class Mutable(Request):
        parameter_storage_class = MultiDict

    what = Sent(b"a=b&a=c", FORM, "7")
    with app.app_context():
        one = Mutable({**what.environ(), "QUERY_STRING": "d=e&d=f"})
        assert type(one.form) is type(one.args) is type(one.files) is MultiDict
        assert one.form.getlist("a") == ["b", "c"]
        assert one.args.getlist("d") == ["e", "f"]
        assert type(one.values) is CombinedMultiDict


def test_fields_that_were_read_quickly_are_a_multidict_like_any_other(app: Kernos) -> None:
    with app.app_context():
        form = Request(Sent(b"a=1&a=2&b=", FORM, "10").environ()).form
    same = ImmutableMultiDict([("a", "1"), ("a", "2"), ("b", "")])
    assert form == same
    assert hash(form) == hash(same)
    assert repr(form) == repr(same)
    assert form.copy().to_dict(flat=False) == {"a": ["1", "2"], "b": [""]}
    with pytest.raises(TypeError, match="immutable"):
        form["a"] = "3"
    with pytest.raises(KeyError):
        form["missing"]


def test_a_class_that_loads_forms_itself_has_its_files_closed(app: Kernos) -> None:
    class Mine(Request):
        def _load_form_data(self) -> None:
            self.__dict__["form"] = MultiDict()
            self.__dict__["files"] = MultiDict({"f": io.BytesIO(b"x")})

    with app.app_context():
        one, two = Mine(environ("/")), Mine(environ("/"))
        assert not one.form
        assert one._has_files
        assert two.files
        assert two._has_files
        two.close()
        assert two.files["f"].closed


def test_a_query_that_was_put_in_place_is_read(app: Kernos) -> None:
    class Mine(Request):
        @property
        def query_string(self) -> bytes:
            return b"c=%64"

    one = Request(environ("/?a=b"))
    one.query_string = b"c=d"
    assert one.args["c"] == "d"
    assert Mine(environ("/?a=b")).args["c"] == "d"
