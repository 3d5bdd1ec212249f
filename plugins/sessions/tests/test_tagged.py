"""Tagged JSON: the eight tags, one's own, and Flask's bytes."""

from __future__ import annotations

import dataclasses
import typing as t
from collections import OrderedDict
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, settings, strategies as st
from markupsafe import Markup

from kernos_sessions import tagged
from kernos_sessions.tagged import JSONTag, TagDict, TaggedJSONSerializer

MOMENT = datetime(2024, 2, 29, 1, 2, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({}, "{}"),
        ([], "[]"),
        ({"b": 1, "a": [1.5, None, True, "ž"]}, '{"a":[1.5,null,true,"\\u017e"],"b":1}'),
        ((1, ("x",)), '{" t":[1,{" t":["x"]}]}'),
        (b"\x00\xff", '{" b":"AP8="}'),
        (Markup("<b>"), '{" m":"<b>"}'),
        (UUID(int=7), '{" u":"00000000000000000000000000000007"}'),
        (MOMENT, '{" d":"Thu, 29 Feb 2024 01:02:03 GMT"}'),
        ({" t": "no tuple"}, '{" di":{" t__":"no tuple"}}'),
        ({" t__": 1}, '{" t__":1}'),
        ({" di": {" t": 2}}, '{" di":{" di__":{" di":{" t__":2}}}}'),
        ({" t": 1, " b": 2}, '{" b":2," t":1}'),
        (
            {"a": {" d": (MOMENT,)}},
            '{"a":{" di":{" d__":{" t":[{" d":"Thu, 29 Feb 2024 01:02:03 GMT"}]}}}}',
        ),
    ],
)
def test_a_value_survives_in_the_text_that_flask_writes(value: object, text: str) -> None:
    serializer = TaggedJSONSerializer()
    assert serializer.dumps(value) == text
    assert serializer.loads(text) == value
    assert type(serializer.loads(text)) is type(value)


@pytest.mark.parametrize(
    ("value", "comes_back"),
    [
        (datetime(2024, 2, 29, 1, 2, 3, 999), MOMENT),
        (datetime(2024, 2, 29, 3, 2, 3, tzinfo=timezone(timedelta(hours=2))), MOMENT),
        (date(2024, 2, 29), "Thu, 29 Feb 2024 00:00:00 GMT"),
        (Decimal("1.50"), "1.50"),
    ],
)
def test_what_is_kept_in_another_form(value: object, comes_back: object) -> None:
    serializer = TaggedJSONSerializer()
    assert serializer.loads(serializer.dumps(value)) == comes_back


def test_a_dataclass_comes_back_as_a_dictionary() -> None:
    @dataclasses.dataclass
    class Point:
        x: int

    serializer = TaggedJSONSerializer()
    assert serializer.loads(serializer.dumps([Point(1)])) == [{"x": 1}]


@pytest.mark.parametrize("value", [object(), {1, 2}, 1j, type])
def test_what_has_no_form_is_a_type_error(value: object) -> None:
    with pytest.raises(TypeError, match=f"type {type(value).__name__} is not JSON"):
        TaggedJSONSerializer().dumps(value)


def test_the_default_tags_are_asked_in_the_documented_order() -> None:
    names = [kind.__name__ for kind in TaggedJSONSerializer.default_tags]
    assert names == [
        "TagDict",
        "PassDict",
        "TagTuple",
        "PassList",
        "TagBytes",
        "TagMarkup",
        "TagUUID",
        "TagDateTime",
    ]
    for name in names:
        assert issubclass(getattr(tagged, name), JSONTag)
    assert list(TaggedJSONSerializer().tags) == [" di", " t", " b", " m", " u", " d"]


def test_tag_and_untag_are_one_step() -> None:
    serializer = TaggedJSONSerializer()
    assert serializer.tag((1, b"x")) == {" t": [1, {" b": "eA=="}]}
    assert serializer.untag({" t": [1, {" b": "eA=="}]}) == (1, {" b": "eA=="})
    assert serializer.untag({}) == {}
    assert serializer.untag({"a": 1}) == {"a": 1}
    assert serializer.untag({" t": [1], "a": 1}) == {" t": [1], "a": 1}
    assert serializer.tag("x") == "x"


def iteritems(value: dict[t.Any, t.Any]) -> t.Any:
    return value.items()


def test_the_ordered_dict_example_runs_as_written() -> None:
    class TagOrderedDict(JSONTag):
        __slots__ = ("serializer",)
        key = " od"

        def check(self, value):
            return isinstance(value, OrderedDict)

        def to_json(self, value):
            return [[k, self.serializer.tag(v)] for k, v in iteritems(value)]

        def to_python(self, value):
            return OrderedDict(value)

    serializer = TaggedJSONSerializer()
    serializer.register(TagOrderedDict, index=0)
    value = {"od": OrderedDict([("b", (1,)), ("a", 2)])}
    assert serializer.dumps(value) == '{"od":{" od":[["b",{" t":[1]}],["a",2]]}}'
    found = serializer.loads(serializer.dumps(value))
    assert found == value
    assert type(found["od"]) is OrderedDict


