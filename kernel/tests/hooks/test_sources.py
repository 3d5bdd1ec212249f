"""Who contributed what, from which file and line, by which rule, hiding what."""

from __future__ import annotations

import functools
import sys
import types
import typing as t

import pytest

from kernos import Blueprint, Kernos
from kernos.errors import KernosError, MissingComponent, PluginError
from kernos.hooks import hookimpl, hookspec, quarantining
from kernos.hooks.sources import (
    Source,
    contributed,
    hook_sources,
    list_sources,
    locate,
    slot_source,
)
from kernos.testing.doubles import MemoryJSON, doubles

if t.TYPE_CHECKING:
    from conftest import Site


def view(**values: object) -> str:
    return ""


def shout(text: str) -> str:
    return text.upper()


class Specs:
    @hookspec
    def kernos_acme_fired(self, app):
        """Take notice."""


class Whole:
    """A plugin that contributes something of each kind."""

    @hookimpl
    def kernos_register_hookspecs(self, app):
        return [Specs]

    @hookimpl
    def kernos_register_slots(self, app):
        return {"mail": dict}

    @hookimpl
    def kernos_register_config(self, app):
        return {"ACME_URL": "http:", "ACME_OWN": "plugin"}

    @hookimpl
    def kernos_register_template_names(self, app):
        return {"filters": {"shout": shout, "own": shout}, "globals": {"number": 7}}

    @hookimpl
    def kernos_register_json_types(self, app):
        return {complex: str}

    @hookimpl
    def kernos_register_middleware(self, app):
        return [functools.partial(lambda layer: layer)]

    @hookimpl
    def kernos_register_blueprints(self, app):
        outer, inner = Blueprint("outer", __name__), Blueprint("inner", __name__)
        inner.add_url_rule("/inner", "page", view)
        outer.register_blueprint(inner)
        return [(outer, {"url_prefix": "/outer"})]

    @hookimpl(wrapper=True)
    def kernos_app_ready(self, app):
        return (yield)


class Second:
    @hookimpl
    def kernos_register_config(self, app):
        return {"ACME_URL": "ftp:"}

    @hookimpl(trylast=True)
    def kernos_app_ready(self, app): ...


class Torn:
    @hookimpl
    def kernos_register_json_types(self, app):
        raise ValueError("out of clay")


def make(*plugins: object, **options: t.Any) -> Kernos:
    options.setdefault("components", doubles())
    return Kernos(__name__, plugins=plugins, static_folder=None, **options)


def find(app: Kernos, kind: str, name: str) -> Source:
    (found,) = [one for one in list_sources(app) if (one.kind, one.name) == (kind, name)]
    return found


# --- places ----------------------------------------------------------------------------


def test_a_function_is_located_through_what_wraps_it() -> None:
    here = (view.__code__.co_filename, view.__code__.co_firstlineno)
    command = types.SimpleNamespace(callback=functools.wraps(view)(lambda **values: ""))
    for thing in (view, functools.partial(view), functools.wraps(view)(lambda: ""), command):
        assert locate(thing) == here


def test_classes_instances_modules_and_blueprints_are_located() -> None:
    assert locate(Whole)[0] == locate(Whole())[0] == __file__
    assert locate(Whole) == locate(Whole())
    assert locate(sys.modules["types"]) == (types.__file__, None)
    assert locate(Blueprint("acme", "types")) == (types.__file__, None)
    assert locate(7) == (None, None)


def test_a_place_is_told_as_far_as_it_is_known() -> None:
    assert Source("filter", "x", "acme").place == ""
    assert Source("filter", "x", "acme", "a.py").place == "a.py"
    assert Source("filter", "x", "acme", "a.py", 7).place == "a.py:7"
    assert Source("filter", "x", "acme", displaced=("b",)).to_dict()["displaced"] == ["b"]


# --- slots -----------------------------------------------------------------------------


def test_a_slot_chosen_in_code_is_the_applications() -> None:
    found = slot_source(make(), "json")
    assert (found.owner, found.rule) == (
        "the application",
        "1. chosen in code (components= in code)",
    )
    assert (found.file or "").endswith("json.py")


def test_an_assigned_component_hides_what_is_installed(site: Site) -> None:
    site.json("fast")
    app = make(components=doubles(json=None))
    assert slot_source(app, "json").owner == "fast (acme-json-fast 1.0.0)"
    assert slot_source(app, "json").rule == "4. the only offer that is not the default"
    app.json = MemoryJSON(app)
    found = slot_source(app, "json")
    assert found.owner == "the application (MemoryJSON)"
    assert found.displaced == ("fast (acme-json-fast 1.0.0)",)


def test_the_chosen_component_that_the_application_keeps_is_not_its_own(site: Site) -> None:
    site.json("fast")
    app = make(components=doubles(json=None))
    assert app.json is app.component("json")
    assert slot_source(app, "json").owner == "fast (acme-json-fast 1.0.0)"


def test_a_broken_and_an_empty_and_an_undecided_slot_are_told(site: Site) -> None:
    site.component("json", "torn", "raise ValueError")
    site.component("mail", "smtp")
    app = make(components=doubles(json=None, sessions=None))
    assert slot_source(app, "json").place == ""
    assert slot_source(app, "sessions").owner == "nothing"
    site.component("sessions", "one")
    site.component("sessions", "two")
    app = make(components=doubles(sessions=None))
    assert "2 distributions offer sessions" in find(app, "slot", "sessions").rule
    with pytest.raises(KernosError):
        slot_source(app, "sessions")
    with pytest.raises(MissingComponent):
        slot_source(app, "nothing")


