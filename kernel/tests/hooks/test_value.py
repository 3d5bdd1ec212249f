"""Values: equal where their fields are, given once, refused where they do not fit."""

from __future__ import annotations

import copy

import pytest

from kernos.hooks.value import Value


class Point(Value):
    x: int
    y: int = 0
    names: tuple[str, ...] = ()


class Place(Value):
    x: int
    y: int = 0
    names: tuple[str, ...] = ()


def test_fields_are_given_in_order_or_by_name_and_have_defaults() -> None:
    point = Point(1, names=("a",))
    assert (point.x, point.y, point.names) == (1, 0, ("a",))


def test_equal_fields_make_equal_values_and_equal_keys() -> None:
    assert Point(1) == Point(x=1, y=0) != Point(2)
    assert {Point(1): "found"}[Point(1, 0)] == "found"


def test_a_value_of_another_class_is_another_value() -> None:
    assert Point(1) != Place(1)
    assert Point(1) != (1, 0, ())


def test_a_value_shows_its_fields() -> None:
    assert repr(Point(1)) == "Point(x=1, y=0, names=())"


def test_a_field_is_given_once() -> None:
    point = Point(1)
    with pytest.raises(AttributeError, match=r"Point\.x is given once"):
        point.x = 2  # type: ignore[misc]
    assert point.x == 1


def test_a_copy_is_equal() -> None:
    assert copy.deepcopy(Point(1, names=("a",))) == Point(1, names=("a",))


@pytest.mark.parametrize(
    ("values", "named"),
    [((), {}), ((1, 2, (), 4), {}), ((1,), {"x": 1}), ((1,), {"z": 1}), ((), {"z": 1})],
)
def test_fields_that_do_not_fit_are_refused(
    values: tuple[object, ...], named: dict[str, object]
) -> None:
    with pytest.raises(TypeError, match="Point takes x, y, names"):
        Point(*values, **named)  # type: ignore[arg-type]
