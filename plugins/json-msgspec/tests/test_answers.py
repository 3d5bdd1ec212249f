"""The provider answers as the standard one does, but where its README says otherwise."""

from __future__ import annotations

import decimal
import enum
import typing as t
import uuid
from datetime import date

import msgspec
import pytest
from json_in_application import InApplicationKit
from json_same_answers import OPTIONS, SameAnswersKit, compare_text
from json_small_stacks import SmallStacksKit

from kernos_json import DefaultJSONProvider
from kernos_json_msgspec import MsgspecProvider


class TestSameAnswers(SameAnswersKit):
    provider_class = MsgspecProvider


class TestInApplication(InApplicationKit):
    name = "msgspec"
    provider_class = MsgspecProvider


class TestSmallStacks(SmallStacksKit):
    provider_class = MsgspecProvider


class Color(enum.Enum):
    RED = "red"


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("value", [Color.RED, [Color.RED, uuid.UUID(int=0)]], ids=repr)
def test_members_of_enumerations_have_no_form(value: object, options: dict[str, t.Any]) -> None:
    compare_text(MsgspecProvider, value, options)


def test_default_is_asked_about_uuids_too() -> None:
    provider = MsgspecProvider()
    provider.default = lambda o: "replaced"
    assert provider.dumps([uuid.UUID(int=0), date(1, 1, 1)]) == '["replaced","replaced"]'


# --- what the README lists -------------------------------------------------------------------


class Item(msgspec.Struct):
    name: str
    when: date
    price: decimal.Decimal
    inner: list[Item] = []


@pytest.mark.parametrize("options", [{}, {"indent": None}])
def test_difference_structures_of_msgspec_are_objects(options: dict[str, t.Any]) -> None:
    item = Item("ring", date(2024, 2, 29), decimal.Decimal("1.50"))
    item.inner = [Item("clay", date(2024, 2, 29), decimal.Decimal(2))]
    with pytest.raises(TypeError):
        DefaultJSONProvider().dumps(item)
    provider = MsgspecProvider()
    written = provider.dumps({"item": item}, **dict(options))
    assert provider.loads(written)["item"] == {
        "name": "ring",
        "when": "Thu, 29 Feb 2024 00:00:00 GMT",
        "price": "1.50",
        "inner": [
            {
                "name": "clay",
                "when": "Thu, 29 Feb 2024 00:00:00 GMT",
                "price": "2",
                "inner": [],
            }
        ],
    }
