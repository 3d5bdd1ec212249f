"""The deprecated encoder and decoder classes, and who honours them."""

from __future__ import annotations

import decimal
import json
import typing as t
import warnings
from datetime import date

import pytest

from kernos_json import DefaultJSONProvider, JSONDecoder, JSONEncoder


class Scaffold:
    """As much of an application or a blueprint as the provider asks for."""

    def __init__(self) -> None:
        self.blueprints: dict[str, Scaffold] = {}
        self.json_encoder: type[json.JSONEncoder] | None = None
        self.json_decoder: type[json.JSONDecoder] | None = None


with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)

    class Encoder(JSONEncoder):
        def default(self, o: t.Any) -> t.Any:
            return str(o) if isinstance(o, complex) else super().default(o)

    class Decoder(JSONDecoder):
        def __init__(self, *args: t.Any, **kwargs: t.Any) -> None:
            super().__init__(*args, parse_int=decimal.Decimal, **kwargs)


@pytest.mark.parametrize("kind", [JSONEncoder, JSONDecoder])
def test_making_one_warns_where_it_is_made(kind: type) -> None:
    with pytest.warns(DeprecationWarning, match=f"'{kind.__name__}' is deprecated") as caught:
        kind()
    assert caught[0].filename == __file__


@pytest.mark.parametrize("kind", [JSONEncoder, JSONDecoder])
def test_deriving_from_one_warns_once_and_its_instances_do_not(kind: type) -> None:
    with pytest.warns(DeprecationWarning, match=f"'{kind.__name__}' is deprecated") as caught:
        derived = type("Derived", (kind,), {})
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        derived()


def test_the_encoder_writes_what_the_provider_writes() -> None:
    with pytest.warns(DeprecationWarning):
        encoder = JSONEncoder(sort_keys=True)
    assert encoder.encode({"b": date(1, 1, 1), "a": decimal.Decimal("1.5")}) == (
        '{"a": "1.5", "b": "Mon, 01 Jan 0001 00:00:00 GMT"}'
    )


def test_the_applications_encoder_and_decoder_are_used_silently() -> None:
    app = Scaffold()
    provider = DefaultJSONProvider(app)  # type: ignore[arg-type]
    app.json_encoder, app.json_decoder = Encoder, Decoder
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert provider.dumps({"b": 1j, "a": decimal.Decimal(1)}) == '{"a": "1", "b": "1j"}'
        found = provider.loads("[1]")
    assert isinstance(found[0], decimal.Decimal)


def test_an_encoder_given_as_an_argument_goes_first() -> None:
    app = Scaffold()
    provider = DefaultJSONProvider(app)  # type: ignore[arg-type]

    class Plain(json.JSONEncoder):
        def default(self, o: t.Any) -> t.Any:
            return "plain"

    app.json_encoder = Encoder
    assert provider.dumps([1j], cls=Plain) == '["plain"]'


def test_an_encoder_without_a_default_of_its_own_gets_the_providers() -> None:
    class Upper(json.JSONEncoder):
        def encode(self, o: t.Any) -> str:
            return super().encode(o).upper()

    assert DefaultJSONProvider().dumps(["a", decimal.Decimal(1)], cls=Upper) == '["A", "1"]'


def test_a_decoder_that_takes_no_arguments_is_honoured_in_strict_mode() -> None:
    class Fixed(json.JSONDecoder):
        def __init__(self) -> None:
            super().__init__(object_hook=lambda found: "hooked")

    app = Scaffold()
    app.json_decoder = Fixed
    assert DefaultJSONProvider(app).loads("[{}]") == ["hooked"]  # type: ignore[arg-type]


def test_the_stock_classes_change_nothing_and_do_not_warn() -> None:
    app = Scaffold()
    app.json_encoder, app.json_decoder = JSONEncoder, JSONDecoder
    provider = DefaultJSONProvider(app)  # type: ignore[arg-type]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert provider.loads(provider.dumps({"b": 1})) == {"b": 1}
