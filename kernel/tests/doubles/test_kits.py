"""The doubles keep the kits that any component can be tested with."""

from __future__ import annotations

import typing as t

import pytest

from kernos import Kernos
from kernos import Request
from kernos.contracts import CommandLine
from kernos.contracts import JSONProvider
from kernos.contracts import Router
from kernos.contracts import SessionInterface
from kernos.contracts import TemplateEngine
from kernos.errors import SessionUnavailable
from kernos.testing.conformance.cli import CommandLineKit
from kernos.testing.conformance.json import JSONProviderKit
from kernos.testing.conformance.routing import RouterKit
from kernos.testing.conformance.sessions import ServerSideSessionKit
from kernos.testing.conformance.templating import TemplateEngineKit
from kernos.testing.doubles import EagerMemorySessions
from kernos.testing.doubles import MemoryCommandLine
from kernos.testing.doubles import MemoryJSON
from kernos.testing.doubles import MemoryRouter
from kernos.testing.doubles import MemorySessions
from kernos.testing.doubles import MemoryTemplates
from kernos.testing.doubles import doubles


@pytest.fixture(autouse=True)
def _doubles_all_around(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fill the slots that a kit leaves to what is installed; here nothing is."""

    def make(*args: t.Any, **options: t.Any) -> Kernos:
        others = doubles()
        options["components"] = {**others, **options["components"]}
        return Kernos(*args, **options)

    for room in ("routing", "templating"):
        monkeypatch.setattr(f"kernos.testing.conformance.{room}.Kernos", make)


class TestMemoryJSON(JSONProviderKit):
    others = doubles()

    def make_provider(self, app: Kernos | None = None) -> JSONProvider:
        return MemoryJSON(app)


class Down(MemorySessions):
    """Sessions whose store cannot be reached."""

    def open_session(self, app: Kernos, request: Request) -> t.NoReturn:
        raise SessionUnavailable("The store is down.", why="it is", fix="wait")


class EagerDown(Down):
    lazy = False


class TestMemorySessions(ServerSideSessionKit):
    others = doubles()

    def make_interface(self) -> SessionInterface:
        return MemorySessions()

    def make_broken_interface(self) -> SessionInterface:
        return Down()

    def count_rows(self, interface: SessionInterface) -> int:
        assert isinstance(interface, MemorySessions)
        return len(interface.store)


class TestEagerMemorySessions(TestMemorySessions):
    def make_interface(self) -> SessionInterface:
        return EagerMemorySessions()

    def make_broken_interface(self) -> SessionInterface:
        return EagerDown()


class TestMemoryRouter(RouterKit):
    def make_router(self, app: Kernos) -> Router:
        return MemoryRouter(app)


class TestMemoryTemplates(TemplateEngineKit):
    escapes = False

    def make_engine(self, app: Kernos) -> TemplateEngine:
        return MemoryTemplates(app)

    def printing(self, name: str) -> str:
        return f"{{{name}}}"

    def filtering(self, name: str, filter_name: str) -> str:
        return f"{{{name}|{filter_name}}}"


class TestMemoryCommandLine(CommandLineKit):
    others = doubles()

    def make_command_line(self, app: Kernos | None = None) -> CommandLine:
        return MemoryCommandLine(app)
