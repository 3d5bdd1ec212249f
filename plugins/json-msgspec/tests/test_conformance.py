"""The provider keeps the contract, strict or not, in ASCII or in Unicode."""

from __future__ import annotations

from kernos import Kernos
from kernos.contracts import JSONProvider
from kernos.testing.conformance.json import JSONProviderKit
from kernos_json_msgspec import MsgspecProvider


class TestMsgspecProvider(JSONProviderKit):
    def make_provider(self, app: Kernos | None = None) -> JSONProvider:
        return MsgspecProvider(app)


class TestLenientProvider(JSONProviderKit):
    def make_provider(self, app: Kernos | None = None) -> JSONProvider:
        provider = MsgspecProvider(app)
        provider.strict = False
        return provider


class TestUnicodeProvider(JSONProviderKit):
    def make_provider(self, app: Kernos | None = None) -> JSONProvider:
        provider = MsgspecProvider(app)
        provider.ensure_ascii = False
        provider.sort_keys = False
        return provider
