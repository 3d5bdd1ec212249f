"""A folder to install fake distributions into, and an application that is hardly one."""

from __future__ import annotations

import sys
import textwrap
import typing as t
from pathlib import Path

import pytest

from kernos.hooks import discovery
from kernos.hooks.manager import PluginManager
from kernos.hooks.settings import read_settings


class Site:
    """A folder on ``sys.path`` that distributions are written into, as pip would."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.modules: set[str] = set()
        folder.mkdir()

    def add(
        self,
        distribution: str,
        entries: t.Mapping[str, t.Mapping[str, str]] | None = None,
        *,
        version: str = "1.0.0",
        requires: t.Iterable[str] = (),
        modules: t.Mapping[str, str] | None = None,
        suffix: str = "dist-info",
    ) -> Path:
        """Install a distribution: ``entries`` is {group: {name: value}}."""
        stem = distribution.replace("-", "_")
        folder = self.folder / f"{stem}-{version}.{suffix}"
        folder.mkdir()
        lines = ["Metadata-Version: 2.1", f"Name: {distribution}", f"Version: {version}"]
        lines += [f"Requires-Dist: {one}" for one in requires]
        name = "METADATA" if suffix == "dist-info" else "PKG-INFO"
        (folder / name).write_text("\n".join(lines) + "\n\nRequires-Dist: kernos<0 in the text\n")
        if entries is not None:
            text = ""
            for group, found in entries.items():
                text += f"[{group}]\n" + "".join(f"{a} = {b}\n" for a, b in found.items()) + "\n"
            (folder / "entry_points.txt").write_text(text)
        for module, source in (modules or {}).items():
            self.write(module, source)
        return folder

    def write(self, module: str, source: str) -> None:
        """Write a module, with the marker imported."""
        self.modules.add(module)
        path = self.folder / f"{module}.py"
        path.write_text("from kernos.hooks import hookimpl\n" + textwrap.dedent(source))

    def feature(self, name: str, source: str = "", **options: t.Any) -> None:
        """Install the distribution ``acme-NAME`` with one feature plugin called NAME."""
        module = f"acme_{name}"
        self.add(
            f"acme-{name}",
            {"kernos.plugins": {name: module}},
            modules={module: source},
            **options,
        )

    def component(self, slot: str, name: str, source: str = "", **options: t.Any) -> None:
        """Install the distribution ``acme-SLOT-NAME`` with one offer for a slot."""
        module = f"acme_{slot}_{name}"
        self.add(
            f"acme-{slot}-{name}",
            {f"kernos.{slot}": {name: module}},
            modules={module: source},
            **options,
        )

    def json(self, name: str, extra: str = "", **options: t.Any) -> None:
        """Install a JSON provider that answers with its name."""
        source = f"""
        from kernos.contracts import JSONProvider

        class Provider(JSONProvider):
            name = {name!r}
            def dumps(self, obj, **kwargs):
                return self.name
            def loads(self, s, **kwargs):
                return self.name

        @hookimpl
        def kernos_provide_json(app):
            return Provider(app)
        """
        self.component("json", name, textwrap.dedent(source) + textwrap.dedent(extra), **options)

    def engine(self, name: str, suffixes: tuple[str, ...] = ()) -> None:
        """Install a template engine."""
        source = f"""
        class Engine:
            name = {name!r}
            suffixes = {suffixes!r}
            def get_template(self, name):
                raise LookupError(name)
            def from_string(self, source):
                raise LookupError(source)

        @hookimpl
        def kernos_provide_templating(app):
            return Engine()
        """
        self.component("templating", name, source)


class App:
    """What the manager needs of an application."""

    def __init__(self) -> None:
        self.config: dict[str, t.Any] = {}
        self.seen: list[t.Any] = []
        self.plugins: PluginManager


@pytest.fixture
def app_class() -> type[App]:
    return App


@pytest.fixture(autouse=True)
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COMPONENTS", "PLUGINS", "DISABLE", "CONFIG", "INDEX"):
        monkeypatch.delenv(f"KERNOS_{name}", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> t.Iterator[Site]:
    """The only folder in which anything is installed."""
    made = Site(tmp_path / "site-packages")
    monkeypatch.syspath_prepend(str(made.folder))
    monkeypatch.setattr(discovery, "search_path", lambda: [str(made.folder)])
    yield made
    for module in made.modules:
        sys.modules.pop(module, None)


class Make(t.Protocol):
    """Make an application with its manager, features loaded."""

    def __call__(self, **options: t.Any) -> App: ...


@pytest.fixture
def make() -> Make:
    alive = []  # a manager does not keep its application

    def make_app(*, load: bool = True, root_path: str | None = None, **options: t.Any) -> App:
        app = App()
        alive.append(app)
        settings = read_settings("nowhere_to_be_found", root_path, **options)
        app.plugins = PluginManager(t.cast("t.Any", app), settings)
        if load:
            app.plugins.load_features()
        return app

    return make_app
