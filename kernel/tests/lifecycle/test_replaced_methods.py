"""Methods of the context classes, and the class's session interface, replaced while serving."""

from __future__ import annotations

import typing as t

import pytest
from kernel_harness import call, make_app, watch

from kernos import Kernos, appcontext_popped, appcontext_pushed, has_request_context, session
from kernos.contracts.sessions import SessionInterface, SessionMixin
from kernos.ctx import AppContext, RequestContext

METHODS = [
    (RequestContext, "push"),
    (RequestContext, "pop"),
    (RequestContext, "match_request"),
    (AppContext, "push"),
    (AppContext, "pop"),
]


def served_app() -> Kernos:
    """Return an application that has answered its first request."""
    app = make_app()
    app.add_url_rule("/", "index", lambda: "body")
    assert call(app).body == b"body"
    return app


def wrapped(calls: list[object], original: t.Callable[..., t.Any]) -> t.Callable[..., t.Any]:
    def method(self: t.Any, *args: t.Any, **kwargs: t.Any) -> t.Any:
        calls.append(self)
        return original(self, *args, **kwargs)

    return method


@pytest.mark.usefixtures("both_lookouts")
@pytest.mark.parametrize(("kind", "name"), METHODS)
def test_a_method_wrapped_on_the_class_is_called_at_each_request_until_it_is_put_back(
    monkeypatch: pytest.MonkeyPatch, kind: type, name: str
) -> None:
    app = make_app()
    seen = watch(app)
    app.add_url_rule("/", "index", lambda: "body")
    assert call(app).body == b"body"
    calls: list[object] = []
    with monkeypatch.context() as patch:
        patch.setattr(kind, name, wrapped(calls, getattr(kind, name)))
        for number in (1, 2):
            assert call(app).body == b"body"
            assert len(calls) == number
    assert call(app).body == b"body"
    assert len(calls) == 2
    assert isinstance(calls[0], kind)
    seen.check(requests=4)


@pytest.mark.parametrize(("kind", "name"), METHODS)
def test_a_subclass_with_a_method_of_its_own_is_asked(kind: type, name: str) -> None:
    calls: list[object] = []
    own = type("Own", (kind,), {name: wrapped(calls, getattr(kind, name))})

    class App(Kernos):
        def request_context(self, environ):
            if kind is AppContext:
                return super().request_context(environ)
            return own(self, environ)

        def app_context(self):
            return super().app_context() if kind is RequestContext else own(self)

    app = make_app(kind=App)
    app.add_url_rule("/", "index", lambda: "body")
    assert call(app).body == b"body"
    assert len(calls) == 1
    assert not has_request_context()


@pytest.mark.usefixtures("both_lookouts")
def test_a_method_wrapped_after_a_subclass_was_made_counts_for_the_subclass_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: list[object] = []

    class Own(RequestContext):
        pass

    class App(Kernos):
        def request_context(self, environ):
            return Own(self, environ)

    app = make_app(kind=App)
    app.add_url_rule("/", "index", lambda: "body")
    assert call(app).body == b"body"
    monkeypatch.setattr(RequestContext, "push", wrapped(calls, RequestContext.push))
    assert call(app).body == b"body"
    assert [type(one) for one in calls] == [Own]


def test_an_error_in_a_replaced_push_is_answered_and_the_next_request_is_served(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = served_app()
    with monkeypatch.context() as patch:
        patch.setattr(RequestContext, "push", lambda self: 1 / 0)
        assert call(app).status == "500 INTERNAL SERVER ERROR"
    assert not has_request_context()
    assert call(app).body == b"body"


def test_an_error_of_an_original_push_within_a_wrapped_one_has_the_applications_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = served_app()

    class Broken(SessionInterface):
        def open_session(self, app, request):
            raise ConnectionError

    app.session_interface = Broken()
    plain = call(app)
    calls: list[object] = []
    monkeypatch.setattr(RequestContext, "push", wrapped(calls, RequestContext.push))
    answer = call(app)
    assert (answer.status, answer.body) == (plain.status, plain.body)
    assert answer.status.startswith("503")
    assert calls
    assert not has_request_context()


def test_the_signals_of_an_application_context_are_sent_once_with_a_wrapped_push(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = served_app()
    news: list[str] = []
    monkeypatch.setattr(AppContext, "push", wrapped([], AppContext.push))
    with (
        appcontext_pushed.connected_to(lambda sender: news.append("pushed"), app),
        appcontext_popped.connected_to(lambda sender: news.append("popped"), app),
    ):
        call(app)
    assert news == ["pushed", "popped"]


# --- the class's session interface -------------------------------------------------------


class Dict(dict, SessionMixin):
    """A session that keeps nothing."""


class Eager(SessionInterface):
    """Says when it is asked; it cannot wait."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def open_session(self, app, request):
        self.calls.append("open")
        return Dict(of="eager")

    def save_session(self, app, session, response):
        self.calls.append("save")


@pytest.mark.usefixtures("both_lookouts")
def test_a_session_interface_set_on_the_class_after_the_first_request_is_used() -> None:
    class App(Kernos):
        pass

    app = make_app(kind=App)
    app.add_url_rule("/", "index", lambda: "body")
    app.add_url_rule("/read", "read", lambda: session.get("of", "nobody"))
    assert call(app, "/read").body == b"nobody"
    App.session_interface = eager = Eager()
    assert call(app).body == b"body"
    assert eager.calls == ["open", "save"]
    assert call(app, "/read").body == b"eager"
    del App.session_interface
    assert call(app, "/read").body == b"nobody"


def test_a_property_that_is_put_on_the_class_says_who_keeps_sessions() -> None:
    class App(Kernos):
        pass

    app = make_app(kind=App)
    app.add_url_rule("/read", "read", lambda: session.get("of", "nobody"))
    assert call(app, "/read").body == b"nobody"
    App.session_interface = property(lambda self: Eager())
    assert call(app, "/read").body == b"eager"
    del App.session_interface
    assert call(app, "/read").body == b"nobody"


def test_the_applications_own_session_interface_goes_before_the_classs() -> None:
    class App(Kernos):
        pass

    app = make_app(kind=App)
    app.add_url_rule("/", "index", lambda: "body")
    app.session_interface = own = Eager()
    call(app)
    App.session_interface = other = Eager()
    call(app)
    assert (own.calls, other.calls) == (["open", "save"] * 2, [])
