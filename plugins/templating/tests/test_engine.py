"""The engine by itself: its contract, and what Flask's applications may override."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2
import pytest

from kernos import Kernos
from kernos.contracts import Template, TemplateEngine
from kernos_templating import DispatchingJinjaLoader, Environment, JinjaEngine, sources

MakeApp = Callable[..., Kernos]


def engine_of(app: Kernos) -> JinjaEngine:
    engine = app.component("templating")
    assert isinstance(engine, JinjaEngine)
    return engine


def test_the_engine_meets_the_contract(app: Kernos, folder: Path) -> None:
    (folder / "page.html").write_text("{{ x }}!")
    engine = engine_of(app)
    assert isinstance(engine, TemplateEngine)
    for template, name in (
        (engine.get_template("page.html"), "page.html"),
        (engine.from_string("{{ x }}!"), None),
    ):
        assert isinstance(template, Template)
        assert isinstance(template, jinja2.Template)
        assert template.name == name
        context = {"x": "<"}
        assert template.render(context) == "&lt;!"
        assert "".join(template.stream(context)) == "&lt;!"
        assert context == {"x": "<"}


@pytest.mark.parametrize(
    ("name", "escaped"),
    [
        ("a.html", True),
        ("a.htm", True),
        ("a.xml", True),
        ("a.xhtml", True),
        ("a.svg", True),
        (None, True),
        ("a.txt", False),
        ("a.html.j2", False),
        ("a.HTML", False),
        ("html", False),
    ],
)
def test_what_is_markup_is_escaped(app: Kernos, name: str | None, escaped: bool) -> None:
    assert app.select_jinja_autoescape(name) is escaped


# --- the environment ---------------------------------------------------------------------


def test_the_environment_is_made_at_first_use_and_kept(app: Kernos) -> None:
    engine = engine_of(app)
    assert engine._environment is None
    assert app.jinja_env is engine.jinja_env
    assert type(app.jinja_env) is Environment
    assert app.jinja_env.app is app
    assert isinstance(app.jinja_env.loader, DispatchingJinjaLoader)


def test_threads_that_ask_first_share_one_environment(make_app: MakeApp) -> None:
    made: list[object] = []

    def create(self: Kernos) -> object:
        made.append(self)
        started.wait(timeout=5)
        return Kernos.create_jinja_environment.__get__(self, type(self))()

    app = make_app(create_jinja_environment=create)
    engine = engine_of(app)
    started = threading.Event()
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(engine.jinja_env)) for _ in range(4)]
    for thread in threads:
        thread.start()
    started.set()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert len({id(one) for one in found}) == 1


def test_the_options_of_the_application_are_the_environments(make_app: MakeApp) -> None:
    options = {"trim_blocks": True, "extensions": ["jinja2.ext.do"], "auto_reload": True}
    app = make_app(jinja_options=options)
    assert app.jinja_env.trim_blocks
    assert app.jinja_env.auto_reload
    assert "jinja2.ext.ExprStmtExtension" in app.jinja_env.extensions
    assert set(options) == {"trim_blocks", "extensions", "auto_reload"}


def test_the_option_autoescape_wins_over_the_method(make_app: MakeApp) -> None:
    app = make_app(jinja_options={"autoescape": False})
    assert engine_of(app).from_string("{{ '<' }}").render({}) == "<"


def test_the_class_of_the_application_is_used(make_app: MakeApp) -> None:
    class Own(Environment):
        pass

    app = make_app(jinja_environment=Own)
    assert type(app.jinja_env) is Own


def test_a_class_that_is_not_ours_has_the_names_too(make_app: MakeApp) -> None:
    class Foreign(jinja2.Environment):
        def __init__(self, app: Kernos, **options: Any) -> None:
            super().__init__(**options)

    app = make_app(jinja_environment=Foreign)
    app.add_template_filter(lambda text: text[::-1], "reverse_it")
    app.add_template_global(7, "seven")
    template = engine_of(app).from_string("{{ 'ab'|reverse_it }}{{ seven }}{{ config.DEBUG }}")
    assert template.render({}) == "ba7False"


def test_overridden_methods_of_the_application_are_called(make_app: MakeApp) -> None:
    def create(self: Any) -> Any:
        environment = Kernos.create_jinja_environment.__get__(self, type(self))()
        environment.globals["made_by"] = "me"
        return environment

    app = make_app(
        create_jinja_environment=create,
        create_global_jinja_loader=lambda self: jinja2.DictLoader({"a.html": "{{ '<' }}"}),
        select_jinja_autoescape=lambda self, filename: filename is None,
    )
    engine = engine_of(app)
    assert engine.get_template("a.html").render({}) == "<"
    assert engine.from_string("{{ '<' }}{{ made_by }}").render({}) == "&lt;me"


@pytest.mark.parametrize("place", ["class", "instance"])
def test_an_environment_put_in_place_is_used(make_app: MakeApp, place: str) -> None:
    own = jinja2.Environment(loader=jinja2.DictLoader({"a": "own"}))
    app = make_app(jinja_env=own) if place == "class" else make_app()
    app.jinja_env = own
    assert engine_of(app).get_template("a").render({}) == "own"
    assert engine_of(app).select_template(["b", "a"]).render({}) == "own"
    assert engine_of(app).from_string("x").environment is own


def test_an_environment_may_be_handed_to_the_engine(app: Kernos) -> None:
    engine = engine_of(app)
    engine.jinja_env = own = jinja2.Environment(loader=jinja2.DictLoader({"a": "own"}))
    assert app.jinja_env is own
    assert engine.get_template("a").render({}) == "own"


@pytest.mark.parametrize(
    ("setting", "debug", "expected"),
    [
        (None, False, False),
        (None, True, True),
        (False, True, False),
        (True, False, True),
    ],
)
def test_templates_reload_as_set_else_in_debug_mode(
    make_app: MakeApp, setting: bool | None, debug: bool, expected: bool
) -> None:
    app = make_app(TEMPLATES_AUTO_RELOAD=setting, DEBUG=debug)
    assert app.jinja_env.auto_reload is expected


@pytest.mark.parametrize(("setting", "expected"), [(None, True), (False, False)])
def test_debug_mode_that_is_switched_on_later_counts(
    make_app: MakeApp, setting: bool | None, expected: bool
) -> None:
    app = make_app(TEMPLATES_AUTO_RELOAD=setting)
    assert app.jinja_env.auto_reload is False
    app.debug = True
    assert app.jinja_env.auto_reload is expected


def test_debug_mode_does_not_make_the_environment(app: Kernos) -> None:
    engine = engine_of(app)
    app.debug = True
    engine.set_auto_reload(True)
    assert engine._environment is None
    assert app.jinja_env.auto_reload is True


# --- missing templates ---------------------------------------------------------------------


def test_a_missing_template_names_the_places_searched(app: Kernos, folder: Path) -> None:
    with pytest.raises(LookupError) as caught:
        engine_of(app).get_template("nope.html")
    assert isinstance(caught.value, jinja2.TemplateNotFound)
    assert caught.value.name == "nope.html"
    assert str(caught.value) == f"nope.html (searched: {folder})"


def test_several_missing_templates_do_so_too(app: Kernos, folder: Path) -> None:
    with pytest.raises(LookupError) as caught:
        engine_of(app).select_template(["a.html", "b.html"])
    assert isinstance(caught.value, jinja2.TemplatesNotFound)
    for word in ("a.html, b.html", str(folder)):
        assert word in str(caught.value)


def test_a_missing_include_names_its_own_places(app: Kernos, folder: Path) -> None:
    (folder / "page.html").write_text("{% include 'nope.html' %}")
    with pytest.raises(jinja2.TemplateNotFound, match=r"nope\.html \(searched: "):
        engine_of(app).get_template("page.html").render({})


def test_a_missing_parent_is_not_taken_for_the_page(app: Kernos, folder: Path) -> None:
    (folder / "page.html").write_text("{% extends 'nope.html' %}")
    with pytest.raises(jinja2.TemplateNotFound) as caught:
        engine_of(app).get_template("page.html").render({})
    assert caught.value.name == "nope.html"


@pytest.mark.parametrize(
    ("loader", "place"),
    [
        (jinja2.DictLoader({}), "DictLoader"),
        (jinja2.FunctionLoader(lambda name: None), "FunctionLoader"),
        (jinja2.ChoiceLoader([jinja2.FileSystemLoader("one"), jinja2.DictLoader({})]), "one, Dic"),
        (jinja2.PrefixLoader({"p": jinja2.FileSystemLoader("three")}), "three"),
        (jinja2.PackageLoader("kernos_templating", ""), "kernos_templating:"),
        (None, "nothing"),
    ],
)
def test_a_loader_of_the_applications_own_is_described(
    make_app: MakeApp, loader: jinja2.BaseLoader | None, place: str
) -> None:
    own = jinja2.Environment(loader=loader or jinja2.ChoiceLoader([]))
    app = make_app(jinja_env=own)
    with pytest.raises(jinja2.TemplateNotFound) as caught:
        engine_of(app).get_template("nope")
    assert f"(searched: {place}" in str(caught.value)


def test_a_loader_that_names_its_places_is_left_to_it(make_app: MakeApp) -> None:
    own = jinja2.Environment(loader=jinja2.FileSystemLoader(["one", "two"]))
    with pytest.raises(jinja2.TemplateNotFound, match="'one', 'two'") as caught:
        engine_of(make_app(jinja_env=own)).get_template("nope")
    assert "searched:" not in str(caught.value)


def test_the_first_of_several_names_that_exists_is_taken(app: Kernos, folder: Path) -> None:
    (folder / "b.html").write_text("b")
    engine = engine_of(app)
    assert engine.select_template(["a.html", "b.html"]).render({}) == "b"
    ready = engine.from_string("ready")
    assert engine.select_template(("a.html", ready)) is ready


# --- templates given as text ---------------------------------------------------------------


def test_a_source_is_compiled_once(app: Kernos) -> None:
    engine = engine_of(app)
    assert engine.from_string("{{ 1 }}") is engine.from_string("{{ 1 }}")
    assert engine.from_string("{{ 1 }}") is not engine.from_string("{{ 2 }}")


def test_the_least_used_sources_are_forgotten(
    app: Kernos, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "LIMIT", 2)
    engine = engine_of(app)
    first, second = engine.from_string("1"), engine.from_string("2")
    assert engine.from_string("1") is first
    engine.from_string("3")
    assert engine.from_string("1") is first
    assert engine.from_string("2") is not second


def test_a_very_long_source_is_not_kept(app: Kernos) -> None:
    engine = engine_of(app)
    source = "x" * (sources.LENGTH_LIMIT + 1)
    assert engine.from_string(source) is not engine.from_string(source)


def add_filter(app: Kernos) -> None:
    app.add_template_filter(lambda text: "new", "shout")


def add_test(app: Kernos) -> None:
    app.add_template_test(lambda text: False, "loud")


def switch_escaping_off(app: Kernos) -> None:
    app.jinja_env.autoescape = False


def add_extension(app: Kernos) -> None:
    app.jinja_env.add_extension("jinja2.ext.do")


def replace_environment(app: Kernos) -> None:
    app.jinja_env = app.create_jinja_environment()


@pytest.mark.parametrize(
    "change", [add_filter, add_test, switch_escaping_off, add_extension, replace_environment]
)
def test_a_source_is_compiled_anew_when_what_it_depends_on_changes(
    app: Kernos, change: Callable[[Kernos], None]
) -> None:
    app.add_template_filter(lambda text: "old", "shout")
    app.add_template_test(lambda text: True, "loud")
    engine = engine_of(app)
    before = engine.from_string("{{ 'x'|shout }}")  # the compiler folds it
    assert before.render({}) == "old"
    change(app)
    after = engine.from_string("{{ 'x'|shout }}")
    assert after is not before
    assert after.render({}) == ("new" if change is add_filter else "old")


def test_sources_may_be_compiled_in_all_threads(app: Kernos) -> None:
    engine = engine_of(app)
    wrong: list[object] = []

    def render(number: int) -> None:
        for step in range(100):
            value = engine.from_string(f"{{{{ x }}}}-{step % 30}").render({"x": number})
            if value != f"{number}-{step % 30}":
                wrong.append(value)

    threads = [threading.Thread(target=render, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
