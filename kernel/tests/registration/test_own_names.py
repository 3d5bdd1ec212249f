"""An application's own attributes may have a name that the kernel offers to tools."""

from __future__ import annotations

from kernel_harness import call
from kernel_harness import make_app

from kernos import Kernos
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
