"""A session that is not sent is saved without a response, and nobody can tell."""

from __future__ import annotations

import typing as t

import pytest
from hypothesis import given, settings, strategies as st

import kernos
from kernos import Kernos, Response
from kernos.contracts.sessions import NullSession
from kernos_sessions import SecureCookieSession, SecureCookieSessionInterface

KEY = "a key of more than sixteen bytes"


def _write() -> None:
    kernos.session["value"] = 1


def _open() -> None:
    kernos.globals.request_ctx._session  # opened, and not accessed


def _permanent() -> None:
    kernos.session.permanent = True


def _replace() -> None:
    kernos.globals.request_ctx.session = SecureCookieSession({"other": 1})


def _of_another_class() -> None:
    class Own(SecureCookieSession):
        pass

    kernos.globals.request_ctx.session = Own()


def _modified() -> None:
    kernos.session.modified = True


DEEDS: dict[str, t.Callable[[], object]] = {
    "nothing": lambda: None,
    "read": lambda: kernos.session.get("value"),
    "open": _open,
    "write": _write,
    "clear": lambda: kernos.session.clear(),
    "permanent": _permanent,
    "replace": _replace,
    "of another class": _of_another_class,
    "modified": _modified,
    "abort": lambda: kernos.abort(404),
}


def make_app(interface: object = None, by_response: bool = False, **config: t.Any) -> Kernos:
    app = Kernos("application", plugins=[])
    app.config.update({"SECRET_KEY": KEY, **config})
    if interface is not None:
        app.session_interface = interface  # type: ignore[assignment]
    for name, deed in DEEDS.items():

        def view(deed: t.Callable[[], object] = deed) -> str:
            deed()
            return "text"

        app.add_url_rule(f"/{name}", name, view)
    if by_response:
        app.process_response = app.process_response  # type: ignore[method-assign]
    return app


def walk(app: Kernos, deeds: t.Sequence[str], more: t.Sequence[tuple[str, str]] = ()) -> t.Any:
    """Return what a browser that goes from page to page is told."""
    client = app.test_client()
    client.set_cookie("foreign", "x")
    for name, value in more:
        client.set_cookie(name, value)
    told = []
    for deed in deeds:
        answer = client.get(f"/{deed}")
        headers = [
            (name, value if name != "Set-Cookie" else _without_time(value))
            for name, value in answer.headers
        ]
        told.append((answer.status, headers, answer.data))
    return told


def _without_time(cookie: str) -> str:
    name, _, attributes = cookie.partition(";")
    data = name.split(".")[0]
    return f"{data};{attributes.partition('Expires')[0]}"


@settings(max_examples=120, deadline=None)
@given(
    deeds=st.lists(st.sampled_from(sorted(DEEDS)), min_size=1, max_size=5),
    config=st.fixed_dictionaries(
        {},
        optional={
            "SECRET_KEY": st.none(),
            "SESSION_REFRESH_EACH_REQUEST": st.booleans(),
            "SESSION_COOKIE_NAME": st.just("foreign"),
        },
    ),
    more=st.sampled_from([(), (("session", "not signed"),)]),
)
def test_both_ways_send_the_same(deeds: list[str], config: dict[str, t.Any], more: t.Any) -> None:
    plain, whole = (make_app(by_response=one, **config) for one in (False, True))
    assert walk(plain, deeds, more) == walk(whole, deeds, more)


def saved(app: Kernos, deed: str) -> list[str]:
    """Return what is called of those that save a session, from outside and while served."""
    calls: list[str] = []
    interface = app.session_interface
    kind = type(interface)
    with pytest.MonkeyPatch.context() as patching:
        save = kind.save_session

        def count(self: t.Any, *args: t.Any) -> None:
            calls.append("save")
            save(self, *args)

        app.test_client().get(f"/{deed}")
        patching.setattr(kind, "save_session", count)
        app.test_client().get(f"/{deed}")
    return calls


def test_a_patched_save_session_is_called_from_the_next_request_on() -> None:
    assert saved(make_app(), "read") == ["save"]


def test_save_session_of_the_instance_is_called() -> None:
    app = make_app()
    client = app.test_client()
    client.get("/read")
    calls: list[object] = []
    app.session_interface.save_session = lambda *args: calls.append(args)  # type: ignore[method-assign]
    client.get("/read")
    assert len(calls) == 1


def test_save_session_of_a_subclass_is_called_and_may_add_headers() -> None:
    class Own(SecureCookieSessionInterface):
        def save_session(self, app: t.Any, session: t.Any, response: t.Any) -> None:
            response.headers["X-Saved"] = "yes"

    answer = make_app(Own()).test_client().get("/read")
    assert answer.headers["X-Saved"] == "yes" and "Vary" not in answer.headers


