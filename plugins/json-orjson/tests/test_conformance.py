"""The provider keeps the contract, strict or not, in ASCII or in Unicode."""

from __future__ import annotations

import pytest
from json_settings import LenientProviderKit, UnicodeProviderKit

from kernos import Kernos
from kernos.contracts import JSONProvider
from kernos.testing.conformance.json import JSONProviderKit
from kernos_json_orjson import OrjsonProvider


class OrjsonKit(JSONProviderKit):
    @pytest.mark.xfail(
        reason="orjson bounds arrays and objects, but not tuples in tuples, and crashes; to"
        " look for them first takes longer than to write",
        run=False,
    )
    def test_tuples_that_nest_too_deep_are_an_ordinary_error(self) -> None:
        super().test_tuples_that_nest_too_deep_are_an_ordinary_error()


class TestOrjsonProvider(OrjsonKit):
    def make_provider(self, app: Kernos | None = None) -> JSONProvider:
        return OrjsonProvider(app)


class TestLenientProvider(OrjsonKit, LenientProviderKit):
    provider_class = OrjsonProvider


class TestUnicodeProvider(OrjsonKit, UnicodeProviderKit):
    provider_class = OrjsonProvider
