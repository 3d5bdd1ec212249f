"""The engine keeps the contract."""

from __future__ import annotations

from kernos import Kernos
from kernos.contracts import TemplateEngine
from kernos.testing.conformance.templating import TemplateEngineKit
from kernos_templating_minijinja import MiniJinjaEngine


class TestMiniJinjaEngine(TemplateEngineKit):
    def make_engine(self, app: Kernos) -> TemplateEngine:
        return MiniJinjaEngine(app)

    def printing(self, name: str) -> str:
        return "{{ " + name + " }}"

    def filtering(self, name: str, filter_name: str) -> str:
        return "{{ " + name + "|" + filter_name + " }}"

    def scripting(self, name: str) -> str:
        return self.filtering(name, "tojson")

    def including(self, template: str) -> str:
        return "{% include '" + template + "' %}"
