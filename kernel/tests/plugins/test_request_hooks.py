"""The hooks of a request: their moments, their arguments, and their order."""

from __future__ import annotations

import typing as t

import pytest
from kernel_harness import SECRET, Log, call, environ, make_app, raising, watch

import kernos
from kernos import Blueprint, Kernos, Response
from kernos.ctx import AppContext, RequestContext
from kernos.hooks import hookimpl


class Witness:
    """A plugin that implements every hook of a request, and writes down what it is given."""

    def __init__(self, name: str = "plugin", seen: list[t.Any] | None = None) -> None:
        self.name = name
        self.seen: list[t.Any] = [] if seen is None else seen
        self.given: dict[str, tuple[t.Any, ...]] = {}

    def note(self, hook: str, *given: t.Any) -> None:
        self.seen.append(f"{self.name} {hook}")
        self.given[hook] = given

    @hookimpl
    def kernos_request_started(self, app, ctx):
        self.note("started", app, ctx)

    @hookimpl
    def kernos_before_request(self, app, ctx):
        self.note("before", app, ctx)

    @hookimpl
    def kernos_make_response(self, app, ctx, value):
        self.note("make_response", app, ctx, value)

    @hookimpl
    def kernos_after_request(self, app, ctx, response):
        self.note("after", app, ctx, response)

    @hookimpl
    def kernos_exception_raised(self, app, ctx, error):
        self.note("raised", app, ctx, error)

    @hookimpl
    def kernos_handle_exception(self, app, ctx, error):
        self.note("handle", app, ctx, error)

    @hookimpl
    def kernos_teardown_request(self, app, ctx, error):
        self.note("teardown", app, ctx, error)

    @hookimpl
    def kernos_teardown_appcontext(self, app, ctx, error):
        self.note("teardown_appcontext", app, ctx, error)


def noting(seen: list[t.Any], what: str, answer: t.Any = None) -> t.Callable[..., t.Any]:
    def note(*args: t.Any) -> t.Any:
        seen.append(what)
        return args[0] if answer == "first" else answer

    return note


@pytest.fixture
def seen() -> list[t.Any]:
    return []


@pytest.fixture
def witness(seen: list[t.Any]) -> Witness:
    return Witness("plugin", seen)


@pytest.fixture
def app(witness: Witness, seen: list[t.Any]) -> Kernos:
    app = make_app(plugins=[witness])
    blueprint = Blueprint("bp", __name__)
    blueprint.add_url_rule("/", "index", noting(seen, "view", "body"))
    blueprint.add_url_rule("/fails", "fails", raising(ValueError(SECRET)))
    for part, name in ((app, "app"), (blueprint, "blueprint")):
        part.before_request(noting(seen, f"{name} before"))
        part.after_request(noting(seen, f"{name} after", "first"))
        part.teardown_request(noting(seen, f"{name} teardown"))
    app.teardown_appcontext(noting(seen, "app teardown_appcontext"))
    app.register_blueprint(blueprint)
    return app


def test_plugin_hooks_sit_outside_the_applications_functions(
    app: Kernos, seen: list[t.Any]
) -> None:
    assert call(app).body == b"body"
    assert seen == [
        "plugin started",
        "plugin before",
        "app before",
        "blueprint before",
        "view",
        "blueprint after",
        "app after",
        "plugin after",
        "blueprint teardown",
        "app teardown",
        "plugin teardown",
        "app teardown_appcontext",
        "plugin teardown_appcontext",
    ]


def test_plugin_hooks_run_on_a_404_too(app: Kernos, seen: list[t.Any]) -> None:
    assert call(app, "/nowhere").code == 404
    assert seen == [
        "plugin started",
        "plugin before",
        "app before",
        "app after",
        "plugin after",
        "app teardown",
        "plugin teardown",
        "app teardown_appcontext",
        "plugin teardown_appcontext",
    ]


