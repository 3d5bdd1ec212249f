"""A model in, a model out, and readable errors in between."""

from __future__ import annotations

import re
import typing as t
from datetime import date
from pathlib import Path

import pytest
from pydantic import BaseModel, Field, RootModel, SecretStr

import kernos_pydantic.plugin
from kernos import Blueprint, Kernos, jsonify, render_template_string
from kernos.contracts import JSONProvider
from kernos_pydantic import BodyRefused, body


class Stone(BaseModel):
    carat: float = Field(gt=0)


class Ring(BaseModel):
    name: str
    found: date = Field(alias="foundOn")
    stones: list[Stone] = []


RING = {"name": "kernos", "foundOn": "2024-02-29", "stones": [{"carat": 0.5}]}
JSON = '{"foundOn":"2024-02-29","name":"kernos","stones":[{"carat":0.5}]}\n'


@pytest.fixture(params=["stdlib", "orjson", "msgspec"])
def app(request: pytest.FixtureRequest) -> Kernos:
    if request.param != "stdlib":
        pytest.importorskip(f"kernos_json_{request.param}")
    return Kernos(__name__, plugins=[kernos_pydantic.plugin], components={"json": request.param})


# --- return values --------------------------------------------------------------------------


def test_a_model_that_a_view_returns_is_answered_as_json(app: Kernos) -> None:
    app.add_url_rule("/", "ring", lambda: Ring(**RING))
    response = app.test_client().get("/")
    assert response.mimetype == "application/json"
    assert response.text == JSON


def test_a_model_may_come_with_status_and_headers(app: Kernos) -> None:
    app.add_url_rule("/", "ring", lambda: (Ring(**RING), 201, {"X-Kernos": "1"}))
    response = app.test_client().get("/")
    assert (response.status_code, response.headers["X-Kernos"]) == (201, "1")
    assert response.text == JSON


def test_models_stand_in_lists_mappings_and_other_models(app: Kernos) -> None:
    ring = Ring(**RING)
    app.add_url_rule("/list", "list", lambda: [ring, ring])
    app.add_url_rule("/dict", "dict", lambda: {"ring": ring, "stones": ring.stones})
    app.add_url_rule("/jsonify", "jsonify", lambda: jsonify(ring=ring))
    app.add_url_rule("/root", "root", lambda: RootModel[list[Stone]](ring.stones))
    client = app.test_client()
    assert client.get("/list").json == [RING, RING]
    assert client.get("/dict").json == {"ring": RING, "stones": [{"carat": 0.5}]}
    assert client.get("/jsonify").json == {"ring": RING}
    assert client.get("/root").json == [{"carat": 0.5}]


def test_templates_write_models_too(app: Kernos) -> None:
    with app.test_request_context():
        text = render_template_string("{{ ring|tojson }}", ring=Stone(carat=2))
    assert text.replace(" ", "") == '{"carat":2.0}'


def test_the_provider_of_a_blueprint_writes_its_models() -> None:
    class Marking(JSONProvider):
        def dumps(self, obj: t.Any, **kwargs: t.Any) -> str:
            return f"marked {type(obj).__name__}"

    app = Kernos(__name__, plugins=[kernos_pydantic.plugin])
    blueprint = Blueprint("one", __name__, components={"json": Marking})
    blueprint.add_url_rule("/", "stone", lambda: Stone(carat=1))
    app.register_blueprint(blueprint)
    assert app.test_client().get("/").text == "marked Stone"


def test_what_is_no_model_is_still_the_kernels_to_refuse(app: Kernos) -> None:
    app.testing = True
    app.add_url_rule("/", "thing", object)
    with pytest.raises(TypeError):
        app.test_client().get("/")


def test_a_secret_is_not_written_out(app: Kernos) -> None:
    class Login(BaseModel):
        password: SecretStr

    app.add_url_rule("/", "login", lambda: Login(password="hidden"))
    assert "hidden" not in app.test_client().get("/").text


# --- bodies ------------------------------------------------------------------------------------


@pytest.fixture
def rings(app: Kernos) -> Kernos:
    @app.post("/rings/<int:shelf>")
    @body(Ring)
    def add(ring: Ring, shelf: int) -> dict[str, object]:
        assert isinstance(ring.found, date)
        return {"ring": ring, "shelf": shelf}

    @app.post("/many")
    @body(list[Stone])
    def many(stones: list[Stone]) -> list[Stone]:
        return stones[::-1]

    return app


