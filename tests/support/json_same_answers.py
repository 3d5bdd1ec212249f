"""What a quicker provider of JSON is asked beside the standard one, and must answer alike.

The distribution that adapts a library inherits the kit, and tests what its README excepts itself.
"""

from __future__ import annotations

import dataclasses
import decimal
import enum
import json
import typing as t
import uuid
from collections import OrderedDict, namedtuple
from datetime import date, datetime, timedelta, timezone
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from werkzeug.datastructures import ImmutableMultiDict

from kernos.contracts import JSONProvider
from kernos_json import DefaultJSONProvider, JSONRefused

Pair = namedtuple("Pair", "a b")
COMPACT: dict[str, t.Any] = {"separators": (",", ":")}


@dataclasses.dataclass
class Point:
    x: int
    y: t.Any


class Html:
    def __html__(self) -> str:
        return "<b>ž</b>"

    def __repr__(self) -> str:
        return "Html()"


class Text(str):
    __slots__ = ()

    def __html__(self) -> str:
        return "never asked"


class Whole(enum.IntEnum):
    ONE = 1


class Word(enum.StrEnum):
    A = "a"


class Money(decimal.Decimal):
    pass


class Real(float):
    pass


class App:
    """As much of an application as a provider asks for."""

    debug = False
    blueprints: t.ClassVar[dict[str, t.Any]] = {}

    def __init__(self, types: dict[type, t.Any] | None = None) -> None:
        self.types = types or {}

    def contributions(self, kind: str) -> dict[type, t.Any]:
        assert kind == "json_types"
        return self.types


def outcome(call: t.Callable[[], t.Any]) -> object:
    """Return what a call returns, or the kind of its error."""
    try:
        found = call()
    except (TypeError, ValueError) as error:
        return TypeError if isinstance(error, TypeError) else ValueError
    return (type(found), repr(found))


VALUES = [
    datetime(2024, 2, 29, 1, 2, 3, 999),
    datetime(2024, 2, 29, 23, tzinfo=timezone(timedelta(hours=-2))),
    date(5, 1, 2),
    uuid.UUID(int=5),
    decimal.Decimal("1.50"),
    Money("1.5"),
    Point(1, decimal.Decimal("2.0")),
    Point(1, [Point(2, date(2024, 1, 1))]),
    Html(),
    Text("<&ž>"),
    Whole.ONE,
    Word.A,
    Real(0.5),
    Pair(1, Pair(Point(1, None), 2)),
    OrderedDict(b=1, a=2),
    ImmutableMultiDict([("a", "1"), ("a", "2")]),
    (1, None, True),
    {"b": 1, "a": "ž", "é": "🎉", "\x00": '"\\\b\n/'},
    {1: 2, 10: 3, 9: 4},
    {1.5: 1, 2: 2},
    {None: 1},
    {True: 1},
    {"a": 1, 2: 3},
    {(1, 2): 3},
    {date(2024, 1, 1): 1},
    2**63,
    2**64,
    -(2**63),
    -(2**63) - 1,
    10**400,
    [None, 1.5, -0.0, 0.1, 12345.678],
    float("nan"),
    [None, float("inf")],
    {"a": {"b": (None, -float("inf"))}},
    Point(float("nan"), None),
    Real("nan"),
    "\ud800",
    ["x\udfff"],
    {"\ud800": 1},
    pytest.param(object(), id="object()"),  # its repr holds an address, new in each process
    {1, 2},
    b"x",
    1j,
    Point,
    timedelta(1),
    datetime(2024, 1, 1).time(),
]

OPTIONS: list[dict[str, t.Any]] = [COMPACT, {"indent": 2}, {**COMPACT, "skipkeys": True}]


def compare_text(
    provider_class: type[JSONProvider], value: object, options: dict[str, t.Any]
) -> None:
    """Compare what a provider writes with what the standard one does, in every setting."""
    own: t.Any = provider_class()
    standard = DefaultJSONProvider()
    for strict, ensure_ascii, sort_keys in product((True, False), repeat=3):
        for provider in (own, standard):
            provider.strict = strict
            provider.ensure_ascii = ensure_ascii
            provider.sort_keys = sort_keys
        for wrapped in (value, [value], {"a": value}):
            assert outcome(lambda v=wrapped: own.dumps(v, **dict(options))) == outcome(
                lambda v=wrapped: standard.dumps(v, **dict(options))
            ), (strict, ensure_ascii, sort_keys)


_scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(2**66), 2**66)
    | st.floats()
    | st.text(st.characters())
    | st.dates()
    | st.datetimes(timezones=st.none() | st.timezones())
    | st.decimals()
    | st.uuids()
)
_values = st.recursive(
    _scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner)
        | st.dictionaries(st.text() | st.integers(), inner, max_size=4)
    ),
    max_leaves=15,
)


_pieces = st.lists(
    st.sampled_from(
        [*'[]{}",:-+.eE0123456789', " ", "\n", "\\", "\\u", "\\ud83c", "\\udf89", "null", "true"]
        + ["NaN", "-Infinity", "1e999", "18446744073709551616", "-9223372036854775809", '"a":']
        + ["12345678901234567890123", "ž", "🎉", "\ud800", "\x00", "\ufeff", '"', '""', "-0", "1"]
    ),
    max_size=12,
).map("".join)


class Encoder(json.JSONEncoder):
    def default(self, o: t.Any) -> t.Any:
        return "encoded"


#: A kit's tests run for several classes, which Hypothesis would take for a mistake.
_ask = settings(deadline=None, suppress_health_check=[HealthCheck.differing_executors])


class SameAnswersKit:
    """The tests; a subclass names the provider.

    Attributes:
        provider_class: The class of the provider that is tested.
    """

    provider_class: t.Any

    @pytest.mark.parametrize("options", OPTIONS)
    @pytest.mark.parametrize("value", VALUES, ids=repr)
    def test_the_text_is_that_of_the_standard_provider(
        self, value: object, options: dict[str, t.Any]
    ) -> None:
        compare_text(self.provider_class, value, options)

    @_ask
    @given(_values, st.booleans(), st.booleans(), st.booleans())
    def test_any_data_is_written_as_the_standard_provider_writes_it(
        self, value: t.Any, strict: bool, ensure_ascii: bool, sort_keys: bool
    ) -> None:
        own, standard = self.provider_class(), DefaultJSONProvider()
        for provider in (own, standard):
            provider.strict = strict
            provider.ensure_ascii = ensure_ascii
            provider.sort_keys = sort_keys
        # The same data in the same order; blanks and a few characters are written otherwise.
        assert outcome(lambda: json.loads(own.dumps(value))) == outcome(
            lambda: json.loads(standard.dumps(value))
        )

    @_ask
    @given(st.text(st.characters(exclude_categories=["Cs"])))
    def test_ascii_is_written_where_it_is_asked_for(self, text: str) -> None:
        written = self.provider_class().dumps([text, {text: text}])
        assert written.isascii()
        assert json.loads(written) == [text, {text: text}]

    @settings(_ask, max_examples=500)
    @given(_pieces | st.text(), st.booleans())
    def test_any_text_is_read_as_the_standard_provider_reads_it(
        self, text: str, strict: bool
    ) -> None:
        own, standard = self.provider_class(), DefaultJSONProvider()
        own.strict = standard.strict = strict
        forms: list[t.Any] = [text]
        for codec in ("utf-8", "utf-8-sig", "utf-16", "utf-32", "latin-1"):
            try:
                forms.append(text.encode(codec))
            except UnicodeEncodeError:
                continue
        for form in forms:
            assert outcome(lambda f=form: own.loads(f)) == outcome(
                lambda f=form: standard.loads(f)
            )

    @_ask
    @given(st.binary())
    def test_any_bytes_are_read_as_the_standard_provider_reads_them(self, data: bytes) -> None:
        own, standard = self.provider_class(), DefaultJSONProvider()
        assert outcome(lambda: own.loads(data)) == outcome(lambda: standard.loads(data))
        assert outcome(lambda: own.loads(bytearray(data))) == outcome(lambda: standard.loads(data))

    @_ask
    @given(_values)
    def test_what_one_provider_writes_the_other_reads(self, value: t.Any) -> None:
        own, standard = self.provider_class(), DefaultJSONProvider()
        own.strict = standard.strict = False
        try:
            text = standard.dumps(value)
        except TypeError:
            return
        assert repr(own.loads(text)) == repr(standard.loads(text))

    @pytest.mark.parametrize("value", ["1", b"1", 5, None, memoryview(b"1")])
    def test_what_is_no_text_is_a_type_error(self, value: t.Any) -> None:
        own, standard = self.provider_class(), DefaultJSONProvider()
        assert outcome(lambda: own.loads(value)) == outcome(lambda: standard.loads(value))

    def test_options_of_json_loads_are_honoured(self) -> None:
        assert self.provider_class().loads("[1.5]", parse_float=decimal.Decimal) == [
            decimal.Decimal("1.5")
        ]

    def test_options_of_json_dumps_are_honoured(self) -> None:
        provider = self.provider_class()
        assert provider.dumps({"b": "ž", "a": 1}, sort_keys=False) == '{"b":"\\u017e","a":1}'
        assert provider.dumps({"a": 1}, separators=(", ", ": ")) == '{"a": 1}'
        assert provider.dumps([object()], default=lambda o: "given") == '["given"]'
        assert provider.dumps([1j], cls=Encoder) == '["encoded"]'

    @pytest.mark.parametrize(
        ("types", "value"),
        [
            pytest.param({complex: str}, [1j], id="complex"),
            pytest.param(
                {date: date.isoformat},
                [date(2024, 2, 29), datetime(2024, 1, 1), decimal.Decimal(1)],
                id="date",
            ),
            pytest.param(
                {decimal.Decimal: float, Money: lambda m: {"m": str(m)}},
                [Money(1), decimal.Decimal(2)],
                id="a class and its subclass",
            ),
            pytest.param(
                {uuid.UUID: lambda u: u.hex},
                {"id": uuid.UUID(int=7)},
                id="UUID",
            ),
            pytest.param(
                {object: lambda o: "thing"},
                [uuid.UUID(int=7), object()],
                id="object",
            ),
            pytest.param({Whole: lambda one: "never asked"}, [Whole.ONE], id="IntEnum"),
            pytest.param({Point: lambda p: (p.x, p.y)}, [Point(1, 1j)], id="dataclass"),
            pytest.param({complex: lambda c: float("nan")}, [1j], id="complex as NaN"),
        ],
    )
    @pytest.mark.parametrize("options", [COMPACT, {"indent": 1}])
    def test_contributed_types_are_asked_as_the_standard_provider_asks_them(
        self, types: dict[type, t.Any], value: object, options: dict[str, t.Any]
    ) -> None:
        app: t.Any = App(types)
        own, standard = self.provider_class(app), DefaultJSONProvider(app)
        assert outcome(lambda: own.dumps(value, **dict(options))) == outcome(
            lambda: standard.dumps(value, **dict(options))
        )

    def test_a_type_that_is_contributed_later_counts(self) -> None:
        app: t.Any = App({})
        provider = self.provider_class(app)
        assert provider.dumps(uuid.UUID(int=0)).startswith('"0000')
        app.types[uuid.UUID] = lambda u: "contributed"
        assert provider.dumps(uuid.UUID(int=0)) == '"contributed"'

    def test_default_may_be_replaced(self) -> None:
        provider = self.provider_class()
        provider.default = lambda o: "replaced"
        assert provider.dumps([Point(1, 2), object(), date(1, 1, 1)]) == (
            '["replaced","replaced","replaced"]'
        )

    def test_an_error_of_default_is_the_callers(self) -> None:
        provider = self.provider_class()
        provider.default = lambda o: o.missing
        with pytest.raises(AttributeError, match="missing"):
            provider.dumps(object())

    def test_difference_text_is_compact_and_del_is_not_escaped(self) -> None:
        assert DefaultJSONProvider().dumps({"a": [1, 2]}) == '{"a": [1, 2]}'
        assert self.provider_class().dumps({"a": [1, 2]}) == '{"a":[1,2]}'
        assert DefaultJSONProvider().dumps("\x7f") == '"\\u007f"'
        assert self.provider_class().dumps("\x7f") == '"\x7f"'

    @pytest.mark.parametrize("strict", [True, False])
    def test_difference_depth_counts_in_both_directions_strict_or_not(self, strict: bool) -> None:
        provider = self.provider_class()
        provider.strict = strict
        for levels in (256, 257):
            text = "[" * levels + "]" * levels
            data: list[t.Any] = []
            for _ in range(levels - 1):
                data = [data]
            if levels == 256:
                assert provider.loads(text) == data
                assert provider.dumps(data) == text
            else:
                with pytest.raises(JSONRefused, match="too deep"):
                    provider.loads(text)
                with pytest.raises(JSONRefused, match="too deep"):
                    provider.dumps(data)