def test_an_unhandled_error_meets_the_error_hooks_before_the_generic_500(
    app: Kernos, seen: list[t.Any], witness: Witness
) -> None:
    log = Log(app)
    assert call(app, "/fails").code == 500
    assert seen[:9] == [
        "plugin started",
        "plugin before",
        "app before",
        "blueprint before",
        "plugin raised",
        "plugin handle",
        "blueprint after",
        "app after",
        "plugin after",
    ]
    error = witness.given["raised"][2]
    assert isinstance(error, ValueError)
    assert witness.given["handle"][2] is error
    assert witness.given["teardown"][2] is error
    assert witness.given["teardown_appcontext"][2] is error
    assert len(log.records) == 1


def test_a_handled_error_meets_no_error_hook(app: Kernos, seen: list[t.Any]) -> None:
    app.register_error_handler(ValueError, lambda error: ("handled", 418))
    assert call(app, "/fails").code == 418
    assert "plugin raised" not in seen
    assert "plugin handle" not in seen


def test_each_hook_is_given_its_documented_arguments(app: Kernos, witness: Witness) -> None:
    contexts: list[t.Any] = []
    app.before_request_funcs.setdefault(None, []).append(
        lambda: contexts.extend(
            [kernos.globals.request_ctx._get_current_object(), kernos.globals._cv_app.get()]
        )
    )
    call(app)
    ctx, app_ctx = contexts
    assert isinstance(ctx, RequestContext)
    assert isinstance(app_ctx, AppContext)
    for hook in ("started", "before", "after", "teardown"):
        assert witness.given[hook][0] is app
        assert witness.given[hook][1] is ctx
    assert isinstance(witness.given["after"][2], Response)
    assert witness.given["teardown"][2] is None
    assert witness.given["teardown_appcontext"] == (app, app_ctx, None)


class Answers(Witness):
    """Stands before Witness, since plugins are called in the order of their names."""

    @hookimpl
    def kernos_before_request(self, app, ctx):
        self.note("before")
        return ("from the plugin", 202)


def test_a_before_hook_that_answers_takes_the_views_place(seen: list[t.Any]) -> None:
    app = make_app(plugins=[Answers("a", seen), Witness("b", seen)])
    app.add_url_rule("/", "index", noting(seen, "view", "body"))
    app.before_request(noting(seen, "app before"))
    answer = call(app)
    assert (answer.code, answer.body) == (202, b"from the plugin")
    assert seen[:3] == ["a started", "b started", "a before"]
    assert "b before" not in seen
    assert "app before" not in seen
    assert "view" not in seen
    assert "b after" in seen


def test_an_implementation_may_take_any_subset_of_the_arguments() -> None:
    seen: list[t.Any] = []

    class Frugal:
        @hookimpl
        def kernos_request_started(self):
            seen.append("nothing")

        @hookimpl
        def kernos_before_request(self, ctx):
            seen.append(ctx.request.path)

        @hookimpl
        def kernos_after_request(self, response):
            response.headers["X-Seen"] = "yes"

        @hookimpl
        def kernos_teardown_request(self, error, app):
            seen.append((error, app.name))

    app = make_app(plugins=[Frugal()])
    app.add_url_rule("/", "index", lambda: "body")
    assert call(app).header("X-Seen") == "yes"
    assert seen == ["nothing", "/", (None, app.name)]


def test_after_hooks_are_chained_in_reverse_order() -> None:
    class Adds:
        def __init__(self, letter: str) -> None:
            self.letter = letter

        @hookimpl
        def kernos_after_request(self, response):
            return Response(response.get_data(as_text=True) + self.letter)

    class Keeps:
        @hookimpl
        def kernos_after_request(self, response):
            return None

    app = make_app(plugins=[Adds("a"), Keeps(), Adds("b")])
    app.add_url_rule("/", "index", lambda: "-")
    assert call(app).body == b"-ba"