def test_a_body_is_the_views_first_argument(rings: Kernos) -> None:
    response = rings.test_client().post("/rings/7", json=RING)
    assert response.json == {"ring": RING, "shelf": 7}


def test_a_body_may_be_of_any_type_that_pydantic_knows(rings: Kernos) -> None:
    response = rings.test_client().post("/many", json=[{"carat": 1}, {"carat": 2}])
    assert response.json == [{"carat": 2.0}, {"carat": 1.0}]


@pytest.mark.parametrize(
    ("sent", "errors"),
    [
        (
            {"foundOn": "yesterday", "stones": [{"carat": 1}, {"carat": -1}]},
            {
                "name": "Field required",
                "foundOn": "Input should be a valid date or datetime",
                "stones.1.carat": "Input should be greater than 0",
            },
        ),
        ([], {"": "Input should be a valid dictionary"}),
        (5, {"": "Input should be a valid dictionary"}),
    ],
)
def test_a_body_that_does_not_fit_is_a_422_that_says_why(
    rings: Kernos, sent: object, errors: dict[str, str]
) -> None:
    response = rings.test_client().post("/rings/7", json=sent)
    assert response.status_code == 422
    assert response.mimetype == "application/json"
    found = {error["field"]: error["message"] for error in response.json["errors"]}
    assert found.keys() == errors.keys()
    for field, message in errors.items():
        assert found[field].startswith(message)


def test_errors_do_not_repeat_what_was_sent(rings: Kernos) -> None:
    sent = {"name": ["my secret"], "foundOn": "my secret"}
    assert "my secret" not in rings.test_client().post("/rings/7", json=sent).text


@pytest.mark.parametrize(
    ("data", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"{}", "text/plain", 415),
    ],
)
def test_a_body_that_is_no_json_is_refused_as_get_json_refuses_it(
    rings: Kernos, data: bytes, content_type: str, status: int
) -> None:
    response = rings.test_client().post("/rings/7", data=data, content_type=content_type)
    assert response.status_code == status


@pytest.mark.parametrize("handled", [BodyRefused, 422])
def test_an_application_may_answer_a_refusal_in_its_own_way(
    rings: Kernos, handled: type[Exception] | int
) -> None:
    @rings.errorhandler(handled)
    def refused(error: BodyRefused) -> tuple[str, int]:
        return f"own: {error.errors[0]['field']}", 400

    response = rings.test_client().post("/rings/7", json={"foundOn": "2024-02-29"})
    assert (response.status_code, response.text) == (400, "own: name")


def test_a_view_may_be_a_coroutine(app: Kernos) -> None:
    @app.post("/")
    @body(Stone)
    async def stone(stone: Stone) -> Stone:
        return stone

    assert app.test_client().post("/", json={"carat": 1}).json == {"carat": 1.0}


def test_the_view_keeps_its_name(app: Kernos) -> None:
    @body(Stone)
    def stone(stone: Stone) -> Stone:
        """Say it."""
        return stone

    assert (stone.__name__, stone.__doc__) == ("stone", "Say it.")


# --- the README ----------------------------------------------------------------------------------


def test_the_application_of_the_readme_runs_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERNOS_PLUGINS", "pydantic")
    text = (Path(__file__).parents[1] / "README.md").read_text()
    (source,) = re.findall(r"A model in, a model out:\n\n((?:    .*\n|\n)+)", text)
    names: dict[str, t.Any] = {"__name__": "of_the_readme"}
    source = re.sub("^    ", "", source, flags=re.MULTILINE)
    exec(compile(source, "README.md", "exec", dont_inherit=True), names)
    client = names["app"].test_client()
    assert client.post("/rings", json={"name": "k", "vessels": "3"}).json == {
        "name": "k",
        "vessels": 3,
    }
    response = client.post("/rings", json={"vessels": 0})
    assert response.status_code == 422
    assert response.json["errors"] == [
        {"field": "name", "message": "Field required"},
        {"field": "vessels", "message": "Input should be greater than 0"},
    ]
