"""Signals: the sender is the application; moment and arguments are the documented ones."""

from __future__ import annotations

import typing as t
from contextlib import ExitStack

import pytest
from kernel_harness import Log, call, make_app, raising

import kernos
from kernos import Kernos, signals

NAMES = {
    "template_rendered": {"template", "context"},
    "before_render_template": {"template", "context"},
    "request_started": set(),
    "request_finished": {"response"},
    "request_tearing_down": {"exc"},
    "got_request_exception": {"exception"},
    "appcontext_tearing_down": {"exc"},
    "appcontext_pushed": set(),
    "appcontext_popped": set(),
    "message_flashed": {"message", "category"},
}


class Heard(t.NamedTuple):
    name: str
    sender: t.Any
    arguments: dict[str, t.Any]


@pytest.fixture
def app() -> Kernos:
    app = make_app()
    app.add_url_rule("/", "index", lambda: "body")
    app.add_url_rule("/fails", "fails", raising(KeyError))
    app.add_url_rule(
        "/page",
        "page",
        lambda: kernos.flash("hello", "info") or kernos.render_template_string("{a}", a=1),
    )
    return app


@pytest.fixture
def heard(app: Kernos) -> t.Iterator[list[Heard]]:
    found: list[Heard] = []
    with ExitStack() as stack:
        for name in NAMES:

            def receiver(sender: t.Any, name: str = name, **arguments: t.Any) -> None:
                found.append(Heard(name, sender, arguments))

            stack.enter_context(getattr(kernos, name).connected_to(receiver))
        yield found


def names(heard: list[Heard]) -> list[str]:
    return [one.name for one in heard]


def test_the_signals_of_a_request_come_in_order(app: Kernos, heard: list[Heard]) -> None:
    app.before_request(lambda: heard.append(Heard("before", app, {})))
    app.after_request(lambda response: heard.append(Heard("after", app, {})) or response)
    app.teardown_request(lambda error: heard.append(Heard("teardown", app, {})))
    app.teardown_appcontext(lambda error: heard.append(Heard("teardown_app", app, {})))
    call(app)
    assert names(heard) == [
        "appcontext_pushed",
        "request_started",
        "before",
        "after",
        "request_finished",
        "teardown",
        "request_tearing_down",
        "teardown_app",
        "appcontext_tearing_down",
        "appcontext_popped",
    ]


def test_the_signals_of_an_error_come_in_order(app: Kernos, heard: list[Heard]) -> None:
    Log(app)
    call(app, "/fails")
    assert names(heard) == [
        "appcontext_pushed",
        "request_started",
        "got_request_exception",
        "request_finished",
        "request_tearing_down",
        "appcontext_tearing_down",
        "appcontext_popped",
    ]
    errors = [one.arguments for one in heard if {"exc", "exception"} & one.arguments.keys()]
    assert [type(error) for one in errors for error in one.values()] == [KeyError] * 3


def test_a_handled_error_sends_no_got_request_exception(app: Kernos, heard: list[Heard]) -> None:
    app.register_error_handler(KeyError, lambda error: "handled")
    call(app, "/fails")
    call(app, "/nowhere")
    assert "got_request_exception" not in names(heard)


def test_each_signal_has_its_documented_sender_and_arguments(
    app: Kernos, heard: list[Heard]
) -> None:
    Log(app)
    for path in ("/page", "/fails"):
        call(app, path)
    assert set(names(heard)) == set(NAMES)
    for one in heard:
        assert one.sender is app
        assert one.arguments.keys() == NAMES[one.name]
    by_name = {one.name: one.arguments for one in heard}
    assert by_name["message_flashed"] == {"message": "hello", "category": "info"}
    assert by_name["request_tearing_down"]["exc"].__class__ is KeyError


def test_the_signals_of_a_template_carry_it_and_its_context(
    app: Kernos, heard: list[Heard]
) -> None:
    app.context_processor(lambda: {"b": 2})
    call(app, "/page")
    one, two = (one for one in heard if "template" in one.name)
    assert (one.name, two.name) == ("before_render_template", "template_rendered")
    assert type(one.arguments["template"]).__name__ == "MemoryTemplate"
    assert one.arguments["template"] is two.arguments["template"]
    context = two.arguments["context"]
    assert (context["a"], context["b"]) == (1, 2)
    assert {"g", "request", "session"} <= context.keys()


def test_a_receiver_may_change_a_templates_context(app: Kernos) -> None:
    def receiver(sender: t.Any, template: t.Any, context: dict[str, t.Any]) -> None:
        context["a"] = "changed"

    with kernos.before_render_template.connected_to(receiver, app):
        assert call(app, "/page").body == b"changed"


def test_request_finished_has_the_final_response(app: Kernos, heard: list[Heard]) -> None:
    app.after_request(lambda response: kernos.Response("final"))
    call(app)
    (one,) = (one for one in heard if one.name == "request_finished")
    assert one.arguments["response"].data == b"final"


def test_receivers_of_another_application_hear_nothing(app: Kernos) -> None:
    seen: list[t.Any] = []
    receiver = lambda sender: seen.append(sender)
    other = make_app("other")
    with kernos.request_started.connected_to(receiver, other):
        call(app)
    assert seen == []


def test_the_request_is_current_for_its_receivers(app: Kernos) -> None:
    paths: list[str] = []
    with ExitStack() as stack:
        for name in ("request_started", "request_finished", "request_tearing_down"):
            receiver = lambda sender, **rest: paths.append(kernos.request.path)
            stack.enter_context(getattr(kernos, name).connected_to(receiver, app))
            stack.callback(lambda receiver=receiver: receiver)
        call(app)
    assert paths == ["/"] * 3


def test_signals_of_contexts_pushed_by_hand(app: Kernos, heard: list[Heard]) -> None:
    with app.app_context(), app.test_request_context("/"):
        pass
    assert names(heard) == [
        "appcontext_pushed",
        "request_tearing_down",
        "appcontext_tearing_down",
        "appcontext_popped",
    ]


def test_a_receiver_may_be_a_coroutine_function(app: Kernos) -> None:
    pytest.importorskip("asgiref")
    seen: list[str] = []

    async def receiver(sender: t.Any, **arguments: t.Any) -> None:
        seen.append("heard")

    Log(app)
    with ExitStack() as stack:
        for name in NAMES:
            stack.enter_context(getattr(kernos, name).connected_to(receiver, app))
        call(app, "/page")
        call(app, "/fails")
    assert len(seen) == 8 + 7 + 1


def test_signals_are_always_available_and_the_old_question_warns() -> None:
    with pytest.warns(DeprecationWarning, match="always available"):
        assert signals.signals_available is True
    with pytest.raises(AttributeError, match="nothing_like_it"):
        signals.nothing_like_it