def test_a_plugin_can_stand_before_another_by_name() -> None:
    seen: list[str] = []

    class A:
        @hookimpl
        def kernos_before_request(self):
            seen.append("a")

    class B:
        @hookimpl(before=f"{A.__module__}.{A.__qualname__}")
        def kernos_before_request(self):
            seen.append("b")

    app = make_app(plugins=[A(), B()])
    app.add_url_rule("/", "index", lambda: "body")
    call(app)
    assert seen == ["b", "a"]


# --- return values that the kernel does not know ---------------------------------------


class Point(t.NamedTuple):
    x: int
    y: int


class Shape:
    def __init__(self, name: object) -> None:
        self.name = name


class ShapePlugin:
    def __init__(self) -> None:
        self.asked: list[object] = []

    @hookimpl
    def kernos_make_response(self, app, ctx, value):
        self.asked.append(value)
        return value.name if isinstance(value, Shape) else None


def test_a_value_of_an_unknown_type_is_turned_into_one_that_is_known() -> None:
    plugin = ShapePlugin()
    app = make_app(plugins=[plugin])
    shapes = [Shape("round"), Shape({"a": 1}), (Shape("x"), 201, {"X-A": "b"})]
    for number, shape in enumerate(shapes):
        app.add_url_rule(f"/{number}", str(number), lambda shape=shape: shape)
    app.add_url_rule("/text", "text", lambda: "text")
    assert call(app, "/0").body == b"round"
    assert call(app, "/1").body == b'{"a": 1}'
    answer = call(app, "/2")
    assert (answer.code, answer.header("X-A"), answer.body) == (201, "b", b"x")
    assert len(plugin.asked) == 3
    call(app, "/text")
    assert len(plugin.asked) == 3


def test_a_value_that_no_plugin_knows_is_the_views_error() -> None:
    app = make_app(plugins=[ShapePlugin()])
    app.testing = True
    app.add_url_rule("/", "index", lambda: 12)
    with pytest.raises(TypeError, match="did not return a valid response"):
        call(app)


# --- errors in hooks -------------------------------------------------------------------


def test_a_handle_hook_answers_before_the_generic_500() -> None:
    class Handles:
        @hookimpl
        def kernos_handle_exception(self, app, ctx, error):
            return (f"plugin saw {type(error).__name__}", 503)

    app = make_app(plugins=[Witness(), Handles()])
    watched = watch(app)
    app.add_url_rule("/", "index", raising(ValueError(SECRET)))
    assert watched.fault(code=503).body == b"plugin saw ValueError"


def test_the_applications_own_500_handler_goes_before_a_handle_hook() -> None:
    class Handles:
        @hookimpl
        def kernos_handle_exception(self, error):
            return "plugin"

    app = make_app(plugins=[Handles()])
    app.add_url_rule("/", "index", raising(ValueError))
    app.register_error_handler(500, lambda error: ("application", 500))
    assert call(app).body == b"application"


HOOKS = {
    "kernos_request_started": 200,
    "kernos_before_request": 500,
    "kernos_after_request": 500,
    "kernos_teardown_request": 200,
    "kernos_teardown_appcontext": 200,
}


def failing_plugin(hook: str) -> object:
    def implementation(app):
        if kernos.request.path == "/":
            raise ValueError(SECRET)

    def outer(app, ctx):
        if outer.fails:
            outer.fails = False
            raise ValueError(SECRET)

    outer.fails = True
    chosen = outer if hook == "kernos_teardown_appcontext" else implementation
    return type("Failing", (), {hook: staticmethod(hookimpl(specname=hook)(chosen))})()


@pytest.mark.parametrize(("hook", "code"), HOOKS.items())
def test_a_hook_that_raises_is_answered_and_logged_once(hook: str, code: int) -> None:
    app = make_app(plugins=[failing_plugin(hook), Witness()])
    watched = watch(app)
    app.add_url_rule("/", "index", lambda: "body")
    watched.fault(code=code)


@pytest.mark.parametrize("hook", HOOKS)
def test_the_error_of_a_hook_reaches_a_test_and_names_its_plugin(hook: str) -> None:
    app = make_app(plugins=[failing_plugin(hook)])
    app.testing = True
    app.add_url_rule("/", "index", lambda: "body")
    with pytest.raises(ValueError, match=SECRET) as caught:
        call(app)
    (note,) = caught.value.__notes__
    assert note.startswith("raised by the plugin ")
    assert note.endswith(f"Failing (given in code) in {hook}")


