"""What tracers and extensions replace is what is called: on class, module, instance."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from werkzeug.routing import Map, Rule

import kernos_flask


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("KERNOS_COMPONENTS", "default")
    was = kernos_flask.installed()
    kernos_flask.install()
    yield
    if not was:
        kernos_flask.uninstall()


def make_app():
    import flask

    app = flask.Flask("patched")
    app.add_url_rule("/", "index", lambda: "index")
    app.add_url_rule("/page", "page", lambda: flask.render_template_string("{{ 1 }}"))
    app.add_url_rule("/error", "error", lambda: 1 // 0)
    return app


METHODS = (
    "__call__",
    "wsgi_app",
    "full_dispatch_request",
    "preprocess_request",
    "dispatch_request",
    "finalize_request",
    "make_response",
    "process_response",
    "do_teardown_request",
    "do_teardown_appcontext",
    "create_url_adapter",
)


@pytest.mark.parametrize("served", [False, True])
@pytest.mark.parametrize("method", METHODS)
def test_a_method_wrapped_on_the_class_is_called(
    monkeypatch: pytest.MonkeyPatch, method: str, served: bool
) -> None:
    import flask

    app = make_app()
    if served:
        assert app.test_client().get("/").text == "index"
    original = getattr(flask.Flask, method)
    called: list[str] = []

    def wrapped(self, *args, **kwargs):
        called.append(method)
        return original(self, *args, **kwargs)

    monkeypatch.setattr(flask.Flask, method, wrapped)
    assert app.test_client().get("/").text == "index"
    assert called
    monkeypatch.undo()
    called.clear()
    assert app.test_client().get("/").text == "index"
    assert called == []


@pytest.mark.parametrize("method", METHODS[1:])
def test_a_method_replaced_on_the_instance_is_called(method: str) -> None:
    app = make_app()
    app.test_client().get("/")
    original = getattr(app, method)
    called: list[str] = []

    def replaced(*args, **kwargs):
        called.append(method)
        return original(*args, **kwargs)

    setattr(app, method, replaced)
    assert app.test_client().get("/").text == "index"
    assert called


@pytest.mark.parametrize("method", ["handle_user_exception", "handle_exception", "log_exception"])
def test_the_side_door_wrapped_on_the_class_is_called(
    monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    import flask

    original = getattr(flask.Flask, method)
    called: list[str] = []

    def wrapped(self, *args, **kwargs):
        called.append(method)
        return original(self, *args, **kwargs)

    monkeypatch.setattr(flask.Flask, method, wrapped)
    assert make_app().test_client().get("/error").status_code == 500
    assert called == [method]


def test_a_renderer_wrapped_in_the_module_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    import flask.templating

    original = flask.templating._render
    rendered: list[object] = []

    def wrapped(app, template, context):
        rendered.append(template.name)
        return original(app, template, context)

    monkeypatch.setattr(flask.templating, "_render", wrapped)
    assert make_app().test_client().get("/page").text == "1"
    assert rendered == [None]


def test_another_class_put_in_flasks_place_is_found_and_taken_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import flask

    original = flask.Flask

    class Traced(flask.Flask): ...

    monkeypatch.setattr(flask, "Flask", Traced)
    from flask import Flask

    assert Flask is Traced
    assert repr(Flask("x")) == "<Traced 'x'>"
    monkeypatch.undo()
    assert flask.Flask is original


def test_tables_rewritten_after_a_request_are_read_by_the_next() -> None:
    app = make_app()
    client = app.test_client()
    assert client.get("/").text == "index"
    app.view_functions["index"] = lambda: "wrapped"
    assert client.get("/").text == "wrapped"
    app.before_request_funcs = {None: [lambda: "before"]}
    assert client.get("/").text == "before"
    app.before_request_funcs.clear()
    app.after_request_funcs.setdefault(None, []).append(lambda response: make_teapot(response))
    assert client.get("/").status_code == 418
    app.after_request_funcs.clear()
    app.error_handler_spec[None][None][ZeroDivisionError] = lambda error: "handled"
    assert client.get("/error").text == "handled"


def make_teapot(response):
    response.status_code = 418
    return response


def test_a_url_map_put_in_the_place_of_the_applications_own_is_used() -> None:
    app = make_app()
    app.url_map = Map()
    app.url_map.add(Rule("/raw", endpoint="index"))
    app.add_url_rule("/late", "index")
    client = app.test_client()
    assert [client.get(path).status_code for path in ("/raw", "/late", "/")] == [200, 200, 404]


def test_middleware_put_around_wsgi_app_is_passed_through() -> None:
    app = make_app()
    inner, passed = app.wsgi_app, []

    def middleware(environ, start_response):
        passed.append(environ["PATH_INFO"])
        return inner(environ, start_response)

    app.wsgi_app = middleware
    assert app.test_client().get("/").text == "index"
    assert passed == ["/"]
