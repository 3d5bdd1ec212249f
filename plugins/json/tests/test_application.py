"""The component in an application: through the slot, views and blueprints."""

from __future__ import annotations

import datetime as dt
import decimal
import json
import typing as t
import warnings

import pytest

import kernos
from kernos import Blueprint, Kernos, jsonify
from kernos.hooks import hookimpl
from kernos_json import DefaultJSONProvider, JSONDecoder, JSONEncoder


@pytest.fixture
def app() -> Kernos:
    return Kernos("application", plugins=[])


def test_the_slot_is_filled_by_the_standard_library(app: Kernos) -> None:
    assert type(app.json) is DefaultJSONProvider


def test_views_answer_with_json(app: Kernos) -> None:
    @app.get("/dict")
    def a_dict():
        return {"b": dt.date(2024, 2, 29), "a": [decimal.Decimal("1.5")]}

    @app.get("/list")
    def a_list():
        return [1, "ž"]

    @app.get("/jsonify")
    def by_hand():
        return jsonify(1, 2)

    client = app.test_client()
    response = client.get("/dict")
    assert response.data == b'{"a":["1.5"],"b":"Thu, 29 Feb 2024 00:00:00 GMT"}\n'
    assert response.mimetype == "application/json"
    assert client.get("/list").data == b'[1,"\\u017e"]\n'
    assert client.get("/jsonify").data == b"[1,2]\n"
    app.debug = True
    assert client.get("/list").data == b'[\n  1,\n  "\\u017e"\n]\n'


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"NaN", b"1e999", b'"\\ud800"', b"\xff", b"[" * 1000, b"[" * 300 + b"]" * 300],
)
def test_a_body_that_is_no_json_is_a_400(app: Kernos, body: bytes) -> None:
    @app.post("/")
    def index():
        return {"found": kernos.request.get_json()}

    response = app.test_client().post("/", data=body, content_type="application/json")
    assert response.status_code == 400


@pytest.mark.parametrize("value", [float("nan"), "\ud800"])
def test_data_that_json_lacks_reaches_the_error_handlers(app: Kernos, value: object) -> None:
    @app.get("/")
    def index():
        return {"value": value}

    @app.errorhandler(ValueError)
    def handle(error):
        return "refused", 500

    assert app.test_client().get("/").text == "refused"


def test_an_application_may_say_that_it_is_not_strict() -> None:
    class Lenient(Kernos):
        json_strict = False

    app = Lenient("application", plugins=[])
    with app.app_context():
        assert jsonify(float("nan")).data == b"NaN\n"


def test_without_an_application_of_its_own_a_provider_uses_the_current_one(
    app: Kernos,
) -> None:
    with app.app_context():
        assert DefaultJSONProvider().response(1).data == b"1\n"
        app.debug = True
        assert DefaultJSONProvider().response([1]).data == b"[\n  1\n]\n"


def test_a_plugin_contributes_a_type() -> None:
    class Plugin:
        @hookimpl
        def kernos_register_json_types(self, app):
            return {complex: lambda number: [number.real, number.imag]}

    app = Kernos("application", plugins=[Plugin()])
    assert app.json.dumps({"c": 1j}) == '{"c": [0.0, 1.0]}'


def test_the_provider_goes_when_its_application_goes() -> None:
    import gc
    import weakref

    app = Kernos("application", plugins=[])
    app.json.dumps([1])
    gone = weakref.ref(app.json)
    del app
    gc.collect()
    assert gone() is None


with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)

    class Encoder(JSONEncoder):
        def default(self, o: t.Any) -> t.Any:
            return "encoded by the application" if isinstance(o, complex) else super().default(o)

    class BlueprintEncoder(JSONEncoder):
        def default(self, o: t.Any) -> t.Any:
            return "encoded by the blueprint"

    class Decoder(JSONDecoder):
        def decode(self, s: str, *args: t.Any) -> t.Any:  # type: ignore[override]
            return ["decoded", super().decode(s)]


def test_encoders_and_decoders_of_application_and_blueprint_are_honoured(app: Kernos) -> None:
    blueprint = Blueprint("blueprint", "blueprint", url_prefix="/blueprint")
    plain = Blueprint("plain", "plain", url_prefix="/plain")
    with pytest.warns(DeprecationWarning, match="json_encoder"):
        app.json_encoder = Encoder
    with pytest.warns(DeprecationWarning, match="json_encoder"):
        blueprint.json_encoder = BlueprintEncoder
    with pytest.warns(DeprecationWarning, match="json_decoder"):
        blueprint.json_decoder = Decoder

    def view():
        return {"sent": kernos.request.get_json(), "complex": 1j}

    for holder in (app, blueprint, plain):
        holder.post("/")(view)
    app.register_blueprint(blueprint)
    app.register_blueprint(plain)
    client = app.test_client()

    def post(path: str) -> t.Any:
        return json.loads(client.post(path, json=[1]).text)

    assert post("/") == {"sent": [1], "complex": "encoded by the application"}
    assert post("/plain/") == {"sent": [1], "complex": "encoded by the application"}
    assert post("/blueprint/") == {
        "sent": ["decoded", [1]],
        "complex": "encoded by the blueprint",
    }