@pytest.mark.parametrize("hook", ["kernos_before_request", "kernos_after_request"])
def test_the_error_of_a_hook_meets_the_applications_handlers(hook: str) -> None:
    app = make_app(plugins=[failing_plugin(hook)])
    watched = watch(app)
    app.add_url_rule("/", "index", lambda: "body")
    app.register_error_handler(ValueError, lambda error: ("handled", 418))
    assert watched.fault(code=418, logged=0).body == b"handled"


def test_a_handle_hook_that_raises_leaves_the_page_of_last_resort() -> None:
    app = make_app(plugins=[failing_plugin("kernos_handle_exception")])
    watched = watch(app)
    app.add_url_rule("/", "index", raising(KeyError(SECRET)))
    assert b"Internal Server Error" in watched.fault(code=500, logged=2).body


def test_a_hook_that_takes_notice_of_errors_does_not_stand_before_the_applications_handler() -> (
    None
):
    app = make_app(plugins=[failing_plugin("kernos_exception_raised")])
    watched = watch(app)
    app.add_url_rule("/", "index", raising(KeyError(SECRET)))
    app.register_error_handler(500, lambda error: ("sorry", 500))
    assert watched.fault(code=500, logged=2).body == b"sorry"


def observer(hook: str, calls: list[str]) -> object:
    """Return a plugin that counts requests, and fails at it."""

    def fail(app):
        calls.append(hook)
        raise ValueError(SECRET)

    return type("Observer", (), {hook: staticmethod(hookimpl(specname=hook)(fail))})()


