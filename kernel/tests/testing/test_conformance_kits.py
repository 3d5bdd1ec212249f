"""A kit cannot be silenced unseen, and finds what a component does wrong."""

from __future__ import annotations

import json
import typing as t

import pytest

from kernos.contracts import JSONProvider
from kernos.errors import RegistrationError
from kernos.testing.conformance.cli import CommandLineKit
from kernos.testing.conformance.json import JSONProviderKit
from kernos.testing.conformance.kit import Kit
from kernos.testing.conformance.routing import RouterKit
from kernos.testing.conformance.sessions import ServerSideSessionKit, SessionInterfaceKit
from kernos.testing.conformance.templating import TemplateEngineKit


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


def _test(mark: t.Any = lambda test: test) -> t.Any:
    """Return a marked test; pytest marks no lambda."""

    def test(self: object) -> None: ...

    return mark(test)


REPLACEMENTS = {
    "a function": _test(),
    "None": None,
    "a static method": staticmethod(_test()),
    "a skip": _test(pytest.mark.skip(reason="tired")),
    "a conditional skip": _test(pytest.mark.skipif(True, reason="tired")),
    "an xfail": _test(pytest.mark.xfail),
    "an xfail that was called": _test(pytest.mark.xfail()),
    "an xfail with an empty reason": _test(pytest.mark.xfail(reason="")),
    "an xfail with a blank reason": _test(pytest.mark.xfail(reason=" \n")),
    "an xfail whose reason is no text": _test(pytest.mark.xfail(reason=1)),
}
KITS: list[t.Any] = [
    CommandLineKit,
    JSONProviderKit,
    RouterKit,
    ServerSideSessionKit,
    SessionInterfaceKit,
    TemplateEngineKit,
]


@pytest.mark.parametrize("replacement", REPLACEMENTS.values(), ids=REPLACEMENTS)
def test_a_test_is_not_replaced_silently(replacement: object) -> None:
    with pytest.raises(RegistrationError, match="Ours replaces test_one of its kit") as caught:
        type("Ours", (PlainKit,), {"test_one": replacement})
    assert '@pytest.mark.xfail(reason="…")' in caught.value.fix


def test_a_class_that_is_mixed_in_replaces_no_test_either() -> None:
    class Mixed:
        def test_one(self) -> None: ...

    with pytest.raises(RegistrationError, match="Ours replaces test_one of its kit"):
        type("Ours", (Mixed, PlainKit), {})
    assert type("Ours", (PlainKit, Mixed), {}).test_one is PlainKit.test_one


@pytest.mark.parametrize(
    "marks",
    [
        pytest.mark.skip(reason="tired"),
        [pytest.mark.skipif(True, reason="tired")],
        (pytest.mark.usefixtures("tmp_path"), pytest.mark.xfail(reason="it is all wrong")),
    ],
)
def test_a_kit_is_not_given_up_as_a_whole(marks: object) -> None:
    with pytest.raises(RegistrationError, match="Ours marks all tests of its kit at once"):
        type("Ours", (PlainKit,), {"pytestmark": marks})
    type("Ours", (PlainKit,), {"pytestmark": pytest.mark.usefixtures("tmp_path")})


@pytest.mark.parametrize("kit", KITS)
def test_every_kit_keeps_every_test(kit: type[Kit]) -> None:
    names = [name for name in dir(kit) if name.startswith("test")]
    assert len(names) > 20
    for name in names:
        with pytest.raises(RegistrationError, match=f"Ours replaces {name} of its kit"):
            type("Ours", (kit,), {name: _test()})
        with pytest.raises(RegistrationError, match=f"Ours replaces {name} of its kit"):
            type("Ours", (kit,), {name: _test(pytest.mark.xfail())})
        type("Ours", (kit,), {name: _test(pytest.mark.xfail(reason="why"))})


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