# --- hooks -----------------------------------------------------------------------------


def test_implementations_come_in_order_with_the_reason(site: Site) -> None:
    found = hook_sources(make(Whole(), Second()), "kernos_app_ready")
    assert [one.rule for one in found] == ["wrapper; by name", "trylast"]
    assert found[0].line == Whole.kernos_app_ready.__code__.co_firstlineno
    with pytest.raises(PluginError, match="no hook called"):
        hook_sources(make(), "kernos_nothing")


def test_published_hooks_and_slots_are_told(site: Site) -> None:
    app = make(Whole())
    found = find(app, "hook", "kernos_acme_fired")
    assert (found.rule, found.file) == ("publishes this hook", __file__)
    assert find(app, "slot", "mail").owner == "nothing"


# --- contributions ---------------------------------------------------------------------


def test_a_contribution_names_its_plugin_and_its_line(site: Site) -> None:
    app = make(Whole())
    found = find(app, "filter", "shout")
    assert found.owner.endswith("Whole (given in code)")
    assert (found.file, found.line) == (__file__, shout.__code__.co_firstlineno)
    assert found.hook == "kernos_register_template_names"
    assert found.rule == "the only contribution"
    value = find(app, "global", "number")
    assert value.line == Whole.kernos_register_template_names.__code__.co_firstlineno
    assert find(app, "json_type", "builtins.complex").hook == "kernos_register_json_types"


def test_the_first_hides_the_others_and_the_application_hides_all(site: Site) -> None:
    app = make(Second(), Whole())
    first = find(app, "config", "ACME_URL")
    assert first.owner.endswith("Second (given in code)")
    assert [one.partition(" ")[2] for one in first.displaced] == ["(given in code)"]
    app.config["ACME_OWN"] = "mine"
    app.add_template_filter(view, "own")
    for kind, name in (("config", "ACME_OWN"), ("filter", "own")):
        found = find(app, kind, name)
        assert (found.owner, len(found.displaced)) == ("the application", 1)


def test_what_is_looked_at_was_not_asked_for(site: Site) -> None:
    app = make(Whole())
    list_sources(app)
    assert "middleware" not in app.plugins.asked
    assert "kernos_register_middleware" not in app.plugins._roster.passed
    app.contributions("session_tags")
    list_sources(app)
    assert "kernos_register_session_tags" in app.plugins._roster.passed


def test_a_kind_that_cannot_be_collected_is_left_out(site: Site) -> None:
    assert contributed(make(Torn()), "json_types") == []
    with quarantining():
        app = make(Torn())
    assert contributed(app, "json_types") == []


# --- the application's own -------------------------------------------------------------


def test_what_no_plugin_contributed_is_the_applications_or_the_kernels(site: Site) -> None:
    app = make()
    app.config["MINE"] = 1
    app.add_template_test(view, "mine")
    app.extensions["acme"] = Second()
    app.register_blueprint(Blueprint("goods", __name__))
    app.cli.command("greet")(view)
    for kind, name in (("test", "mine"), ("extension", "acme"), ("blueprint", "goods")):
        assert (find(app, kind, name).owner, find(app, kind, name).file) == (
            "the application",
            __file__,
        )
    assert find(app, "command", "greet").line == view.__code__.co_firstlineno
    assert find(app, "config", "MINE").rule == "set by the application or its environment"
    assert find(app, "config", "APPLICATION_ROOT").owner == "the kernel"


def test_converters_are_the_routers_or_the_applications(site: Site) -> None:
    site.component(
        "routing",
        "werkzeug",
        """
        from kernos.testing.doubles import MemoryRouter

        @hookimpl
        def kernos_provide_routing(app):
            return MemoryRouter(app)
        """,
    )
    app = make(components=doubles(routing=None))
    app.router.converters["mine"] = type("Mine", (), {})
    assert find(app, "converter", "int").owner == "werkzeug (acme-routing-werkzeug 1.0.0)"
    assert find(app, "converter", "mine").owner == "the application"


def test_routes_are_their_blueprints_plugins_and_the_first_hides_its_likes(site: Site) -> None:
    app = make(Whole())
    app.add_url_rule("/<int:a>", "first", view)
    app.add_url_rule("/<int:b>", "second", lambda: "")
    app.add_url_rule("/<path:b>", "third")
    inner = find(app, "route", "/outer/inner")
    assert inner.owner.endswith("Whole (given in code)")
    assert inner.hook == "kernos_register_blueprints"
    assert find(app, "route", "/<int:a>").line == view.__code__.co_firstlineno
    assert "; hidden by the endpoint 'first'" in find(app, "route", "/<int:b>").rule
    assert "hidden" not in find(app, "route", "/<path:b>").rule


def test_without_a_router_and_a_command_line_the_rest_is_told(site: Site) -> None:
    app = make(components=doubles(routing=None, cli=None))
    assert [one for one in list_sources(app) if one.kind in ("route", "command")] == []
