"""What the tests of a template engine have in hand."""

from __future__ import annotations

import typing as t
from abc import abstractmethod
from pathlib import Path

import pytest

from kernos.app import Kernos
from kernos.contracts import TemplateEngine
from kernos.testing.conformance.kit import Kit


class Subject(Kit):
    """An application with the engine that is tested, and templates in its language."""

    @abstractmethod
    def make_engine(self, app: Kernos) -> TemplateEngine:
        """Return a new engine for an application."""

    @abstractmethod
    def printing(self, name: str) -> str:
        """Return a source that prints the variable or global ``name``."""

    def filtering(self, name: str, filter_name: str) -> str:
        """Return a source that prints a variable through a filter."""
        pytest.fail("write filtering(), or give this test up as xfail")

    def scripting(self, name: str) -> str:
        """Return a source that prints a variable as JSON, for use inside a script."""
        pytest.fail("write scripting(), or give this test up as xfail")

    def including(self, template: str) -> str:
        """Return a source that includes another template."""
        pytest.fail("write including(), or give this test up as xfail")

    @pytest.fixture
    def app(self, tmp_path: Path) -> Kernos:
        """An application with this kit's engine and an empty template folder."""
        (tmp_path / "templates").mkdir()
        return self.make_app(tmp_path)

    def make_app(self, folder: Path, name: str = __name__, *others: t.Any) -> Kernos:
        """Return an application in a folder, with this kit's engine behind ``others``."""
        engines = [*others, self.make_engine] if others else self.make_engine
        app = Kernos(
            name,
            plugins=[],
            static_folder=None,
            root_path=str(folder),
            components={**self.others, "templating": engines},
        )
        app.testing = True
        return app

    def write(self, app: Kernos, name: str, source: str, suffix: str | None = None) -> str:
        """Write a template whose suffix is the engine's, and return its whole name."""
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


__all__ = ["Subject"]
