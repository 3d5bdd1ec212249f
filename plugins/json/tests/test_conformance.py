"""The provider keeps the contract, strict or not."""

from __future__ import annotations

from json_settings import LenientProviderKit

from kernos import Kernos
from kernos.contracts import JSONProvider
from kernos.testing.conformance.json import JSONProviderKit
from kernos_json import DefaultJSONProvider


class TestDefaultJSONProvider(JSONProviderKit):
    def make_provider(self, app: Kernos | None = None) -> JSONProvider:
        return DefaultJSONProvider(app)


class TestLenientJSONProvider(LenientProviderKit):
    provider_class = DefaultJSONProvider
