"""A kit cannot be silenced unseen, and finds what a component does wrong."""

from __future__ import annotations

import json
import typing as t

import pytest

from kernos.contracts import JSONProvider
from kernos.errors import RegistrationError
from kernos.testing.conformance.json import JSONProviderKit
from kernos.testing.conformance.kit import Kit


class PlainKit(Kit):
    def test_one(self) -> None:
        assert self.value() == 1

    def value(self) -> int:
        return 1


def test_a_subclass_may_add_tests_and_replace_what_is_no_test() -> None:
    class Ours(PlainKit):
        def value(self) -> int:
            return 2

        def test_two(self) -> None: ...

    with pytest.raises(AssertionError):
        Ours().test_one()


@pytest.mark.parametrize(
    "replacement",
    [
        lambda self: None,
        None,
        pytest.mark.skip(reason="tired")(lambda self: None),
        pytest.mark.xfail()(lambda self: None),
    ],
)
def test_a_test_is_not_replaced_silently(replacement: object) -> None:
    with pytest.raises(RegistrationError, match="Ours replaces test_one of its kit") as caught:
        type("Ours", (PlainKit,), {"test_one": replacement})
    assert '@pytest.mark.xfail(reason="…")' in caught.value.fix


def test_a_test_that_must_fail_is_replaced_with_its_reason() -> None:
    class Ours(PlainKit):
        @pytest.mark.xfail(reason="the store cannot do it")
        def test_one(self) -> None:
            super().test_one()

    with pytest.raises(RegistrationError):
        type("Theirs", (Ours,), {"test_one": None})


def test_a_kit_without_its_component_cannot_run() -> None:
    with pytest.raises(TypeError, match="make_provider"):
        JSONProviderKit()  # type: ignore[abstract]


class BytesProvider(JSONProvider):
    def dumps(self, obj: t.Any, **kwargs: t.Any) -> t.Any:
        return json.dumps(obj).encode()

    def loads(self, s: str | bytes, **kwargs: t.Any) -> t.Any:
        return json.loads(s)


class BytesKit(JSONProviderKit):
    def make_provider(self, app: t.Any = None) -> JSONProvider:
        return BytesProvider(app)


def test_a_provider_that_writes_bytes_is_found_out() -> None:
    kit = BytesKit()
    kit.test_tuples_become_lists()
    with pytest.raises(AssertionError):
        kit.test_dumps_returns_text(1)
    with pytest.raises(RecursionError):
        kit.test_a_text_that_nests_too_deep_is_a_value_error("[" * 100_000)
