"""The kit of the ``templating`` slot."""

from __future__ import annotations

import threading
import typing as t
from abc import abstractmethod
from pathlib import Path

import pytest

from kernos.app import Kernos
from kernos.blueprints import Blueprint
from kernos.contracts import Template
from kernos.contracts import TemplateEngine
from kernos.signals import template_rendered
from kernos.templating import render_template
from kernos.templating import render_template_string
from kernos.templating import stream_template
from kernos.testing.conformance.kit import Kit

#: What ends a script, opens a comment or leaves an attribute.
HOSTILE = "</script><!--&'\""


class TemplateEngineKit(Kit):
    """What an application relies on, in whatever language its templates are written.

    The engine's own language comes in by small sources: those that return None are
    things that it cannot say, and their tests are skipped.
    """

    #: Whether a template whose name ends with ``.html`` escapes what it prints.
    escapes = True

    @abstractmethod
    def make_engine(self, app: Kernos) -> TemplateEngine:
        """Return a new engine for an application."""

    @abstractmethod
    def printing(self, name: str) -> str:
        """Return a source that prints the variable or global ``name``."""

    def filtering(self, name: str, filter_name: str) -> str | None:
        """Return a source that prints a variable through a filter."""
        return None

    def scripting(self, name: str) -> str | None:
        """Return a source that prints a variable as JSON, for use inside a script."""
        return None

    def including(self, template: str) -> str | None:
        """Return a source that includes another template."""
        return None

    # --- what the tests have in hand -----------------------------------------------------

    @pytest.fixture
    def app(self, tmp_path: Path) -> Kernos:
        """An application with this kit's engine and an empty template folder."""
        (tmp_path / "templates").mkdir()
        app = Kernos(
            __name__,
            plugins=[],
            root_path=str(tmp_path),
            components={"templating": self.make_engine},
        )
        app.testing = True
        return app

    def write(self, app: Kernos, name: str, source: str | None, suffix: str | None = None) -> str:
        """Write a template whose suffix is the engine's, and return its whole name."""
        if source is None:
            pytest.skip("the engine cannot say this")
        name += suffix or self.suffix(app)
        Path(app.root_path, "templates", name).write_text(source, encoding="utf-8")
        return name

    def engine(self, app: Kernos) -> TemplateEngine:
        """Return the application's first engine."""
        return t.cast(TemplateEngine, app.component("templating"))

    def suffix(self, app: Kernos) -> str:
        """Return a suffix that the engine serves, also where other engines are installed."""
        others = {
            suffix for other in app.components_of("templating")[1:] for suffix in other.suffixes
        }
        own = [suffix for suffix in self.engine(app).suffixes if suffix not in others]
        return own[0] if own else ".kit"

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

    @pytest.mark.parametrize("path", ["../secret", "../templates/../secret"])
    def test_a_name_does_not_lead_out_of_the_folders(
        self, app: Kernos, tmp_path: Path, path: str
    ) -> None:
        engine = self.engine(app)
        suffix = self.suffix(app)
        (tmp_path / f"secret{suffix}").write_text("secret")
        for name in (path + suffix, str(tmp_path / f"secret{suffix}")):
            with pytest.raises(LookupError):
                engine.get_template(name)

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
        if source is None:
            pytest.skip("the engine has no filters")
        assert engine.from_string(source).render({"x": 1}).strip() == "1"
        app.add_template_filter(lambda value: "again", "plainly")
        assert engine.from_string(source).render({"x": 1}).strip() == "again"

    def test_two_applications_share_no_names(self, app: Kernos) -> None:
        other = Kernos(__name__, plugins=[], components={"templating": self.make_engine})
        app.template_names.globals["word"] = "mine"
        other.template_names.globals["word"] = "theirs"
        for one, word in ((app, "mine"), (other, "theirs")):
            template = self.engine(one).from_string(self.printing("word"))
            assert template.render({}).strip() == word

    # --- safety --------------------------------------------------------------------------------

    def test_html_is_escaped(self, app: Kernos) -> None:
        if not self.escapes:
            pytest.skip("the engine does not write HTML")
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

    def test_json_does_not_leave_its_script(self, app: Kernos) -> None:
        source = self.scripting("x")
        if source is None:
            pytest.skip("the engine has no JSON")
        text = self.engine(app).from_string(source).render({"x": HOSTILE})
        assert not set("<>&'") & set(text)
        for char in "<>&'":
            assert f"\\u{ord(char):04x}" in text.lower()

    def test_an_endless_include_is_an_error(self, app: Kernos) -> None:
        name = "page" + self.suffix(app)
        self.write(app, "page", self.including(name))
        with pytest.raises(Exception, match=r"."):
            self.engine(app).get_template(name).render({})

    def test_threads_render_each_their_own(self, app: Kernos) -> None:
        name = self.write(app, "page", self.printing("x"))
        engine = self.engine(app)
        wrong: list[object] = []

        def render(number: int) -> None:
            for step in range(100):
                for template in (
                    engine.get_template(name),
                    engine.from_string(self.printing("x") + str(step % 10)),
                ):
                    text = template.render({"x": f"{number}-"})
                    if not text.startswith(f"{number}-"):
                        wrong.append(text)

        threads = [threading.Thread(target=render, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not wrong

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


__all__ = ["TemplateEngineKit"]
