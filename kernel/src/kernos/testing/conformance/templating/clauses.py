"""What the contract of the ``templating`` slot says, clause by clause.

Sources: :mod:`kernos.contracts.templating`; Flask's page "Templates".
"""

from __future__ import annotations

import os
import time
import typing as t
from pathlib import Path

import pytest
from markupsafe import Markup

from kernos.app import Kernos
from kernos.blueprints import Blueprint
from kernos.contracts import JSONProvider, Template, TemplateEngine
from kernos.hooks import list_plugins
from kernos.signals import template_rendered
from kernos.templating import render_template, render_template_string, stream_template
from kernos.testing.conformance.templating.hostile import HOSTILE
from kernos.testing.conformance.templating.subject import Subject


class MarkingJSON(JSONProvider):
    """A provider that is known by what it writes."""

    def dumps(self, obj: t.Any, **kwargs: t.Any) -> str:
        return '"by the provider"'

    def loads(self, s: str | bytes, **kwargs: t.Any) -> t.Any:
        return None


class OtherEngine:
    """An engine beside the one that is tested; it claims a suffix of its own."""

    suffixes = (".of-the-other",)

    def get_template(self, name: str) -> t.NoReturn:
        """Find nothing."""
        raise LookupError(f"the other engine has no {name!r}, and looked nowhere")

    def from_string(self, source: str) -> t.NoReturn:
        """Take nothing."""
        raise AssertionError("the other engine was asked")


