"""Views that are classes, and views that are coroutine functions."""

from __future__ import annotations

import typing as t

import pytest
from kernel_harness import call, make_app, watch

import kernos
from kernos import Kernos, request
from kernos.views import MethodView, View


@pytest.fixture
def app() -> Kernos:
    return make_app()


def test_a_view_answers_and_is_made_for_each_request(app: Kernos) -> None:
    made: list[tuple[t.Any, ...]] = []

    class Hello(View):
        """Say hello."""

        methods = ["GET", "POST"]

        def __init__(self, *args: t.Any, **kwargs: t.Any) -> None:
            made.append((args, kwargs))

        def dispatch_request(self, name: str) -> str:
            return f"{request.method} {name}"

    view = Hello.as_view("hello", 1, word=2)
    assert (view.__name__, view.__doc__, view.__module__) == ("hello", "Say hello.", __name__)
    assert view.view_class is Hello
    app.add_url_rule("/<name>", view_func=view)
    assert call(app, "/ada").text == "GET ada"
    assert call(app, "/ada", "POST").text == "POST ada"
    assert call(app, "/ada", "PUT").code == 405
    assert made == [((1,), {"word": 2})] * 2
    (rule,) = app.router.rules()
    assert rule.endpoint == "hello"


def test_a_view_may_be_shared_by_all_requests(app: Kernos) -> None:
    class Counter(View):
        init_every_request = False
        count = 0

        def dispatch_request(self) -> str:
            self.count += 1
            return str(self.count)

    app.add_url_rule("/", view_func=Counter.as_view("counter"))
    assert [call(app).text for _ in range(3)] == ["1", "2", "3"]


def test_a_view_without_a_method_of_its_own_is_unfinished(app: Kernos) -> None:
    app.testing = True
    app.add_url_rule("/", view_func=View.as_view("nothing"))
    with pytest.raises(NotImplementedError):
        call(app)


def test_decorators_are_applied_in_order(app: Kernos) -> None:
    def adds(letter: str) -> t.Callable[[t.Any], t.Any]:
        def decorator(view: t.Any) -> t.Any:
            def decorated(**values: t.Any) -> str:
                return f"{letter}{view(**values)}"

            return decorated

        return decorator

    class Plain(View):
        decorators = [adds("a"), adds("b")]
        provide_automatic_options = False

        def dispatch_request(self) -> str:
            return "-"

    view = Plain.as_view("plain")
    assert (view.__name__, view.__module__) == ("plain", __name__)
    app.add_url_rule("/", view_func=view)
    assert call(app).text == "ba-"
    assert call(app, "/", "OPTIONS").code == 405


def test_a_method_view_has_a_method_for_each_method(app: Kernos) -> None:
    class Item(MethodView):
        def get(self) -> str:
            return "got"

        def delete(self) -> str:
            return "gone"

    class More(Item):
        def post(self) -> str:
            return "posted"

        def propfind(self) -> str:
            return "no method of HTTP that is known"

    assert Item.methods == {"GET", "DELETE"}
    assert More.methods == {"GET", "DELETE", "POST"}
    app.add_url_rule("/", view_func=More.as_view("more"))
    assert [call(app, "/", method).text for method in ("GET", "DELETE", "POST")] == [
        "got",
        "gone",
        "posted",
    ]
    assert call(app, "/", "PUT").code == 405
    head = call(app, "/", "HEAD")
    assert (head.code, head.body, head.header("Content-Length")) == (200, b"", "3")
    assert set(str(call(app, "/", "OPTIONS").header("Allow")).split(", ")) == {
        "DELETE",
        "GET",
        "HEAD",
        "OPTIONS",
        "POST",
    }


def test_methods_that_are_named_are_kept(app: Kernos) -> None:
    class Own(MethodView):
        methods = ["GET", "PUT"]

        def get(self) -> str:
            return "got"

    class Empty(MethodView):
        pass

    class Mixed(Own, Empty):
        def patch(self) -> str:
            return "patched"

    assert Own.methods == ["GET", "PUT"]
    assert Empty.methods is None
    assert Mixed.methods == {"GET", "PUT", "PATCH"}
    app.testing = True
    app.add_url_rule("/", view_func=Own.as_view("own"))
    with pytest.raises(AssertionError, match="Unimplemented method 'PUT'"):
        call(app, "/", "PUT")


def test_a_head_method_of_its_own_is_called(app: Kernos) -> None:
    class Own(MethodView):
        def get(self) -> str:
            return "got"

        def head(self) -> t.Any:
            return "", {"X-Head": "own"}

    app.add_url_rule("/", view_func=Own.as_view("own"))
    assert call(app, "/", "HEAD").header("X-Head") == "own"


# --- async -----------------------------------------------------------------------------


@pytest.fixture
def asynchronous(app: Kernos) -> Kernos:
    pytest.importorskip("asgiref")
    return app


def test_every_function_may_be_a_coroutine_function(asynchronous: Kernos) -> None:
    app = asynchronous
    seen: list[str] = []

    @app.before_request
    async def before() -> None:
        seen.append("before")

    @app.after_request
    async def after(response: t.Any) -> t.Any:
        seen.append("after")
        return response

    @app.teardown_request
    async def teardown(error: BaseException | None) -> None:
        seen.append("teardown")

    @app.teardown_appcontext
    async def teardown_app(error: BaseException | None) -> None:
        seen.append("teardown_app")

    @app.route("/")
    async def index() -> str:
        kernos.g.name = "ada"

        @kernos.after_this_request
        async def this(response: t.Any) -> t.Any:
            seen.append("this")
            return response

        return f"{request.path} {kernos.g.name}"

    @app.route("/fails")
    async def fails() -> None:
        raise KeyError("x")

    @app.errorhandler(KeyError)
    async def handler(error: KeyError) -> str:
        return f"handled {error}"

    class Waiting(MethodView):
        async def get(self) -> str:
            return "class"

    app.add_url_rule("/class", view_func=Waiting.as_view("class"))
    watched = watch(app)
    assert call(app).text == "/ ada"
    assert seen == ["before", "this", "after", "teardown", "teardown_app"]
    watched.check()
    assert call(app, "/fails").text == "handled 'x'"
    assert call(app, "/class").text == "class"


def test_a_copied_context_may_be_awaited_in(asynchronous: Kernos) -> None:
    app = asynchronous

    @app.route("/")
    def index() -> str:
        @kernos.copy_current_request_context
        async def later() -> str:
            return request.path

        return t.cast(str, later())

    assert call(app).text == "/"


def test_without_asgiref_a_coroutine_function_says_what_to_install(
    app: Kernos, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    async def index() -> str:
        return "x"

    monkeypatch.setitem(sys.modules, "asgiref", None)
    monkeypatch.setitem(sys.modules, "asgiref.sync", None)
    with pytest.raises(RuntimeError, match=r"pip install \"kernos\[async\]\""):
        app.ensure_sync(index)
    app.testing = True
    app.add_url_rule("/", "index", index)
    with pytest.raises(RuntimeError, match="asgiref"):
        call(app)


def test_a_callable_object_is_a_view_though_it_has_no_hash(app: Kernos) -> None:
    class Callable:
        __hash__ = None  # type: ignore[assignment]

        def __call__(self) -> str:
            return "called"

    app.add_url_rule("/", "index", Callable())
    assert call(app).text == "called"
