"""What a client may send, or a program hand over, that a JSON provider must stand."""

from __future__ import annotations

import math
import typing as t

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from kernos.globals import request
from kernos.testing.conformance.json.subject import DEPTH, Subject

BOMB = {
    "open": "[" * DEPTH,
    "closed": "[" * DEPTH + "]" * DEPTH,
    "{": '{"a":' * DEPTH,
    "mixed": '[{"a":' * DEPTH + "1" + "}]" * DEPTH,
}


class HostileInput(Subject):
    """Depth, numbers, characters, types: an ordinary error or an ordinary value."""

    @pytest.mark.parametrize("text", BOMB.values(), ids=BOMB)
    def test_a_text_that_nests_too_deep_is_a_value_error(self, text: str) -> None:
        for form in (text, text.encode()):
            with pytest.raises(ValueError):  # noqa: PT011 - the text is the library's
                self.make_provider().loads(form)

    @pytest.mark.parametrize("kind", ["list", "dict"])
    def test_data_that_nests_too_deep_is_an_ordinary_error(self, kind: str) -> None:
        self._refuse(lambda deep: [deep] if kind == "list" else {0: deep})

    def test_tuples_that_nest_too_deep_are_an_ordinary_error(self) -> None:
        self._refuse(lambda deep: (deep,))

    def _refuse(self, wrap: t.Callable[[t.Any], t.Any]) -> None:
        deep: t.Any = None
        for _ in range(DEPTH):
            deep = wrap(deep)
        try:
            with pytest.raises((TypeError, ValueError)):
                self.make_provider().dumps(deep)
        finally:
            while deep is not None:  # taken apart level by level, since that needs a stack too
                deep = deep[0]

    @pytest.mark.parametrize("text", ["1e999", "-1e999", "[1e999]", "1.5e400", b"1e999"])
    def test_a_number_beyond_all_bounds_does_not_become_infinite(self, text: str | bytes) -> None:
        self._read_finite(text)

    @pytest.mark.parametrize("count", [20, 400, 5000, 100_000])
    def test_a_number_of_many_digits_does_not_become_infinite(self, count: int) -> None:
        for text in ("9" * count, "-" + "9" * count, "0." + "9" * count):
            self._read_finite(text)

    def _read_finite(self, text: str | bytes) -> None:
        try:
            found = self.make_provider().loads(text)
        except ValueError:
            return
        number = found[0] if isinstance(found, list) else found
        assert not (isinstance(number, float) and math.isinf(number))

    @pytest.mark.parametrize("value", ["\ud800", ["a\udfff"], {"\udc00": 1}])
    def test_half_a_character_is_refused_or_can_be_sent(self, value: object) -> None:
        provider = self.make_provider()
        try:
            text = provider.dumps(value)
        except (TypeError, ValueError):
            return
        assert provider.loads(text.encode()) == value

    @pytest.mark.parametrize(
        "text", ['"\\ud800"', '"\\udc00\\ud800"', '"\ud800"', '{"\\udfff":1}']
    )
    def test_half_a_character_is_read_or_refused(self, text: str) -> None:
        try:
            assert isinstance(self.make_provider().loads(text), (str, dict))
        except ValueError:
            pass

    @pytest.mark.parametrize("data", [None, 1, 1.5, True, [], {}, object()])
    def test_what_is_no_text_is_an_ordinary_error(self, data: t.Any) -> None:
        with pytest.raises((TypeError, ValueError)):
            self.make_provider().loads(data)

    @settings(deadline=None, suppress_health_check=[HealthCheck.differing_executors])
    @given(st.binary() | st.text(st.characters(), max_size=40))
    def test_any_text_is_read_or_a_value_error(self, text: str | bytes) -> None:
        try:
            self.make_provider().loads(text)
        except ValueError:
            pass

    @pytest.mark.parametrize(
        "body",
        [b"", b"{", b"\xff", b"\x00" * 1000, b"[" * DEPTH, b'{"a":' * DEPTH, b"nul"],
        ids=range(7),
    )
    def test_a_body_that_is_no_json_is_a_400(self, body: bytes) -> None:
        app = self.make_app()
        app.add_url_rule("/", view_func=lambda: [request.get_json()], methods=["POST"])
        for kind in ("application/json", "application/json; charset=utf-7", "application/x+json"):
            response = app.test_client().post("/", data=body, content_type=kind)
            assert response.status_code == 400

    def test_a_class_of_text_stays_text(self) -> None:
        class Loud(str):
            __slots__ = ()

            def __str__(self) -> str:
                return "something else"

        provider = self.make_provider()
        try:
            text = provider.dumps([Loud("as it is")])
        except TypeError:
            return
        assert provider.loads(text) == ["as it is"]


__all__ = ["HostileInput"]