def test_a_tag_of_ones_own_may_take_what_json_has() -> None:
    class TagUpper(JSONTag):
        __slots__ = ()
        key = " up"

        def check(self, value: t.Any) -> bool:
            return isinstance(value, str) and value.isupper()

        def to_json(self, value: t.Any) -> t.Any:
            return value.lower()

        def to_python(self, value: t.Any) -> t.Any:
            return value.upper()

    serializer = TaggedJSONSerializer()
    assert serializer.dumps(["A", "b"]) == '["A","b"]'
    serializer.register(TagUpper)
    assert serializer.dumps(["A", "b"]) == '[{" up":"a"},"b"]'
    assert serializer.loads('[{" up":"a"},"b"]') == ["A", "b"]


class TagOther(JSONTag):
    __slots__ = ()
    key = " di"

    def check(self, value: t.Any) -> bool:
        return False


def test_a_key_that_is_taken_is_a_key_error() -> None:
    serializer = TaggedJSONSerializer()
    with pytest.raises(KeyError, match="Tag ' di' is already registered"):
        serializer.register(TagOther)
    assert isinstance(serializer.order[0], TagDict)


def test_force_replaces_a_tag_in_its_place_or_where_one_says() -> None:
    serializer = TaggedJSONSerializer()
    serializer.register(TagOther, force=True)
    assert isinstance(serializer.tags[" di"], TagOther)
    assert [type(tag) for tag in serializer.order].count(TagDict) == 0
    assert isinstance(serializer.order[0], TagOther)
    serializer.register(TagOther, force=True, index=3)
    assert isinstance(serializer.order[3], TagOther)
    assert len(serializer.order) == 8


def test_index_counts_as_in_a_list() -> None:
    class TagA(JSONTag):
        key = " a"

    class TagB(JSONTag):
        key = " bb"

    serializer = TaggedJSONSerializer()
    serializer.register(TagA, index=-1)
    assert isinstance(serializer.order[-2], TagA)
    serializer.register(TagB)
    assert isinstance(serializer.order[-1], TagB)


def test_a_tag_that_implements_nothing_says_so() -> None:
    tag = JSONTag(TaggedJSONSerializer())
    for method in (tag.check, tag.to_json, tag.to_python):
        with pytest.raises(NotImplementedError):
            method(1)


def test_a_subclass_may_have_other_default_tags() -> None:
    class Serializer(TaggedJSONSerializer):
        default_tags = [TagDict, tagged.PassDict]

    assert Serializer().dumps({"a": {" di": 1}}) == '{"a":{" di":{" di__":1}}}'


def test_with_tags_leaves_the_original_alone() -> None:
    class TagSet(JSONTag):
        __slots__ = ()
        key = " s"

        def check(self, value: t.Any) -> bool:
            return isinstance(value, set)

        def to_json(self, value: t.Any) -> t.Any:
            return self.serializer.tag(sorted(value))

        def to_python(self, value: t.Any) -> t.Any:
            return set(value)

    original = TaggedJSONSerializer()
    extended = original.with_tags([TagSet])
    assert extended.loads(extended.dumps({"a": {1, 2}, "b": {" s": 1}})) == {
        "a": {1, 2},
        "b": {" s": 1},
    }
    assert " s" not in original.tags
    assert all(tag.serializer is extended for tag in extended.order)
    with pytest.raises(KeyError):
        original.with_tags([TagSet, TagSet])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "NaN]",
        '{" d":5}',
        '{" u":"zz"}',
        '{" b":5}',
        '{" t":5}',
        '{" di":{}}',
        '{" di":[]}',
        "[" * 5000,
    ],
)
def test_junk_is_an_ordinary_error(text: str) -> None:
    with pytest.raises((ValueError, TypeError, AttributeError)):
        TaggedJSONSerializer().loads(text)


@pytest.mark.parametrize("text", ["junk", "Thu, 01 Jan 99999999999 00:00:00 GMT", ""])
def test_a_date_that_is_none_comes_back_as_none(text: str) -> None:
    assert TaggedJSONSerializer().loads(f'{{" d":"{text}"}}') is None


def test_a_date_without_a_zone_is_in_utc() -> None:
    assert TaggedJSONSerializer().loads('{" d":"Thu, 29 Feb 2024 01:02:03 -0000"}') == MOMENT


_keys = st.text() | st.sampled_from([" t", " di", " d", " t__", " di__"])
_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary()
    | st.uuids()
    | st.text().map(Markup)
    # A year of two digits means this century or the last one, as in old mails.
    | st.datetimes(datetime(100, 1, 1), timezones=st.just(UTC)).map(
        lambda d: d.replace(microsecond=0, fold=0)
    ),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(_keys, inner, max_size=3)
    ),
    max_leaves=25,
)


@settings(deadline=None)  # machines are busy
@given(_values)
def test_any_value_survives(value: object) -> None:
    serializer = TaggedJSONSerializer()
    found = serializer.loads(serializer.dumps(value))
    assert found == value
    # The keys of dictionaries come back in order, which == does not look at.
    assert sorted(repr(found)) == sorted(repr(value))
