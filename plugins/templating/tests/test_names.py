"""Filters, tests and globals: the application's and Jinja's, seen at once."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kernos import Kernos
from kernos.hooks import hookimpl
from kernos_templating import JinjaEngine
from kernos_templating.names import LiveNames

MakeApp = Callable[..., Kernos]


def render(app: Kernos, source: str, **context: Any) -> str:
    engine: JinjaEngine = app.component("templating")
    return engine.from_string(source).render(context)


def test_names_added_before_and_after_the_environment_are_seen(app: Kernos) -> None:
    app.add_template_filter(lambda text: f"early {text}", "early")
    assert render(app, "{{ 'x'|early }}") == "early x"
    app.add_template_filter(lambda text: f"late {text}", "late")
    app.add_template_test(lambda value: value == 1, "one")
    app.add_template_global(lambda: "global", "say")
    assert render(app, "{{ 'x'|late }} {{ 1 is one }} {{ say() }}") == "late x True global"


def test_a_template_that_was_loaded_sees_a_new_global_and_a_new_filter(
    app: Kernos, folder: Path
) -> None:
    (folder / "page.html").write_text("{{ x|shout }}{{ word }}")
    app.add_template_filter(str.upper, "shout")
    template = app.jinja_env.get_template("page.html")
    assert template.render({"x": "a"}) == "A"
    app.add_template_filter(str.lower, "shout")
    app.add_template_global("!", "word")
    assert template.render({"x": "A"}) == "a!"


def test_names_assigned_to_the_environment_work_as_in_flask(app: Kernos) -> None:
    app.jinja_env.filters["twice"] = lambda text: text * 2
    app.jinja_env.tests["two"] = lambda value: value == 2
    app.jinja_env.globals.update(word="hi")
    assert render(app, "{{ 'a'|twice }} {{ 2 is two }} {{ word }}") == "aa True hi"
    assert "word" in app.template_names.globals


def test_of_two_definitions_the_later_counts(app: Kernos) -> None:
    app.jinja_env.filters["f"] = lambda text: "assigned"
    assert render(app, "{{ x|f }}", x=1) == "assigned"
    app.add_template_filter(lambda text: "added", "f")
    assert render(app, "{{ x|f }}", x=1) == "added"
    app.jinja_env.filters["f"] = lambda text: "again"
    assert render(app, "{{ x|f }}", x=1) == "again"


def test_a_builtin_filter_may_be_replaced(app: Kernos) -> None:
    assert render(app, "{{ 'a'|upper }}") == "A"
    app.add_template_filter(lambda text: "mine", "upper")
    assert render(app, "{{ 'a'|upper }}") == "mine"


def test_a_name_that_is_deleted_is_gone(app: Kernos) -> None:
    assert app.jinja_env.filters.pop("upper")("a") == "A"
    assert "upper" not in app.jinja_env.filters
    app.jinja_env.globals["lipsum"] = 1
    del app.jinja_env.globals["lipsum"]
    assert "lipsum" not in app.jinja_env.globals
    with pytest.raises(KeyError):
        del app.jinja_env.globals["lipsum"]
    with pytest.raises(KeyError):
        app.jinja_env.filters["upper"]
    assert app.jinja_env.filters.pop("upper", None) is None


def test_what_plugins_contribute_stands_behind_the_applications(tmp_path: Path) -> None:
    class Plugin:
        @hookimpl
        def kernos_register_template_names(self) -> dict[str, Any]:
            return {"filters": {"a": lambda x: "plugin a", "b": lambda x: "plugin b"}}

    app = Kernos(
        "app",
        root_path=str(tmp_path),
        components={"templating": JinjaEngine},
        plugins=[Plugin()],
    )
    app.add_template_filter(lambda x: "own b", "b")
    assert render(app, "{{ 1|a }}, {{ 1|b }}") == "plugin a, own b"


def test_the_names_of_flask_are_there(app: Kernos) -> None:
    app.add_url_rule("/u/<name>", "user")
    names = ("url_for", "get_flashed_messages", "config", "request", "session", "g")
    assert set(names) <= set(app.jinja_env.globals)
    with app.test_request_context("/here"):
        source = "{{ url_for('user', name='x') }} {{ request.path }} {{ config.TESTING }}"
        assert render(app, source) == "/u/x /here False"


def test_globals_reach_templates_that_are_imported(app: Kernos, folder: Path) -> None:
    (folder / "macros.html").write_text("{% macro where() %}{{ request.path }}{% endmacro %}")
    (folder / "page.html").write_text(
        "{% from 'macros.html' import where %}{{ where() }}"
        "{% import 'macros.html' as m with context %}{{ m.where() }}"
    )
    with app.test_request_context("/here"):
        assert app.jinja_env.get_template("page.html").render({}) == "/here/here"


def test_globals_of_one_template_do_not_reach_others(app: Kernos, folder: Path) -> None:
    (folder / "page.html").write_text("{{ own }}{{ word }}")
    (folder / "other.html").write_text("{{ own }}{{ word }}")
    app.add_template_global("word", "word")
    template = app.jinja_env.get_template("page.html", globals={"own": "own "})
    assert template.render({}) == "own word"
    assert template.render({"word": "context"}) == "own context"
    assert app.jinja_env.get_template("other.html").render({}) == "word"
    assert "own" not in app.jinja_env.globals


def test_an_overlay_shares_the_names(app: Kernos) -> None:
    overlay = app.jinja_env.overlay(trim_blocks=True)
    app.add_template_global("hi", "word")
    assert overlay.from_string("{{ word }}").render() == "hi"


def test_a_copy_of_the_names_is_ones_own() -> None:
    names = LiveNames({"a": 1}, {"a": 2, "b": 2}, {"a": 3, "b": 3, "c": 3})
    assert names.merged() == dict(names) == {"a": 1, "b": 2, "c": 3}
    for copied in (names.copy(), copy.copy(names)):
        copied["d"] = 4
        assert "d" not in names
    assert len(names) == 3
    assert names.get("x", 5) == 5
