"""Middleware: the plugins' outside the user's, the first in order outermost."""

from __future__ import annotations

import typing as t

import pytest
from kernel_harness import call, environ, make_app

from kernos import Kernos
from kernos.hooks import hookimpl


def layer(name: str, seen: list[str]) -> t.Callable[[t.Any], t.Any]:
    def wrap(inner: t.Any) -> t.Any:
        def middleware(env: t.Any, start_response: t.Any) -> t.Any:
            seen.append(name)
            return inner(env, start_response)

        return middleware

    return wrap


class Layers:
    def __init__(self, *layers: t.Any) -> None:
        self.layers = layers

    @hookimpl
    def kernos_register_middleware(self, app):
        return self.layers


@pytest.fixture
def seen() -> list[str]:
    return []


@pytest.fixture
def app(seen: list[str]) -> Kernos:
    app = make_app(plugins=[Layers(layer("outer", seen), layer("inner", seen))])
    app.add_url_rule("/", "index", lambda: seen.append("view") or "index")
    app.wsgi_app = layer("user", seen)(app.wsgi_app)
    return app


def test_plugin_middleware_stands_outside_the_users(app: Kernos, seen: list[str]) -> None:
    assert call(app).body == b"index"
    assert seen == ["outer", "inner", "user", "view"]


def test_wsgi_app_called_directly_skips_the_plugins_middleware(
    app: Kernos, seen: list[str]
) -> None:
    list(app.wsgi_app(environ("/"), lambda *told: None))
    assert seen == ["user", "view"]


def test_wsgi_app_replaced_after_the_first_request_takes_effect(
    app: Kernos, seen: list[str]
) -> None:
    call(app)
    seen.clear()
    app.wsgi_app = layer("late", seen)(app.wsgi_app)
    call(app)
    assert seen == ["outer", "inner", "late", "user", "view"]


def test_an_application_without_plugins_is_called_without_a_layer() -> None:
    seen: list[str] = []
    app = make_app()
    app.add_url_rule("/", "index", lambda: "index")
    app.wsgi_app = layer("user", seen)(app.wsgi_app)
    assert call(app).body == b"index"
    assert seen == ["user"]


def test_an_overridden_call_takes_part(seen: list[str]) -> None:
    class Mine(Kernos):
        def __call__(self, environ, start_response):
            seen.append("mine")
            return super().__call__(environ, start_response)

    app = make_app(kind=Mine)
    app.add_url_rule("/", "index", lambda: "index")
    assert call(app).body == b"index"
    assert seen == ["mine"]
