"""The doubles keep the kits that any component can be tested with."""

from __future__ import annotations

import typing as t

import pytest

from kernos import Kernos, Request
from kernos.contracts import CommandLine, JSONProvider, Router, SessionInterface, TemplateEngine
from kernos.errors import SessionUnavailable
from kernos.testing.conformance.cli import CommandLineKit
from kernos.testing.conformance.json import JSONProviderKit
from kernos.testing.conformance.routing import RouterKit
from kernos.testing.conformance.sessions import ServerSideSessionKit
from kernos.testing.conformance.templating import TemplateEngineKit
from kernos.testing.doubles import (
    EagerMemorySessions,
    MemoryCommandLine,
    MemoryJSON,
    MemoryRouter,
    MemorySessions,
    MemoryTemplates,
    doubles,
)


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
    others = doubles()

    def make_router(self, app: Kernos) -> Router:
        return MemoryRouter(app)

    @pytest.mark.xfail(reason="the double leaves it to re, which tries all ways", run=False)
    def test_a_path_that_could_be_cut_in_many_ways_is_soon_refused(self) -> None:
        raise NotImplementedError


class TestMemoryTemplates(TemplateEngineKit):
    others = doubles()

    def make_engine(self, app: Kernos) -> TemplateEngine:
        return MemoryTemplates(app)

    def printing(self, name: str) -> str:
        return f"{{{name}}}"

    def filtering(self, name: str, filter_name: str) -> str:
        return f"{{{name}|{filter_name}}}"

    @pytest.mark.xfail(reason="the double writes plain text")
    def test_html_is_escaped(self, app: Kernos) -> None:
        super().test_html_is_escaped(app)

    @pytest.mark.xfail(reason="the double writes plain text")
    def test_html_that_says_so_is_not_escaped_again(self, app: Kernos) -> None:
        super().test_html_that_says_so_is_not_escaped_again(app)

    @pytest.mark.xfail(reason="the double knows no JSON")
    def test_json_is_written_by_the_applications_provider(self, app: Kernos) -> None:
        super().test_json_is_written_by_the_applications_provider(app)

    @pytest.mark.xfail(reason="the double knows no JSON")
    def test_json_does_not_leave_its_script(self, app: Kernos) -> None:
        super().test_json_does_not_leave_its_script(app)

    @pytest.mark.xfail(reason="the double includes nothing")
    def test_an_endless_include_is_an_error(self, app: Kernos) -> None:
        super().test_an_endless_include_is_an_error(app)


class TestMemoryCommandLine(CommandLineKit):
    others = doubles()

    def make_command_line(self, app: Kernos | None = None) -> CommandLine:
        return MemoryCommandLine(app)
