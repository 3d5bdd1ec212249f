"""What the provider writes and reads, and how its attributes steer it."""

from __future__ import annotations

import dataclasses
import decimal
import io
import json
import subprocess
import sys
import typing as t
import uuid
from datetime import date, datetime, timedelta, timezone

import pytest

from kernos.errors import PluginError
from kernos_json import DefaultJSONProvider, JSONRefused


@dataclasses.dataclass
class Point:
    x: int
    y: decimal.Decimal


class Html:
    def __html__(self) -> str:
        return "<b>"


class Answer:
    def __init__(self, text: str, mimetype: str) -> None:
        self.text = text
        self.mimetype = mimetype


class App:
    """As much of an application as the provider asks for."""

    def __init__(self, types: dict[type, t.Any] | None = None) -> None:
        self.debug = False
        self.blueprints: dict[str, t.Any] = {}
        self.response_class = Answer
        self.types = types or {}
        self.asked = 0

    def contributions(self, kind: str) -> dict[type, t.Any]:
        assert kind == "json_types"
        self.asked += 1
        return self.types


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime(2024, 2, 29, 1, 2, 3, 999), '"Thu, 29 Feb 2024 01:02:03 GMT"'),
        (
            datetime(2024, 2, 29, 1, tzinfo=timezone(timedelta(hours=2))),
            '"Wed, 28 Feb 2024 23:00:00 GMT"',
        ),
        (date(5, 1, 2), '"Sun, 02 Jan 0005 00:00:00 GMT"'),
        (uuid.UUID(int=5), '"00000000-0000-0000-0000-000000000005"'),
        (decimal.Decimal("1.50"), '"1.50"'),
        (Point(1, decimal.Decimal("2.0")), '{"x": 1, "y": "2.0"}'),
        (Html(), '"<b>"'),
        ((1, None, True), "[1, null, true]"),
        ({"b": 1, "a": "ž"}, '{"a": "\\u017e", "b": 1}'),
    ],
)
def test_what_is_written_for(value: object, text: str) -> None:
    assert DefaultJSONProvider().dumps(value) == text


@pytest.mark.parametrize("value", [object(), {1, 2}, b"x", Point])
def test_an_object_without_a_form_is_a_type_error_that_names_its_type(value: object) -> None:
    with pytest.raises(TypeError, match=f"type {type(value).__name__} is not JSON"):
        DefaultJSONProvider().dumps(value)


def test_attributes_of_an_instance_count_at_once() -> None:
    provider = DefaultJSONProvider()
    assert provider.dumps({"b": "ž", "a": 1}) == '{"a": 1, "b": "\\u017e"}'
    provider.ensure_ascii = False
    provider.sort_keys = False
    assert provider.dumps({"b": "ž", "a": 1}) == '{"b": "ž", "a": 1}'


def test_default_may_be_replaced_on_the_instance() -> None:
    provider = DefaultJSONProvider()
    assert provider.dumps(Point(1, decimal.Decimal(2))) == '{"x": 1, "y": "2"}'
    provider.default = lambda o: "replaced"
    assert provider.dumps([Point(1, decimal.Decimal(2)), object()]) == '["replaced", "replaced"]'


def test_default_may_be_a_method_of_a_subclass() -> None:
    class Provider(DefaultJSONProvider):
        prefix = "a "

        def default(self, o: t.Any) -> t.Any:  # type: ignore[override]
            if isinstance(o, complex):
                return self.prefix + str(o)
            return DefaultJSONProvider.default(o)

    assert Provider().dumps([1j, uuid.UUID(int=0)]) == (
        '["a 1j", "00000000-0000-0000-0000-000000000000"]'
    )


def test_arguments_go_before_attributes() -> None:
    provider = DefaultJSONProvider()
    data = {"b": "ž", "a": 1}
    assert provider.dumps(data, sort_keys=False, ensure_ascii=False) == '{"b": "ž", "a": 1}'
    assert provider.dumps([object()], default=lambda o: "given") == '["given"]'
    assert provider.dumps({"a": date(1, 1, 1)}, indent=1) == (
        '{\n "a": "Mon, 01 Jan 0001 00:00:00 GMT"\n}'
    )
    assert provider.dumps({"a": 1}, separators=(",", ":")) == '{"a":1}'


def test_dump_and_load_use_files() -> None:
    provider = DefaultJSONProvider()
    file = io.StringIO()
    provider.dump({"a": 1}, file)
    file.seek(0)
    assert provider.load(file) == {"a": 1}
    assert provider.load(io.BytesIO(b"[1]")) == [1]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le"])
@pytest.mark.parametrize("strict", [True, False])
def test_bytes_are_read_in_each_unicode_encoding(codec: str, strict: bool) -> None:
    provider = DefaultJSONProvider()
    provider.strict = strict
    assert provider.loads('["žluť 🎉"]'.encode(codec)) == ["žluť 🎉"]


def test_loads_passes_its_arguments_on() -> None:
    assert DefaultJSONProvider().loads("[1.5]", parse_float=decimal.Decimal) == [
        decimal.Decimal("1.5")
    ]