@pytest.mark.parametrize(
    ("hook", "path", "code"),
    [
        ("kernos_request_started", "/", 200),
        ("kernos_exception_raised", "/fails", 500),
        ("kernos_teardown_request", "/", 200),
        ("kernos_teardown_appcontext", "/", 200),
    ],
)
def test_an_observer_that_always_raises_is_logged_once_a_second(
    hook: str, path: str, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr("kernos.lifecycle.observers.monotonic", lambda: now)
    calls: list[str] = []
    app = make_app(plugins=[observer(hook, calls)])
    log = Log(app)
    app.add_url_rule("/", "index", lambda: "body")
    app.add_url_rule("/fails", "fails", raising(KeyError("own")))

    def complaints() -> int:
        return sum("KeyError" not in repr(one.exc_info) for one in log.records)

    for _ in range(500):
        assert call(app, path).code == code
        now += 0.01
    assert len(calls) == 500
    assert 5 <= complaints() <= 6


def test_observers_are_hushed_each_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kernos.lifecycle.observers.monotonic", lambda: 1000.5)
    app = make_app(plugins=[observer("kernos_request_started", []) for _ in range(2)])
    log = Log(app)
    app.add_url_rule("/", "index", lambda: "body")
    app.teardown_request(raising(KeyError("own")))
    for _ in range(10):
        assert call(app).code == 200
    # Both plugins once; the application's own function is no observer, and never hushed.
    assert len(log.records) == 2 + 10


def test_every_notify_hook_runs_when_one_raises() -> None:
    seen: list[t.Any] = []
    app = make_app(plugins=[failing_plugin("kernos_teardown_request"), Witness("w", seen)])
    Log(app)
    app.add_url_rule("/", "index", lambda: "body")
    call(app)
    assert "w teardown" in seen
    assert "w teardown_appcontext" in seen


def test_several_teardown_errors_are_one_group() -> None:
    app = make_app(
        plugins=[
            failing_plugin("kernos_teardown_request"),
            failing_plugin("kernos_teardown_request"),
        ]
    )
    app.testing = True
    app.add_url_rule("/", "index", lambda: "body")
    app.teardown_request(raising(KeyError("own")))
    with pytest.raises(ExceptionGroup) as caught:
        call(app)
    assert [type(error) for error in caught.value.exceptions] == [KeyError, ValueError, ValueError]


# --- wrappers --------------------------------------------------------------------------


class Wrapper:
    """A plugin that wraps every hook of a request."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def _wrap(self, hook: str):
        self.seen.append(f"> {hook}")
        result = yield
        self.seen.append(f"< {hook}")
        return result

    @hookimpl(wrapper=True)
    def kernos_request_started(self):
        return (yield from self._wrap("started"))

    @hookimpl(wrapper=True)
    def kernos_before_request(self):
        return (yield from self._wrap("before"))

    @hookimpl(wrapper=True)
    def kernos_make_response(self):
        return (yield from self._wrap("make"))

    @hookimpl(wrapper=True)
    def kernos_after_request(self, response):
        return (yield from self._wrap("after"))

    @hookimpl(wrapper=True)
    def kernos_teardown_request(self):
        return (yield from self._wrap("teardown"))


def test_wrappers_survive_compilation() -> None:
    wrapper = Wrapper()
    app = make_app(plugins=[wrapper, ShapePlugin(), Witness("w", wrapper.seen)])
    app.add_url_rule("/", "index", lambda: Shape("round"))
    assert call(app).body == b"round"
    assert wrapper.seen == [
        "> started",
        "w started",
        "< started",
        "> before",
        "w before",
        "< before",
        "> make",
        "< make",
        "> after",
        "w after",
        "< after",
        "> teardown",
        "w teardown",
        "< teardown",
        "w teardown_appcontext",
    ]


def test_a_wrapper_may_change_the_result_and_take_an_error() -> None:
    class Changes:
        @hookimpl(wrapper=True)
        def kernos_before_request(self):
            try:
                yield
            except ValueError as error:
                return f"taken: {error}"

        @hookimpl(wrapper=True)
        def kernos_after_request(self):
            response = yield
            response.headers["X-Wrapped"] = "yes"
            return response

    class Fails:
        @hookimpl
        def kernos_before_request(self):
            raise ValueError("early")

    app = make_app(plugins=[Changes(), Fails()])
    answer = call(app)
    assert answer.body == b"taken: early"
    assert answer.header("X-Wrapped") == "yes"


def test_a_wrapper_that_forgets_the_response_keeps_it() -> None:
    class Forgets:
        @hookimpl(wrapper=True)
        def kernos_after_request(self):
            yield

    app = make_app(plugins=[Forgets()])
    app.add_url_rule("/", "index", lambda: "body")
    assert call(app).body == b"body"


# --- plugins that come and go ----------------------------------------------------------


def test_a_plugin_registered_after_the_freeze_takes_part_at_once() -> None:
    app = make_app()
    app.add_url_rule("/", "index", lambda: "body")
    call(app)
    late = Witness("late")
    app.plugins.register(late)
    call(app)
    assert late.seen[:2] == ["late started", "late before"]
    app.plugins.unregister(late)
    late.seen.clear()
    call(app)
    assert late.seen == []


def test_a_plugin_unregistered_within_a_request_finishes_it() -> None:
    witness = Witness()
    app = make_app(plugins=[witness])
    app.add_url_rule("/", "index", lambda: app.plugins.unregister(witness) or "body")
    assert call(app).body == b"body"
    assert not app.plugins.request_hooks.before_request
    assert call(app, "/x").code == 404


def test_hooks_are_not_called_outside_a_served_request() -> None:
    witness = Witness()
    app = make_app(plugins=[witness])
    app.add_url_rule("/", "index", lambda: "body")
    app.freeze()
    with app.app_context():
        pass
    assert witness.seen == ["plugin teardown_appcontext"]
    witness.seen.clear()
    with app.test_request_context("/"):
        pass
    assert witness.seen == ["plugin teardown", "plugin teardown_appcontext"]
    witness.seen.clear()
    list(app(environ("/"), lambda *told: None))
    assert witness.seen[0] == "plugin started"
