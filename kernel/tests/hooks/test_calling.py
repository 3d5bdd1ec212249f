from __future__ import annotations

import typing as t

import pytest

from kernos.errors import PluginError
from kernos.hooks import calling
from kernos.hooks.calling import (
    NAMES,
    Implementation,
    Place,
    RequestHooks,
    adapt,
    compile_hook,
    read_parameters,
)

KNOWN = ("app", "ctx", "error")


def adapted(function: t.Callable[..., t.Any]) -> t.Any:
    return adapt(function, KNOWN, read_parameters(function, KNOWN))("A", "C", "E")


@pytest.mark.parametrize(
    ("function", "result"),
    [
        (lambda app, ctx, error: (app, ctx, error), ("A", "C", "E")),
        (lambda error, app: (error, app), ("E", "A")),
        (lambda ctx: ctx, "C"),
        (lambda: "nothing", "nothing"),
        (lambda *args: args, ()),
        (lambda *, error, app: (error, app), ("E", "A")),
        (lambda ctx, *, app: (ctx, app), ("C", "A")),
        (lambda **rest: rest, {"app": "A", "ctx": "C", "error": "E"}),
        (lambda ctx, **rest: (ctx, rest), ("C", {"app": "A", "error": "E"})),
        (lambda app=None: app, "A"),
        (lambda app, extra=3, ctx=None: (app, extra, ctx), ("A", 3, "C")),
        (lambda extra=3, /, ctx=1: (extra, ctx), (3, "C")),
        (lambda extra=3, ctx=1, /: (extra, ctx), (3, 1)),
        (lambda app, /, ctx: (app, ctx), ("A", "C")),
    ],
)
def test_an_implementation_takes_any_of_the_arguments_in_any_way(
    function: t.Callable[..., t.Any], result: object
) -> None:
    assert adapted(function) == result


def test_one_that_takes_all_in_order_is_called_directly() -> None:
    def whole(app: object, ctx: object, error: object) -> None: ...

    assert adapt(whole, KNOWN, read_parameters(whole, KNOWN)) is whole


def test_arguments_that_the_hook_has_not_are_named() -> None:
    with pytest.raises(ValueError) as caught:
        read_parameters(lambda app, request, *, sesion: None, KNOWN)
    assert caught.value.args == ("request", "sesion")


# --- wrappers


def implementation(
    call: t.Callable[..., t.Any], wrapper: bool = False, hook: str = "kernos_x"
) -> Implementation:
    place = Place("p", "acme:p", "p (acme 1.0)")
    return Implementation(hook, "plugins/acme:p", place, call, wrapper)


def around(
    call: t.Callable[..., t.Generator[None, t.Any, t.Any]], inner: t.Callable[..., t.Any]
) -> t.Any:
    return calling.wrap_all([implementation(call, True)], inner)("x")


def refuse(x: object) -> t.NoReturn:
    raise KeyError(x)


def test_wrappers_stand_around_the_others_the_first_outermost() -> None:
    seen = []

    def make(name: str) -> Implementation:
        def wrapper(x: str) -> t.Generator[None, str, str]:
            seen.append(f"{name} in {x}")
            result = yield
            seen.append(f"{name} out {result}")
            return result + name

        return implementation(wrapper, True)

    whole = calling.wrap_all([make("a"), make("b")], lambda x: x * 2)
    assert whole("x") == "xxba"
    assert seen == ["a in x", "b in x", "b out xx", "a out xxb"]


def test_a_wrapper_may_answer_an_error_or_let_it_pass_or_raise_another() -> None:
    def answer(x: str) -> t.Generator[None, t.Any, t.Any]:
        try:
            return (yield)
        except KeyError:
            return "saved"

    def watch(x: str) -> t.Generator[None, t.Any, t.Any]:
        return (yield)

    def replace(x: str) -> t.Generator[None, t.Any, t.Any]:
        try:
            return (yield)
        except KeyError:
            raise LookupError("another") from None

    assert around(answer, refuse) == "saved"
    with pytest.raises(KeyError) as passed:
        around(watch, refuse)
    assert not hasattr(passed.value, "__notes__")
    with pytest.raises(LookupError, match="another") as caught:
        around(replace, refuse)
    assert caught.value.__notes__ == ["raised by the plugin p (acme 1.0) in kernos_x"]


def test_a_stop_iteration_passes_through_a_wrapper_as_itself() -> None:
    stop = StopIteration("mine")

    def watch(x: str) -> t.Generator[None, t.Any, t.Any]:
        return (yield)

    def inner(x: str) -> t.NoReturn:
        raise stop

    with pytest.raises(StopIteration) as caught:
        around(watch, inner)
    assert caught.value is stop


def test_an_error_before_the_yield_names_the_plugin_and_calls_nothing() -> None:
    def early(x: str) -> t.Generator[None, t.Any, t.Any]:
        if x:
            raise ValueError("early")
        yield

    with pytest.raises(ValueError) as caught:
        around(early, refuse)
    assert "p (acme 1.0) in kernos_x" in caught.value.__notes__[0]


