"""Templates: by the engine that the name asks for, with everything around them."""

from __future__ import annotations

import typing as t

import pytest
from kernel_harness import call, make_app

import kernos
from kernos import Kernos
from kernos.testing.doubles import MemoryTemplates, doubles


class Angle(MemoryTemplates):
    """A second engine, which says so."""

    suffixes = (".angle", ".both")

    def get_template(self, name: str) -> t.Any:
        if name in self.sources:
            return super().get_template(name)
        raise LookupError(f"angle has no {name}")


@pytest.fixture
def app() -> Kernos:
    app = make_app(components=doubles(templating=[MemoryTemplates, Angle]))
    first, second = app.components_of("templating")
    first.sources.update({"a.txt": "first {x}", "b.txt": "other {x}", "c.angle": "never"})
    second.sources.update({"a.angle": "second {x}"})
    return app


def test_the_first_engine_serves_what_no_other_claims(app: Kernos) -> None:
    with app.app_context():
        assert kernos.render_template("a.txt", x=1) == "first 1"
        assert kernos.render_template("a.angle", x=1) == "second 1"
        assert kernos.render_template_string("text {x}", x=1) == "text 1"
        with pytest.raises(LookupError, match="angle has no"):
            kernos.render_template("c.angle")


def test_of_several_names_the_first_that_exists_is_rendered(app: Kernos) -> None:
    with app.app_context():
        for names in (["no.txt", "no.angle", "a.angle", "a.txt"], ("a.angle", "b.txt")):
            assert kernos.render_template(names, x=1) == "second 1"
        with pytest.raises(LookupError, match="angle has no"):
            kernos.render_template(["no.txt", "no.angle"])
        with pytest.raises(LookupError, match="empty list"):
            kernos.render_template([])


def test_a_lone_engine_may_select_by_itself() -> None:
    class Selecting(MemoryTemplates):
        def select_template(self, names: t.Any) -> t.Any:
            return self.from_string(f"of {len(names)}")

    app = make_app(components=doubles(templating=Selecting))
    with app.app_context():
        assert kernos.render_template(["a", "b"]) == "of 2"


def test_a_template_object_is_rendered_as_it_is(app: Kernos) -> None:
    with app.app_context():
        template = app.component("templating").from_string("object {x}")
        assert kernos.render_template(template, x=1) == "object 1"
        assert kernos.render_template(["no.txt", template], x=1) == "object 1"


def test_a_template_is_streamed_with_and_without_a_request(app: Kernos) -> None:
    with app.app_context():
        assert list(kernos.stream_template("a.txt", x=1)) == ["first ", "1"]
        assert list(kernos.stream_template_string("{x}!", x=1)) == ["1", "!"]
    app.add_url_rule("/", "index", lambda: kernos.stream_template("a.txt", x=1))
    assert call(app).text == "first 1"


def test_a_streamed_template_sends_its_signals(app: Kernos) -> None:
    heard: list[str] = []
    before = lambda sender, template, context: heard.append("before")
    after = lambda sender, template, context: heard.append("after")
    with (
        kernos.before_render_template.connected_to(before, app),
        kernos.template_rendered.connected_to(after, app),
        app.app_context(),
    ):
        pieces = kernos.stream_template_string("{x}!", x=1)
        assert heard == ["before"]
        list(pieces)
    assert heard == ["before", "after"]


def test_what_every_template_can_use() -> None:
    app = make_app()

    def view() -> str:
        kernos.g.name, kernos.session["a"] = "ada", 1
        return kernos.render_template_string("{g.name} {request.path} {session[a]}")

    app.add_url_rule("/", "index", view)
    assert call(app).text == "ada / 1"
    with app.app_context():
        kernos.g.name = "ada"
        assert kernos.render_template_string("{g.name}") == "ada"
        with pytest.raises(KeyError):
            kernos.render_template_string("{request}")


def test_a_template_that_does_not_name_the_session_does_not_open_it() -> None:
    app = make_app()
    app.add_url_rule("/", "index", lambda: kernos.render_template_string("x"))
    assert call(app).header("Vary") is None


def test_a_context_processors_values_give_way_to_the_templates_own() -> None:
    app = make_app()
    app.context_processor(lambda: {"a": "processor", "b": "processor"})
    app.context_processor(lambda: {"b": "second"})
    with app.app_context():
        assert kernos.render_template_string("{a} {b}", a="own") == "own second"
        context = {"a": "own"}
        app.update_template_context(context)
        assert context == {"a": "own", "b": "second", "g": kernos.g}


def test_a_context_processor_may_be_a_coroutine_function() -> None:
    pytest.importorskip("asgiref")
    app = make_app()

    @app.context_processor
    async def names() -> dict[str, t.Any]:
        return {"a": 1}

    with app.app_context():
        assert kernos.render_template_string("{a}") == "1"


def test_an_attribute_of_a_template_is_read_from_its_module(app: Kernos) -> None:
    class Module:
        hello = "hello"

    class Exporting(MemoryTemplates):
        def get_template(self, name: str) -> t.Any:
            template = self.from_string("x")
            template.module = Module
            return template

    exporting = make_app(components=doubles(templating=Exporting))
    with exporting.app_context():
        assert kernos.get_template_attribute("a", "hello") == "hello"
        with pytest.raises(AttributeError):
            kernos.get_template_attribute("a", "nothing")
    with app.app_context(), pytest.raises(AttributeError):
        kernos.get_template_attribute("a.txt", "hello")


def test_a_missing_template_is_a_500_whose_log_names_it(app: Kernos) -> None:
    app.testing = True
    app.add_url_rule("/", "index", lambda: kernos.render_template("nowhere.txt"))
    with pytest.raises(LookupError, match=r"'nowhere\.txt'"):
        call(app)


def test_debug_mode_reaches_engines_that_follow_it() -> None:
    told: list[bool] = []

    class Following(MemoryTemplates):
        def set_auto_reload(self, value: bool) -> None:
            told.append(value)

    app = make_app(components=doubles(templating=Following))
    app.debug = True
    assert told == []
    app.component("templating")
    app.debug = False
    app.config["TEMPLATES_AUTO_RELOAD"] = True
    app.debug = True
    assert told == [False]


def test_where_the_folders_of_templates_are(tmp_path) -> None:
    from kernos.contracts import template_folders

    app = make_app(root_path=str(tmp_path), template_folder="a")
    app.register_blueprint(
        kernos.Blueprint("bp", __name__, root_path=str(tmp_path), template_folder="b")
    )
    app.register_blueprint(kernos.Blueprint("none", __name__))
    assert template_folders(app) == [str(tmp_path / "a"), str(tmp_path / "b")]
    assert template_folders(app, "bp") == [str(tmp_path / "b")]
    assert template_folders(app, "none") == []
    assert template_folders(make_app(template_folder=None)) == []
