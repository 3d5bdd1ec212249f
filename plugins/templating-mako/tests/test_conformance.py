"""The engine keeps the contract."""

from __future__ import annotations

from kernos import Kernos
from kernos.contracts import TemplateEngine
from kernos.testing.conformance.templating import TemplateEngineKit
from kernos_templating_mako import MakoEngine


class TestMakoEngine(TemplateEngineKit):
    def make_engine(self, app: Kernos) -> TemplateEngine:
        return MakoEngine(app)

    def printing(self, name: str) -> str:
        return "${" + name + "}\n"

    def filtering(self, name: str, filter_name: str) -> str:
        return "${" + filter_name + "(" + name + ")}"

    def scripting(self, name: str) -> str:
        return self.filtering(name, "tojson")

    def including(self, template: str) -> str:
        return f'<%include file="{template}"/>'