@pytest.mark.parametrize("text", ["", "{", "[1,]", "nul", '"\n"', b"\xff\xfe\xfd", "\ufeff1"])
@pytest.mark.parametrize("strict", [True, False])
def test_what_is_no_json_is_a_value_error(text: str, strict: bool) -> None:
    provider = DefaultJSONProvider()
    provider.strict = strict
    with pytest.raises(ValueError):
        provider.loads(text)


def test_what_is_no_text_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="must be str, bytes"):
        DefaultJSONProvider().loads(5)  # type: ignore[arg-type]


# --- responses ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "kwargs", "text"),
    [
        ((), {}, "null\n"),
        ((None,), {}, "null\n"),
        (([],), {}, "[]\n"),
        ((1, 2), {}, "[1,2]\n"),
        ((), {"b": 1, "a": [1, 2]}, '{"a":[1,2],"b":1}\n'),
    ],
)
def test_a_response_is_compact_and_ends_with_a_newline(
    args: tuple[object, ...], kwargs: dict[str, object], text: str
) -> None:
    app = App()
    response = DefaultJSONProvider(app).response(*args, **kwargs)
    assert (response.text, response.mimetype) == (text, "application/json")


@pytest.mark.parametrize(
    ("debug", "compact", "text"),
    [
        (False, None, '{"a":1}\n'),
        (True, None, '{\n  "a": 1\n}\n'),
        (True, True, '{"a":1}\n'),
        (False, False, '{\n  "a": 1\n}\n'),
    ],
)
def test_a_response_is_indented_in_debug_mode_or_on_demand(
    debug: bool, compact: bool | None, text: str
) -> None:
    app = App()
    app.debug = debug
    provider = DefaultJSONProvider(app)
    provider.compact = compact
    assert provider.response(a=1).text == text


def test_a_response_takes_its_mimetype_from_the_provider() -> None:
    app = App()
    provider = DefaultJSONProvider(app)
    provider.mimetype = "application/vnd.api+json"
    assert provider.response(1).mimetype == "application/vnd.api+json"


def test_a_response_of_both_kinds_of_arguments_is_refused() -> None:
    app = App()
    with pytest.raises(TypeError, match="either args or kwargs, not both"):
        DefaultJSONProvider(app).response(1, a=2)


def test_a_response_goes_through_an_overridden_dumps() -> None:
    class Provider(DefaultJSONProvider):
        def dumps(self, obj: t.Any, **kwargs: t.Any) -> str:
            return f"{obj} {sorted(kwargs)}"

    app = App()
    assert Provider(app).response(1).text == "1 ['separators']\n"
    app.debug = True
    assert Provider(app).response(1).text == "1 ['indent']\n"


@pytest.mark.parametrize("answer", [None, 5, b"{}", ["x"]])
def test_a_subclass_whose_dumps_returns_no_text_is_named(answer: object) -> None:
    class Provider(DefaultJSONProvider):
        def dumps(self, obj: t.Any, **kwargs: t.Any) -> t.Any:
            return answer

    app = App()
    with pytest.raises(PluginError) as caught:
        Provider(app).response(1)
    assert "Provider.dumps returned" in caught.value.what
    assert type(answer).__name__ in caught.value.what


# --- contributed types ----------------------------------------------------------------


class Money(decimal.Decimal):
    pass


def test_contributed_types_are_asked_for_once_and_go_before_the_stock_ones() -> None:
    app = App({date: date.isoformat, complex: str})
    provider = DefaultJSONProvider(app)
    assert provider.dumps([date(2024, 2, 29), 1j, decimal.Decimal(1)]) == (
        '["2024-02-29", "1j", "1"]'
    )
    assert provider.dumps([1j], indent=None) == '["1j"]'
    provider.sort_keys = False
    assert provider.dumps([1j]) == '["1j"]'
    assert app.asked == 1


def test_a_contributed_type_serves_its_subclasses_and_the_nearest_wins() -> None:
    app = App({decimal.Decimal: float})
    provider = DefaultJSONProvider(app)
    assert provider.dumps([Money("1.5")]) == "[1.5]"
    app.types[Money] = lambda money: {"amount": str(money)}
    assert provider.dumps([Money("1.5"), decimal.Decimal(2)]) == '[{"amount": "1.5"}, 2.0]'


# --- strict and not -------------------------------------------------------------------

ILL_TEXTS = [
    "NaN",
    "[Infinity]",
    "-Infinity",
    "1e999",
    "[-1e999]",
    "1" * 400 + ".0",
    '"\\ud800"',
    '"\\uDFFF x"',
    '"\\udc00\\ud800"',
    '"\\ud800\\ud800\\udc00"',
    '"\ud800"',
]


@pytest.mark.parametrize("text", ILL_TEXTS)
def test_a_strict_provider_refuses_to_read(text: str) -> None:
    with pytest.raises(JSONRefused) as caught:
        DefaultJSONProvider().loads(text)
    assert (
        caught.value.fix == "app.json.strict = False   # reads and writes what Python's json does"
    )