def test_a_wrapper_yields_exactly_once() -> None:
    def never(x: str) -> t.Generator[None, t.Any, t.Any]:
        if not x:
            yield

    def twice(x: str) -> t.Generator[None, t.Any, t.Any]:
        try:
            yield
        except KeyError:
            pass
        yield

    with pytest.raises(PluginError, match=r"p \(acme 1.0\) did not yield"):
        around(never, refuse)
    with pytest.raises(PluginError, match="more than once"):
        around(twice, lambda x: x)
    with pytest.raises(PluginError, match="more than once"):
        around(twice, refuse)


# --- notices and chains


def test_all_are_notified_also_when_one_raises() -> None:
    seen = []
    with pytest.raises(KeyError):
        calling.notify([seen.append, refuse, seen.append], 1)
    assert seen == [1, 1]


def test_several_errors_are_a_group() -> None:
    with pytest.raises(ExceptionGroup) as caught:
        calling.notify([refuse, lambda x: None, refuse], 1)
    assert [type(one) for one in caught.value.exceptions] == [KeyError, KeyError]


def test_what_ends_the_process_goes_before_all_other_errors() -> None:
    def leave(x: object) -> t.NoReturn:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        calling.notify([refuse, leave, refuse], 1)


def test_no_error_is_no_error() -> None:
    calling.notify([], 1)
    calling.raise_errors([])


def test_the_first_answer_ends_the_asking() -> None:
    assert calling.first([lambda x: None, lambda x: 0, refuse], 1) == 0
    assert calling.first([lambda x: None], 1) is None


def test_results_are_gathered_without_none() -> None:
    assert calling.gather([lambda x: x, lambda x: None, lambda x: 0], 1) == [1, 0]


def test_a_chain_hands_on_and_none_keeps() -> None:
    calls = [lambda app, r: r + "a", lambda app, r: None, lambda app, r: r + "b"]
    assert calling.chain(calls, "app", "r") == "rab"


def test_a_note_is_added_once_to_an_error_that_is_raised_again() -> None:
    error = ValueError("kept")

    def fail() -> t.NoReturn:
        raise error

    call = calling.name_errors(fail, "p (acme 1.0)", "kernos_x")
    for _ in range(2):
        with pytest.raises(ValueError):
            call()
    assert error.__notes__ == ["raised by the plugin p (acme 1.0) in kernos_x"]


# --- compiled


def test_an_unimplemented_hook_is_an_empty_tuple() -> None:
    assert compile_hook("before_request", [], []) == ()
    hooks = RequestHooks()
    assert all(getattr(hooks, name) == () for name in NAMES)


def test_each_implementation_is_one_callable() -> None:
    calls = compile_hook(
        "request_started",
        [implementation(lambda app, ctx: 1), implementation(lambda app, ctx: 2)],
        [],
    )
    assert [call("A", "C") for call in calls] == [1, 2]


def test_what_is_chained_goes_in_reverse_and_never_answers_none() -> None:
    calls = compile_hook(
        "after_request",
        [
            implementation(lambda app, ctx, response: response + "1"),
            implementation(lambda app, ctx, response: None),
        ],
        [],
    )
    response = "r"
    for call in calls:
        response = call("A", "C", response)
    assert response == "r1"
    assert calls[0]("A", "C", "kept") == "kept"


def _wrapper(*args: t.Any) -> t.Generator[None, t.Any, t.Any]:
    result = yield
    return None if result is None else f"<{result}>"


@pytest.mark.parametrize(
    ("hook", "args", "answer"),
    [
        ("before_request", ("A", "C"), "<one>"),
        ("make_response", ("A", "C", "V"), "<one>"),
        ("handle_exception", ("A", "C", "E"), "<one>"),
        ("after_request", ("A", "C", "r"), "<one>"),
        ("request_started", ("A", "C"), None),
        ("teardown_request", ("A", "C", None), None),
    ],
)
def test_wrappers_survive_compilation_around_the_whole(
    hook: str, args: tuple[t.Any, ...], answer: str | None
) -> None:
    seen = []

    def make(name: str) -> Implementation:
        def implemented(*args: t.Any) -> str:
            seen.append(name)
            return name

        return implementation(implemented)

    (call,) = compile_hook(hook, [make("one"), make("two")], [implementation(_wrapper, True)])
    assert call(*args) == answer
    first_result = hook in ("before_request", "make_response", "handle_exception")
    assert seen == {"after_request": ["two", "one"]}.get(
        hook, ["one"] if first_result else ["one", "two"]
    )


def test_a_wrapper_alone_is_called_as_well() -> None:
    (call,) = compile_hook("after_request", [], [implementation(_wrapper, True)])
    assert call("A", "C", "r") == "<r>"
    (silent,) = compile_hook("after_request", [], [implementation(_nothing, True)])
    assert silent("A", "C", "r") == "r"


def _nothing(*args: t.Any) -> t.Generator[None, t.Any, None]:
    yield


def test_an_error_of_a_compiled_hook_names_its_plugin() -> None:
    (call,) = compile_hook("before_request", [implementation(refuse, hook="kernos_b")], [])
    with pytest.raises(KeyError) as caught:
        call("C")
    assert caught.value.__notes__ == ["raised by the plugin p (acme 1.0) in kernos_b"]
