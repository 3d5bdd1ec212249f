"""Whether a request is as it came, in what a short way does without."""

from __future__ import annotations

import pytest

from kernos.contracts import stock
from kernos.contracts.stock import Stock

pytestmark = pytest.mark.usefixtures("both_lookouts")


class Asked:
    """Stands for a class of requests."""

    size = 1

    def read(self) -> str:
        return "read"


def test_a_request_is_as_it_came_until_it_has_something_of_its_own() -> None:
    request = Asked()
    plain = Stock(Asked, ("size", "read"), ("size", "_cached"))
    assert plain.is_in(request)
    request.other = 1
    assert plain.is_in(request)
    request._cached = None
    assert not plain.is_in(request)
    assert plain.is_in(Asked())


def test_a_class_is_until_it_is_changed_and_again_when_it_is_put_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Own(Asked): ...

    plain = Stock(Asked, ("size", "read"), ())
    for kind in (Own, Asked):
        assert plain.is_in(Own())
        with monkeypatch.context() as patch:
            patch.setattr(kind, "read", lambda self: "mine")
            assert not plain.is_in(Own())
            assert plain.is_in(Asked()) is (kind is Own)
        assert plain.is_in(Own())


def test_another_class_is_not() -> None:
    class Different:
        size = 1

    class Slotted:
        __slots__ = ()

    plain = Stock(Asked, ("size", "read"), ("size",))
    assert not plain.is_in(Different())
    assert not plain.is_in(Slotted())


def test_no_more_classes_are_remembered_than_a_program_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stock, "_KNOWN_LIMIT", 3)
    plain = Stock(Asked, ("read",), ())
    kinds = [type("Own", (Asked,), {}) for _ in range(5)]
    for kind in [*kinds, *kinds]:
        assert plain.is_in(kind())
    assert len(plain._lookouts) <= 3
