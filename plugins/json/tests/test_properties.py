"""Properties that hold for any data and any text."""

from __future__ import annotations

import json
import typing as t

import pytest
from hypothesis import given, settings, strategies as st

from kernos_json import DefaultJSONProvider, JSONRefused, reading, writing

_scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
values = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=30,
)
providers = st.builds(
    lambda ascii, sort, strict: _provider(ascii, sort, strict),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


def _provider(ensure_ascii: bool, sort_keys: bool, strict: bool) -> DefaultJSONProvider:
    provider = DefaultJSONProvider()
    provider.ensure_ascii, provider.sort_keys = ensure_ascii, sort_keys
    provider.strict = strict
    return provider


@settings(deadline=None)  # machines are busy
@given(providers, values)
def test_any_value_survives_the_round_trip(provider: DefaultJSONProvider, value: object) -> None:
    assert provider.loads(provider.dumps(value)) == value
    assert provider.loads(provider.dumps(value, indent=2)) == value
    assert provider.loads(provider.dumps(value).encode()) == value


@settings(deadline=None)  # machines are busy
@given(providers, values)
def test_the_text_is_the_one_that_python_writes(
    provider: DefaultJSONProvider, value: object
) -> None:
    options: dict[str, t.Any] = {
        "ensure_ascii": provider.ensure_ascii,
        "sort_keys": provider.sort_keys,
    }
    assert provider.dumps(value) == json.dumps(value, **options)
    assert provider.dumps(value, separators=(",", ":")) == json.dumps(
        value, separators=(",", ":"), **options
    )


_pieces = st.lists(
    st.sampled_from(["[", "]", "{", "}", '"', "\\", "\\u", "d800", "\\ud83c\\udf89", "a", ":"])
    | st.sampled_from(["1", "e5", "e999", "NaN", ",", "\ud800", "ž", " ", "\n", "null"]),
    max_size=60,
).map("".join)


@settings(deadline=None)  # machines are busy
@given(_pieces | st.text(), st.booleans())
def test_any_text_is_read_or_a_value_error(text: str, strict: bool) -> None:
    provider = _provider(True, True, strict)
    try:
        provider.loads(text)
    except ValueError:
        pass


@settings(deadline=None)  # machines are busy
@given(st.binary(), st.booleans())
def test_any_bytes_are_read_or_a_value_error(data: bytes, strict: bool) -> None:
    provider = _provider(True, True, strict)
    try:
        provider.loads(data)
    except ValueError:
        pass


@settings(deadline=None)  # machines are busy
@given(_pieces)
def test_what_strict_reading_accepts_is_what_python_reads(text: str) -> None:
    try:
        found = DefaultJSONProvider().loads(text)
    except ValueError:
        return
    assert found == json.loads(text)


_blanks = st.text(st.sampled_from(" \t\n\r\x0c\x00"), max_size=3)


def _outcome(read: t.Callable[[t.Any], t.Any], text: str | bytes) -> tuple[object, ...]:
    try:
        return "read", read(text)
    except ValueError as error:
        return type(error), str(error)


@settings(deadline=None)  # machines are busy
@given(_blanks, _pieces | values.map(json.dumps), _blanks, st.booleans())
def test_a_lenient_provider_reads_and_refuses_what_python_does(
    before: str, text: str, after: str, in_bytes: bool
) -> None:
    whole: str | bytes = before + text + after
    if in_bytes:
        whole = (before + text + after).encode("utf-8", "surrogatepass")
    lenient = _outcome(_provider(True, True, False).loads, whole)
    assert repr(lenient) == repr(_outcome(json.loads, whole))  # NaN is not equal to itself


@settings(deadline=None)  # machines are busy
@given(_blanks, values.map(json.dumps), _blanks, st.sampled_from(["", "x", "1", "{"]))
def test_a_strict_provider_says_of_bad_text_what_python_says(
    before: str, text: str, after: str, rest: str
) -> None:
    whole = before + text + after + rest
    strict = _outcome(DefaultJSONProvider().loads, whole.encode())
    if strict[0] is not JSONRefused:
        assert strict == _outcome(json.loads, whole.encode())


@settings(deadline=None)  # machines are busy
@given(values)
def test_the_depth_is_measured_exactly(value: object) -> None:
    depth, level = 0, [value]
    while level := [one for one in level if isinstance(one, (list, dict))]:
        depth += 1
        level = [
            inner for one in level for inner in (one.values() if isinstance(one, dict) else one)
        ]
    for ensure_ascii in (True, False):
        text = json.dumps(value, ensure_ascii=ensure_ascii)
        reading.refuse_depth(text, depth)
        if depth:
            with pytest.raises(JSONRefused):
                reading.refuse_depth(text, depth - 1)


@settings(deadline=None)  # machines are busy
@given(values)
def test_a_python_without_the_quick_encoder_writes_the_same(value: object) -> None:
    def make() -> writing.Writer:
        return writing.make_writer(
            repr, ensure_ascii=True, sort_keys=True, allow_nan=True, separators=(",", ":")
        )

    quick = make()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writing, "_make_encoder", None)
        slow = make()
    assert quick(value) == slow(value)
