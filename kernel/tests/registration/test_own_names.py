"""An application's own attributes may have a name that the kernel offers to tools."""

from __future__ import annotations

from kernel_harness import call, make_app

from kernos import Kernos, Request
from kernos.app.components import ComponentMixin
from kernos.contracts import JSONProvider
from kernos.hooks.manager import PluginManager


def test_the_plugin_manager_is_offered_under_its_name() -> None:
    app = make_app()
    assert isinstance(app.plugins, PluginManager)


def test_an_application_may_keep_plugins_of_its_own() -> None:
    class App(Kernos):
        plugins = ["of the class"]

    for app in (make_app(), make_app(kind=App)):
        app.plugins = {"mine": 1}
        app.add_url_rule("/", "index", lambda: "body")
        assert call(app).body == b"body"
        app.plugins = {"mine": 2}
        assert call(app).body == b"body"
        assert app.plugins == {"mine": 2}


def test_a_setting_of_the_class_is_said_under_its_public_name() -> None:
    class Mixin:
        response_headers = (("X-Made-By", "potters"),)

    class App(Mixin, Kernos):
        refuses_bad_hosts = False

    class Below(App):
        pass

    for kind in (App, Below):
        app = make_app(kind=kind)
        app.add_url_rule("/", "index", lambda: "body")
        answer = call(app, HTTP_HOST="no host")
        assert (answer.status, answer.header("X-Made-By")) == ("200 OK", "potters")
        assert answer.header("X-Frame-Options") is None
        assert app.response_headers == kind.response_headers


def test_a_setting_of_the_instance_holds_until_it_is_deleted() -> None:
    app = make_app()
    app.add_url_rule("/", "index", lambda: "body")
    assert call(app).header("X-Frame-Options") == "SAMEORIGIN"
    app.response_headers = ()
    assert call(app).header("X-Frame-Options") is None
    del app.response_headers
    assert call(app).header("X-Frame-Options") == "SAMEORIGIN"
    assert app.response_headers == Kernos.response_headers


def test_a_router_that_is_assigned_is_chosen() -> None:
    app, other = make_app(), make_app()
    other.add_url_rule("/", "index", lambda: "body")
    app.view_functions["index"] = lambda: "by the other's router"
    app.router = other.router
    assert call(app).body == b"by the other's router"
    assert app.router is app.component("routing") is other.router


def test_an_application_may_have_methods_of_the_kernels_names() -> None:
    class App(Kernos):
        def freeze(self) -> str:  # type: ignore[override]
            return "frozen"

        def component(self, slot: str) -> str:
            return slot

        close = contributions = components_of = has_component = freeze

    app = make_app(kind=App)
    app.add_url_rule("/", "index", lambda: {"a": 1})
    assert call(app).body == b'{"a": 1}'
    assert app.component("json") == "json"
    assert app.freeze() == "frozen"


def test_what_only_applications_have_is_an_alias_on_the_class() -> None:
    assert Kernos.plugins is vars(ComponentMixin)["plugins"]


def test_what_a_class_chooses_may_be_a_property() -> None:
    class Mine(Request):
        closed: list[str] = []

        def close(self) -> None:
            self.closed.append(self.path)
            super().close()

    class Provider(JSONProvider):
        def dumps(self, obj: object, **kwargs: object) -> str:
            return "mine"

    class App(Kernos):
        @property
        def request_class(self) -> type[Request]:  # type: ignore[override]
            return Mine

        @property
        def json_provider_class(self) -> type[JSONProvider]:  # type: ignore[override]
            return Provider

    app = make_app(kind=App)
    app.add_url_rule("/", "index", lambda: {"a": 1})
    for count in (1, 2):
        assert call(app).text == "mine"
        assert Mine.closed == ["/"] * count
    app.process_response = lambda response: type(app).process_response(app, response)
    assert call(app).text == "mine"