def test_save_session_of_a_mixin_is_called_when_it_is_patched() -> None:
    class Mixin:
        pass

    class Own(Mixin, SecureCookieSessionInterface):
        pass

    client = make_app(Own()).test_client()
    assert client.get("/read").headers["Vary"] == "Cookie"
    Mixin.save_session = lambda *args: None  # type: ignore[attr-defined]
    assert "Vary" not in client.get("/read").headers


@pytest.mark.parametrize("name", ["is_null_session", "should_set_cookie"])
def test_what_an_interface_says_of_a_session_counts(name: str) -> None:
    own = type("Own", (SecureCookieSessionInterface,), {name: lambda *args: True})
    answers = [walk(make_app(own(), by_response=one), ["read", "write", "read"]) for one in (0, 1)]
    assert answers[0] == answers[1]


@pytest.mark.parametrize("name", ["is_null_session", "should_set_cookie", "save_session"])
@pytest.mark.parametrize("deed", ["read", "write"])
def test_an_interface_is_asked_once_a_request(name: str, deed: str) -> None:
    calls: list[object] = []
    method = getattr(SecureCookieSessionInterface, name)

    def count(self: t.Any, *args: t.Any) -> t.Any:
        calls.append(args)
        return method(self, *args)

    own = type("Own", (SecureCookieSessionInterface,), {name: count})
    client = make_app(own()).test_client()
    client.get("/write")
    calls.clear()
    client.get(f"/{deed}")
    assert len(calls) == 1


def test_an_interface_that_hands_on_to_another_is_called() -> None:
    class Handing:
        def __init__(self, to: object) -> None:
            self.to = to

        def __getattr__(self, name: str) -> t.Any:
            return getattr(self.to, name)

        def save_session(self, app: t.Any, session: t.Any, response: t.Any) -> None:
            response.headers["X-Saved"] = "yes"

    client = make_app(Handing(SecureCookieSessionInterface())).test_client()
    assert client.get("/read").headers["X-Saved"] == "yes"


def test_a_session_that_tells_once_that_it_was_changed_is_saved() -> None:
    class Own(SecureCookieSession):
        told = True

        @property
        def modified(self) -> bool:  # type: ignore[override]
            told, self.told = self.told, True
            return not told

        @modified.setter
        def modified(self, value: bool) -> None:
            self.told = not value

    interface = SecureCookieSessionInterface()
    interface.session_class = Own
    answer = make_app(interface).test_client().get("/write")
    assert "Set-Cookie" in answer.headers


def test_sessions_of_a_null_class_add_no_header() -> None:
    interface = SecureCookieSessionInterface()
    interface.session_class = NullSession  # type: ignore[assignment]
    assert "Vary" not in make_app(interface).test_client().get("/read").headers


def test_a_wrapper_that_equals_what_it_wraps_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    client = make_app().test_client()
    client.get("/read")
    save = SecureCookieSessionInterface.save_session

    class Equal:
        calls = 0

        def __eq__(self, other: object) -> bool:
            return other is save

        def __hash__(self) -> int:
            return hash(save)

        def __get__(self, one: object, owner: type) -> t.Any:
            return self

        def __call__(self, *args: object) -> None:
            self.calls += 1

    wrapper = Equal()
    monkeypatch.setattr(SecureCookieSessionInterface, "save_session", wrapper)
    client.get("/read")
    assert wrapper.calls == 1


def test_a_class_of_null_sessions_that_all_are_is_asked() -> None:
    interface = SecureCookieSessionInterface()
    client = make_app(interface).test_client()
    assert client.get("/read").headers["Vary"] == "Cookie"
    interface.null_session_class = dict  # type: ignore[assignment]
    assert "Vary" not in client.get("/read").headers
    interface.null_session_class = NullSession
    assert client.get("/read").headers["Vary"] == "Cookie"


def test_no_response_is_made_for_a_session_that_is_only_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = make_app()
    app.test_client().get("/read")
    made: list[object] = []
    monkeypatch.setattr("kernos.lifecycle.replying.make_reply", lambda *args: made.append(args))
    environ = app.test_request_context("/read").request.environ
    told: list[t.Any] = []
    app(environ, lambda *args: told.append(args))
    assert not made
    assert told[0][1][2] == ("Vary", "Cookie")


def test_a_default_header_of_the_same_name_stands_back() -> None:
    app = make_app()
    app._response_headers = (("vary", "Accept"), ("X-A", "b"))
    headers = app.test_client().get("/read").headers
    assert headers.getlist("Vary") == ["Cookie"] and headers["X-A"] == "b"
    assert Response is app.response_class
