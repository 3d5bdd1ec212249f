"""The provider answers as the standard one does, but where its README says otherwise."""

from __future__ import annotations

import enum
import typing as t
import uuid
from datetime import date

import pytest
from json_in_application import InApplicationKit
from json_same_answers import SameAnswersKit
from json_small_stacks import SmallStacksKit

from kernos_json import DefaultJSONProvider
from kernos_json_orjson import OrjsonProvider


class TestSameAnswers(SameAnswersKit):
    provider_class = OrjsonProvider


class TestInApplication(InApplicationKit):
    name = "orjson"
    provider_class = OrjsonProvider


class TestSmallStacks(SmallStacksKit):
    provider_class = OrjsonProvider


# --- what the README lists, beyond what both quicker providers share --------------------------


class Color(enum.Enum):
    RED = "red"


@pytest.mark.parametrize("options", [{}, {"indent": None}, {"indent": 1}])
def test_difference_members_of_enumerations_are_written_as_their_values(
    options: dict[str, t.Any],
) -> None:
    with pytest.raises(TypeError):
        DefaultJSONProvider().dumps(Color.RED)
    assert OrjsonProvider().dumps(Color.RED, **dict(options)) == '"red"'
    assert OrjsonProvider().dumps({"x": Color.RED, "y": 2**70}) == (
        '{"x":"red","y":1180591620717411303424}'
    )


def test_difference_default_is_not_asked_about_uuids_and_enumerations() -> None:
    provider = OrjsonProvider()
    provider.default = lambda o: "asked"
    native = [uuid.UUID(int=0), Color.RED]
    written = '["00000000-0000-0000-0000-000000000000","red"'
    assert provider.dumps(native) == f"{written}]"
    assert provider.dumps([*native, date(1, 1, 1)]) == f'{written},"asked"]'
    assert provider.dumps([*native, 2**70]) == f"{written},1180591620717411303424]"
    assert provider.dumps(native, separators=(",", ":"), skipkeys=True) == f"{written}]"
