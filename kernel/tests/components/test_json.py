"""JSON as views call it."""

from __future__ import annotations

import dataclasses
import decimal
import io
import uuid
from datetime import UTC, date, datetime

import pytest
from kernel_harness import make_app

import kernos
from kernos import Kernos, json
from kernos.contracts import JSONProvider
from kernos.testing.doubles import MemoryJSON


class Loud(MemoryJSON):
    def dumps(self, obj, **kwargs):
        return super().dumps({"loud": obj}, **kwargs)

    def loads(self, s, **kwargs):
        return {"loud": super().loads(s, **kwargs)}


@pytest.fixture
def app() -> Kernos:
    app = make_app()
    app.json = Loud(app)
    return app


def test_the_functions_use_the_applications_provider(app: Kernos) -> None:
    with app.app_context():
        assert json.dumps(1) == '{"loud": 1}'
        assert json.loads("1") == {"loud": 1}
        file = io.StringIO()
        json.dump(1, file)
        assert file.getvalue() == '{"loud": 1}'
        assert json.load(io.StringIO("1")) == {"loud": 1}
        assert json.load(io.BytesIO(b"1")) == {"loud": 1}
        assert json.dumps(1, indent=1) == '{\n "loud": 1\n}'


def test_without_an_application_they_use_pythons() -> None:
    assert json.dumps([1]) == "[1]"
    assert json.loads("[1]") == json.loads(b"[1]") == [1]
    file = io.StringIO()
    json.dump({"a": 1}, file, indent=None)
    assert file.getvalue() == '{"a": 1}'
    assert json.load(io.StringIO("[1]")) == [1]


@dataclasses.dataclass
class Point:
    x: int


class Html:
    def __html__(self) -> str:
        return "<i>"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (date(2024, 2, 29), '"Thu, 29 Feb 2024 00:00:00 GMT"'),
        (datetime(2024, 2, 29, 1, 2, 3, tzinfo=UTC), '"Thu, 29 Feb 2024 01:02:03 GMT"'),
        (decimal.Decimal("1.10"), '"1.10"'),
        (uuid.UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
        (Point(1), '{"x": 1}'),
        (Html(), '"<i>"'),
    ],
)
def test_without_an_application_every_providers_types_are_written(
    value: object, text: str
) -> None:
    assert json.dumps(value) == text
    file = io.StringIO()
    json.dump(value, file)
    assert file.getvalue() == text


@pytest.mark.parametrize("value", [object(), Point])
def test_what_has_no_form_in_json_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="not JSON serializable"):
        json.dumps(value)


def test_the_app_argument_works_and_warns(app: Kernos) -> None:
    with pytest.warns(DeprecationWarning, match="app"):
        assert json.dumps(1, app=app) == '{"loud": 1}'
    with pytest.warns(DeprecationWarning, match="app"):
        assert json.loads("1", app=app) == {"loud": 1}
    with pytest.warns(DeprecationWarning, match="app"):
        assert json.load(io.StringIO("1"), app=app) == {"loud": 1}
    with pytest.warns(DeprecationWarning, match="app") as caught:
        json.dump(1, io.StringIO(), app=app)
    assert caught[0].filename == __file__


def test_jsonify_takes_a_value_values_or_names() -> None:
    app = make_app()
    with app.app_context():
        for args, kwargs, text in [
            ((), {}, "null"),
            ((1,), {}, "1"),
            (([1],), {}, "[1]"),
            ((1, 2), {}, "[1, 2]"),
            ((), {"a": 1}, '{"a": 1}'),
        ]:
            response = kernos.jsonify(*args, **kwargs)
            assert response.get_data(as_text=True) == text
            assert response.mimetype == "application/json"
            assert type(response) is app.response_class
        with pytest.raises(TypeError, match="args or kwargs"):
            kernos.jsonify(1, a=1)


def test_a_provider_without_an_application_uses_the_current_ones_response() -> None:
    class Mine(kernos.Response):
        pass

    app = make_app()
    app.response_class = Mine
    provider = MemoryJSON()
    with app.app_context():
        assert type(provider.response(1)) is Mine
    with pytest.raises(RuntimeError, match="application context"):
        provider.response(1)


def test_a_provider_may_have_a_mimetype_of_its_own() -> None:
    class Own(MemoryJSON):
        mimetype = "application/vnd.own+json"

    app = make_app()
    with app.app_context():
        assert Own().response(1).mimetype == "application/vnd.own+json"


def test_the_contract_asks_for_two_methods() -> None:
    provider = JSONProvider()
    with pytest.raises(NotImplementedError):
        provider.dumps(1)
    with pytest.raises(NotImplementedError):
        provider.loads("1")


def test_the_client_writes_and_reads_json_as_the_application(app: Kernos) -> None:
    app.add_url_rule("/", "index", lambda: str(kernos.request.get_json()), methods=["POST"])
    app.add_url_rule("/json", "json", lambda: [1])
    client = app.test_client()
    assert client.post("/", json=[1]).text == "{'loud': {'loud': [1]}}"
    assert client.get("/json").json == {"loud": {"loud": [1]}}
