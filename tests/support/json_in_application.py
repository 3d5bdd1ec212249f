"""A quicker provider of JSON in an application: through the slot, views and blueprints."""

from __future__ import annotations

import datetime as dt
import decimal
import gc
import typing as t
import weakref

import pytest

import kernos
from kernos import Blueprint, Kernos, jsonify
from kernos.errors import ComponentConflict, PluginError
from kernos.hooks import hookimpl


class InApplicationKit:
    """The tests; a subclass names the provider.

    Attributes:
        name: What its entry point is called.
        provider_class: Its class.
    """

    name: str
    provider_class: t.Any

    @pytest.fixture
    def app(self) -> Kernos:
        return Kernos("application", plugins=[], components={"json": self.name})

    def test_the_slot_is_filled_by_its_name(self, app: Kernos) -> None:
        assert type(app.json) is self.provider_class

    def test_one_line_in_the_environment_chooses_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("KERNOS_COMPONENTS", f"json={self.name}")
        assert type(Kernos("application", plugins=[]).json) is self.provider_class

    def test_two_alternatives_and_no_choice_are_a_conflict_that_names_both(
        self,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.delenv("KERNOS_COMPONENTS", raising=False)
        app = Kernos("application", plugins=[])
        with pytest.raises(ComponentConflict) as caught:
            app.json.dumps(1)
        assert "msgspec (kernos-json-msgspec 1.0.0)" in str(caught.value)
        assert "orjson (kernos-json-orjson 1.0.0)" in str(caught.value)

    def test_views_answer_with_json_as_the_standard_provider_writes_it(self, app: Kernos) -> None:
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
        app.json.compact = True
        app.json.ensure_ascii = False
        app.json.mimetype = "application/vnd.api+json"
        response = client.get("/list")
        assert response.data == '[1,"ž"]\n'.encode()
        assert response.mimetype == "application/vnd.api+json"

    @pytest.mark.parametrize(
        "body",
        [b"", b"{", b"NaN", b"1e999", b'"\\ud800"', b"\xff", b"[" * 1000, b"[" * 300 + b"]" * 300],
    )
    def test_a_body_that_is_no_json_is_a_400(self, app: Kernos, body: bytes) -> None:
        @app.post("/")
        def index():
            return {"found": kernos.request.get_json()}

        response = app.test_client().post("/", data=body, content_type="application/json")
        assert response.status_code == 400

    @pytest.mark.parametrize("value", [float("nan"), "\ud800"])
    def test_data_that_json_lacks_reaches_the_error_handlers(
        self, app: Kernos, value: object
    ) -> None:
        @app.get("/")
        def index():
            return {"value": value}

        @app.errorhandler(ValueError)
        def handle(error):
            return "refused", 500

        assert app.test_client().get("/").text == "refused"

    def test_an_application_may_say_that_it_is_not_strict(self) -> None:
        class Lenient(Kernos):
            json_strict = False

        app = Lenient("application", plugins=[], components={"json": self.name})
        with app.app_context():
            assert jsonify(float("nan")).data == b"NaN\n"
        assert repr(app.json.loads("[NaN, 1e999]")) == "[nan, inf]"

    def test_a_plugin_contributes_a_type(self) -> None:
        class Plugin:
            @hookimpl
            def kernos_register_json_types(self, app):
                return {complex: lambda number: [number.real, number.imag]}

        app = Kernos("application", plugins=[Plugin()], components={"json": self.name})
        assert app.json.dumps({"c": 1j}) == '{"c":[0.0,1.0]}'

    def test_a_blueprint_may_have_it_alone(self) -> None:
        app = Kernos("application", plugins=[], components="default")
        blueprint = Blueprint("quick", "quick", components={"json": self.name})
        for holder, path in ((app, "/app"), (blueprint, "/quick")):
            holder.get(path)(lambda: type(kernos.globals._cv_app.get()._json_provider).__name__)
        app.register_blueprint(blueprint)
        client = app.test_client()
        assert client.get("/app").text == "DefaultJSONProvider"
        assert client.get("/quick").text == self.provider_class.__name__

    def test_without_an_application_of_its_own_a_provider_uses_the_current_one(
        self, app: Kernos
    ) -> None:
        with app.app_context():
            assert self.provider_class().response(1).data == b"1\n"

    @pytest.mark.parametrize("answer", [None, 5, b"{}", ["x"]])
    def test_a_subclass_whose_dumps_returns_no_text_is_named(
        self, app: Kernos, answer: object
    ) -> None:
        class Provider(self.provider_class):
            def dumps(self, obj: t.Any, **kwargs: t.Any) -> t.Any:
                return answer

        with pytest.raises(PluginError, match=f"Provider.dumps returned {type(answer).__name__}"):
            Provider(app).response(1)

    def test_the_provider_goes_when_its_application_goes(self) -> None:
        app = Kernos("application", plugins=[], components={"json": self.name})
        app.json.dumps([1, dt.date(2024, 2, 29)])
        gone = weakref.ref(app.json)
        del app
        gc.collect()
        assert gone() is None