@pytest.mark.parametrize("text", ILL_TEXTS)
def test_a_provider_that_is_not_strict_reads_what_python_reads(text: str) -> None:
    provider = DefaultJSONProvider()
    provider.strict = False
    assert repr(provider.loads(text)) == repr(json.loads(text))


@pytest.mark.parametrize(
    "text",
    [
        '"\\ud83c\\udf89"',
        '"\\\\ud800"',
        '"\\ud7ff"',
        '"\\\\\\ud83c\\udf89"',
        "1e5",
        "1e-999",
        '"NaN"',
    ],
)
def test_a_strict_provider_reads_all_of_json(text: str) -> None:
    assert DefaultJSONProvider().loads(text) == json.loads(text)


@pytest.mark.parametrize("value", [float("nan"), [float("inf")], {"a": -float("inf")}])
@pytest.mark.parametrize("options", [{}, {"indent": 1}])
def test_a_strict_provider_writes_no_number_that_json_lacks(
    value: object, options: dict[str, int]
) -> None:
    provider = DefaultJSONProvider()
    with pytest.raises(ValueError, match="Out of range float"):
        provider.dumps(value, **options)
    provider.strict = False
    assert provider.dumps(value, **options) == json.dumps(value, **options)


@pytest.mark.parametrize("value", ["\ud800", ["x\udfff"], {"\ud800": 1}])
@pytest.mark.parametrize("ensure_ascii", [True, False])
def test_a_strict_provider_writes_no_half_pair_of_surrogates(
    value: object, ensure_ascii: bool
) -> None:
    provider = DefaultJSONProvider()
    provider.ensure_ascii = ensure_ascii
    with pytest.raises(JSONRefused, match="half a pair"):
        provider.dumps(value)
    provider.strict = False
    assert provider.dumps(value) == json.dumps(value, ensure_ascii=ensure_ascii)


@pytest.mark.parametrize("value", ["🎉", "\\ud800", "x\\\\ud800 🎉"])
@pytest.mark.parametrize("ensure_ascii", [True, False])
def test_a_strict_provider_writes_all_of_unicode(value: str, ensure_ascii: bool) -> None:
    provider = DefaultJSONProvider()
    provider.ensure_ascii = ensure_ascii
    assert json.loads(provider.dumps(value)) == value


def test_the_application_says_whether_its_provider_is_strict() -> None:
    app = App()
    assert DefaultJSONProvider(app).strict is True
    app.json_strict = False  # type: ignore[attr-defined]
    assert DefaultJSONProvider(app).strict is False

    class Provider(DefaultJSONProvider):
        strict = True

    assert Provider(app).strict is True


# --- depth ----------------------------------------------------------------------------


def nested(levels: int) -> str:
    return '[{"a":' * (levels // 2) + "1" + "}]" * (levels // 2)


def test_a_strict_provider_reads_256_levels_and_no_more() -> None:
    provider = DefaultJSONProvider()
    assert provider.loads(nested(256))
    with pytest.raises(JSONRefused, match="more than 256 levels"):
        provider.loads(nested(258))
    provider.max_depth = 258
    assert provider.loads(nested(258))


@pytest.mark.parametrize(
    "text",
    [
        '["' + "[" * 500 + '"]',
        '["\\"' + "[" * 500 + '\\\\"]',
        '["\\\\","' + "[{" * 500 + '","\\n"]',
        "[" + ",".join(["[]"] * 500) + "]",
    ],
)
def test_brackets_in_strings_or_side_by_side_are_no_depth(text: str) -> None:
    assert DefaultJSONProvider().loads(text) == json.loads(text)


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("text", ["[" * 100_000, "[" * 100_000 + "]" * 100_000, '{"a":' * 50_000])
def test_a_text_too_deep_for_the_stack_is_a_value_error(text: str, strict: bool) -> None:
    provider = DefaultJSONProvider()
    provider.strict = strict
    with pytest.raises(JSONRefused, match="nests too deep"):
        provider.loads(text)


@pytest.mark.parametrize("options", [{}, {"indent": 1}])
def test_data_that_is_too_deep_or_holds_itself_is_a_value_error(
    options: dict[str, int],
) -> None:
    provider = DefaultJSONProvider()
    itself: list[t.Any] = []
    itself.append(itself)
    with pytest.raises(ValueError):
        provider.dumps(itself, **options)
    deep: list[t.Any] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(JSONRefused, match="nests too deep"):
        provider.dumps(deep, **options)
    while deep:  # let go level by level
        deep = deep[0]


def test_decimals_are_text_also_where_they_were_imported_after_the_provider() -> None:
    program = (
        "import sys\n"
        "from kernos_json import DefaultJSONProvider\n"
        "provider = DefaultJSONProvider()\n"
        "assert provider.dumps({'a': 1}) == '{\"a\": 1}'\n"
        "assert 'decimal' not in sys.modules\n"
        "from decimal import Decimal\n"
        "class Price(Decimal): pass\n"
        "assert provider.dumps([Price('1.5'), Decimal('2.50')]) == '[\"1.5\", \"2.50\"]'\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
