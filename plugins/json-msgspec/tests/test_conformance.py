"""The provider keeps the contract, strict or not, in ASCII or in Unicode."""

from __future__ import annotations

from json_settings import LenientProviderKit, UnicodeProviderKit

from kernos import Kernos
from kernos.contracts import JSONProvider
from kernos.testing.conformance.json import JSONProviderKit
from kernos_json_msgspec import MsgspecProvider


class TestMsgspecProvider(JSONProviderKit):
    def make_provider(self, app: Kernos | None = None) -> JSONProvider:
        return MsgspecProvider(app)


class TestLenientProvider(LenientProviderKit):
    provider_class = MsgspecProvider


class TestUnicodeProvider(UnicodeProviderKit):
    provider_class = MsgspecProvider