class Clauses(Subject):
    """Templates by name and from text; folders; names; suffixes; applications."""

    # --- the contract ----------------------------------------------------------------------

    def test_it_is_an_engine(self, app: Kernos) -> None:
        engine = self.engine(app)
        assert isinstance(engine, TemplateEngine)
        assert isinstance(engine.suffixes, tuple)
        assert all(suffix.startswith(".") for suffix in engine.suffixes)

    def test_a_template_is_found_by_its_name(self, app: Kernos) -> None:
        name = self.write(app, "page", self.printing("x"))
        template = self.engine(app).get_template(name)
        assert isinstance(template, Template)
        assert template.name == name
        assert template.render({"x": "žluť"}).strip() == "žluť"

    def test_a_template_is_made_of_text(self, app: Kernos) -> None:
        template = self.engine(app).from_string(self.printing("x"))
        assert isinstance(template, Template)
        assert template.name is None
        assert template.render({"x": 1}).strip() == "1"
        assert template.render({"x": 2}).strip() == "2"

    def test_a_stream_says_what_render_says(self, app: Kernos) -> None:
        template = self.engine(app).from_string(self.printing("x") + self.printing("y"))
        context = {"x": "1", "y": "2"}
        stream = template.stream(context)
        assert iter(stream) is iter(stream)
        assert "".join(stream) == template.render(context)

    def test_the_context_is_not_changed(self, app: Kernos) -> None:
        context = {"x": 1}
        template = self.engine(app).from_string(self.printing("x"))
        template.render(context)
        "".join(template.stream(context))
        assert context == {"x": 1}

    def test_a_template_renders_the_values_of_its_context_alone(self, app: Kernos) -> None:
        name = self.write(app, "page", self.printing("x"))
        engine = self.engine(app)
        for template in (engine.get_template(name), engine.from_string(self.printing("x"))):
            template.render({"x": "of another request"})
            try:
                text = template.render({})
            except Exception as error:  # what is not defined may be an error
                text = str(error)
            assert "of another request" not in text

    # --- where templates are found -----------------------------------------------------------

    def test_a_missing_template_names_the_places_searched(
        self, app: Kernos, tmp_path: Path
    ) -> None:
        other = tmp_path / "of_a_blueprint"
        app.register_blueprint(Blueprint("one", __name__, template_folder=str(other)))
        with pytest.raises(LookupError) as caught:
            self.engine(app).get_template("nope")
        for word in ("nope", str(tmp_path / "templates"), str(other)):
            assert word in str(caught.value)

    def test_the_applications_folder_comes_before_a_blueprints(
        self, app: Kernos, tmp_path: Path
    ) -> None:
        other = tmp_path / "of_a_blueprint"
        other.mkdir()
        app.register_blueprint(Blueprint("one", __name__, template_folder=str(other)))
        both = self.write(app, "both", "the application's")
        (other / both).write_text("the blueprint's")
        (other / f"own_{both}").write_text("the blueprint's own")
        engine = self.engine(app)
        assert engine.get_template(both).render({}).strip() == "the application's"
        assert engine.get_template(f"own_{both}").render({}).strip() == "the blueprint's own"

    def test_of_two_blueprints_the_first_to_be_registered_wins(
        self, app: Kernos, tmp_path: Path
    ) -> None:
        name = f"page{self.suffix(app)}"
        for one in ("b", "a"):
            folder = tmp_path / one
            folder.mkdir()
            (folder / name).write_text(f"of {one}")
            (folder / f"{one}_{name}").write_text(f"of {one} alone")
            app.register_blueprint(Blueprint(one, __name__, template_folder=str(folder)))
        engine = self.engine(app)
        assert engine.get_template(name).render({}).strip() == "of b"
        assert engine.get_template(f"a_{name}").render({}).strip() == "of a alone"

    def test_a_template_in_a_folder_of_folders_is_found(self, app: Kernos) -> None:
        folder = Path(app.root_path, "templates", "shop", "goods")
        folder.mkdir(parents=True)
        name = self.write(app, "shop/goods/list", self.printing("x"))
        assert self.engine(app).get_template(name).render({"x": "1"}).strip() == "1"

    def test_a_template_that_changed_is_read_again_where_that_is_asked(self, app: Kernos) -> None:
        app.config["TEMPLATES_AUTO_RELOAD"] = True
        name = self.write(app, "page", "one")
        engine = self.engine(app)
        assert engine.get_template(name).render({}).strip() == "one"
        self.write(app, "page", "another, which is longer")
        later = time.time() + 10  # some file systems, and Mako, know whole seconds alone
        os.utime(Path(app.root_path, "templates", name), (later, later))
        assert engine.get_template(name).render({}).strip() == "another, which is longer"

    def test_files_of_its_suffixes_are_its_own_behind_another_engine(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        installed = [one.name for one in list_plugins() if one.slot == "templating"]
        monkeypatch.setenv("KERNOS_DISABLE", ",".join(installed))  # they may claim the same
        (tmp_path / "templates").mkdir()
        app = self.make_app(tmp_path, __name__, lambda app: OtherEngine())
        _, engine = app.components_of("templating")
        for suffix in engine.suffixes:
            name = self.write(app, "page", self.printing("x"), suffix)
            with app.test_request_context():
                assert render_template(name, x="1").strip() == "1"

    # --- names -------------------------------------------------------------------------------

    def test_a_global_that_is_added_late_is_seen(self, app: Kernos) -> None:
        name = self.write(app, "page", self.printing("word"))
        app.template_names.globals["word"] = "early"
        template = self.engine(app).get_template(name)
        assert template.render({}).strip() == "early"
        app.template_names.globals["word"] = "late"
        assert template.render({}).strip() == "late"
        assert template.render({"word": "of the context"}).strip() == "of the context"

    def test_a_filter_that_is_added_late_is_seen(self, app: Kernos) -> None:
        engine = self.engine(app)
        engine.from_string(self.printing("x")).render({"x": 1})
        app.add_template_filter(lambda value: f"<{value}>".strip("<>"), "plainly")
        source = self.filtering("x", "plainly")
        assert engine.from_string(source).render({"x": 1}).strip() == "1"
        app.add_template_filter(lambda value: "again", "plainly")
        assert engine.from_string(source).render({"x": 1}).strip() == "again"

    def test_two_applications_share_no_names(self, app: Kernos) -> None:
        other = self.make_app(Path(app.root_path))
        app.template_names.globals["word"] = "mine"
        other.template_names.globals["word"] = "theirs"
        for one, word in ((app, "mine"), (other, "theirs")):
            template = self.engine(one).from_string(self.printing("word"))
            assert template.render({}).strip() == word

    # --- what is written -----------------------------------------------------------------------

    def test_html_is_escaped(self, app: Kernos) -> None:
        name = self.write(app, "page", self.printing("x"), ".html")
        for template in (
            self.engine(app).get_template(name),
            self.engine(app).from_string(self.printing("x")),
        ):
            for text in (
                template.render({"x": HOSTILE}),
                "".join(template.stream({"x": HOSTILE})),
            ):
                assert not set("<>'\"") & set(text)
                assert "&lt;/script&gt;" in text

    def test_html_that_says_so_is_not_escaped_again(self, app: Kernos) -> None:
        class Widget:
            def __html__(self) -> str:
                return "<b>bold</b>"

        template = self.engine(app).from_string(self.printing("x"))
        for value in (Markup("<b>bold</b>"), Widget()):
            assert template.render({"x": value}).strip() == "<b>bold</b>"

    def test_json_is_written_by_the_applications_provider(self, app: Kernos) -> None:
        app.json = MarkingJSON(app)
        template = self.engine(app).from_string(self.scripting("x"))
        assert template.render({"x": [1]}).strip() == '"by the provider"'

    # --- in an application -----------------------------------------------------------------------

    def test_views_render_by_it(self, app: Kernos) -> None:
        name = self.write(app, "page", self.printing("x") + self.printing("y"))
        app.context_processor(lambda: {"x": "processor", "y": "processor"})
        for path, view in (
            ("/named", lambda: render_template(name, x="own ")),
            ("/listed", lambda: render_template(["nope" + name, name], x="own ")),
            ("/text", lambda: render_template_string(self.printing("x"), x="own ")),
            ("/streamed", lambda: stream_template(name, x="own ")),
        ):
            app.add_url_rule(path, path, view)
        client = app.test_client()
        for path in ("/named", "/listed", "/streamed"):
            assert client.get(path).text.split() == ["own", "processor"]
        assert client.get("/text").text.strip() == "own"

    def test_signals_carry_its_template(self, app: Kernos) -> None:
        name = self.write(app, "page", self.printing("x"))
        seen: list[t.Any] = []

        def receive(_: Kernos, template: t.Any, context: t.Any, **_extra: t.Any) -> None:
            seen.append((template, context["x"]))

        with template_rendered.connected_to(receive, app), app.test_request_context():
            render_template(name, x=1)
        ((template, value),) = seen
        assert template.name == name
        assert value == 1


__all__ = ["Clauses"]
