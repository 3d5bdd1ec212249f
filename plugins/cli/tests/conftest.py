"""Applications to find, and a process that is as it was after each test."""

from __future__ import annotations

import os
import sys
import textwrap
import typing as t
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kernos import Kernos
from kernos_cli import ScriptInfo, cli

sys.path.insert(0, str(Path(__file__).parent / "support"))

FILES = {
    "shop/__init__.py": "",
    "shop/app.py": """
        from kernos import Kernos

        website = Kernos("website")
        """,
    "shop/factory.py": """
        from kernos import Kernos

        def create_app():
            return Kernos("made")

        def create_app2(first, second):
            return Kernos(f"made_{first}_{second}")

        def create_nothing():
            pass

        def create_badly():
            raise TypeError("from inside")
        """,
    "shop/several.py": """
        from kernos import Kernos

        one = Kernos("one")
        two = Kernos("two")
        """,
    "shop/message.txt": "not Python",
    "shop/broken_import.py": "import a_module_that_is_not_there\n",
    "shop/broken.py": "1 / 0\n",
    "shop/inner/__init__.py": """
        from kernos import Kernos

        application = Kernos("inner")
        """,
    "with_wsgi/wsgi.py": """
        from kernos import Kernos

        app = Kernos("of_wsgi")
        """,
    "with_wsgi/app.py": """
        from kernos import Kernos

        app = Kernos("of_app")
        """,
    "with_app/app.py": """
        from kernos import Kernos

        app = Kernos("of_app")
        """,
    "dotenv/.env": "FOO=env\nSPAM=1\nEGGS=2\nHAM=火腿\n",
    "dotenv/.kernosenv": "FOO=public\nBAR=bar\nEGGS=0\n",
    "dotenv/deep/down/here.txt": "",
    "dotenv/extra.env": "FOO=extra\nMORE=more\n",
}


def write_files(folder: Path, files: t.Mapping[str, str]) -> Path:
    """Write files by their path under a folder; the folder is returned."""
    for name, text in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(textwrap.dedent(text), encoding="utf-8")
    return folder


@pytest.fixture
def runner() -> CliRunner:
    return CliRunner()


@pytest.fixture
def apps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of applications that can be imported."""
    write_files(tmp_path, FILES)
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


@pytest.fixture
def app(tmp_path: Path) -> Kernos:
    made = Kernos("tested", root_path=str(tmp_path), static_folder=None)
    made.config.update(TESTING=True)
    return made


@pytest.fixture(autouse=True)
def _process_as_it_was() -> t.Iterator[None]:
    """Put back what a command line changes: environment, modules, path, folder."""
    before = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("FLASK_", "WERKZEUG_", "KERNOS_")) or key == "KERNOS_COMPONENTS"
    }
    modules = set(sys.modules)
    path = sys.path[:]
    folder = Path.cwd()
    os.environ.clear()
    os.environ.update(before)
    yield
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(before)
    sys.path[:] = path
    for name in sys.modules.keys() - modules:
        file = getattr(sys.modules[name], "__file__", None) or ""
        # Only what came from a test's own folder: a half-removed library is worse.
        if "site-packages" not in file and "pytest-" in file:
            del sys.modules[name]


class Invoke(t.Protocol):
    """Run ``kernos`` on an application."""

    def __call__(
        self, *args: str, make: t.Callable[[], Kernos] | None = None, **env: str
    ) -> Result: ...


@pytest.fixture
def make_app(tmp_path) -> t.Callable[..., Kernos]:
    def make(*plugins: object, **options: t.Any) -> Kernos:
        options = {"root_path": str(tmp_path), "static_folder": None, **options}
        return Kernos("acme_shop", plugins=plugins, **options)

    return make


@pytest.fixture
def invoke(tmp_path, monkeypatch: pytest.MonkeyPatch) -> Invoke:
    monkeypatch.chdir(tmp_path)

    def run(*args: str, make: t.Callable[[], Kernos] | None = None, **env: str) -> Result:
        given = {"obj": ScriptInfo(create_app=make)} if make is not None else {}
        return CliRunner().invoke(cli, args, env=env, **given)

    return run
