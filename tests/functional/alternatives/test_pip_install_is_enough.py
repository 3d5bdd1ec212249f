"""Each alternative is installed beside the standard components, asked, and taken out again."""

from __future__ import annotations

import contextlib
import json
import textwrap
import typing as t

import pytest

if t.TYPE_CHECKING:
    from pathlib import Path

    from fresh_environment import Environment

APPLICATION = """
    import datetime
    from kernos import Blueprint, Kernos, render_template, render_template_string, request

    app = Kernos(__name__)
    pages = Blueprint("pages", __name__)

    @app.post("/json")
    def as_json():
        when = datetime.date(2024, 2, 29)
        return {"type": type(app.json).__name__, "when": when, "got": request.get_json()}

    @app.get("/template/<name>")
    def template(name):
        return render_template(name, x="<b>")

    @app.get("/line")
    def line():
        return render_template_string("{{ x }}", x="<b>")
    """
TEMPLATES = {
    "page.html": "Jinja {{ x }}",
    "page.mj": "MiniJinja {{ x }} {{ x|tojson }} {{ url_for('line') }}",
    "page.mako": "Mako ${x} ${tojson(x)} ${url_for('line')}",
}
ASK = """
    import json, sys
    from application import app

    client = app.test_client()
    answers = {}
    for path in sys.argv[1:]:
        answer = client.get(path) if path != "/json" else client.post(path, json=[1, "ž"])
        answers[path] = [answer.status_code, answer.text.strip()]
    print(json.dumps(answers))
    """


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with an application in it."""
    folder = tmp_path_factory.mktemp("application")
    (folder / "templates").mkdir()
    for name, text in TEMPLATES.items():
        (folder / "templates" / name).write_text(text)
    (folder / "application.py").write_text(textwrap.dedent(APPLICATION))
    (folder / "ask.py").write_text(textwrap.dedent(ASK))
    return folder


@pytest.fixture
def ask(standard: Environment, folder: Path) -> t.Callable[..., dict[str, list[t.Any]]]:
    """Return a function that gets paths from the application, in a process of its own."""

    def get(*paths: str, **settings: str) -> dict[str, list[t.Any]]:
        ran = standard.run(folder / "ask.py", *paths, cwd=folder, **settings)
        assert ran.status == 0, ran.errors
        return t.cast("dict[str, list[t.Any]]", json.loads(ran.output))

    return get


@contextlib.contextmanager
def installed(environment: Environment, *names: str) -> t.Iterator[None]:
    environment.install(*names)
    try:
        yield
    finally:
        environment.uninstall(*names)


def test_nothing_is_there_before(ask: t.Callable[..., dict[str, list[t.Any]]]) -> None:
    answers = ask("/json", "/template/page.html", "/template/page.mj", "/line")
    assert json.loads(answers["/json"][1])["type"] == "DefaultJSONProvider"
    assert answers["/template/page.html"] == [200, "Jinja &lt;b&gt;"]
    assert answers["/template/page.mj"][1].startswith("MiniJinja <b>"), "Jinja takes it, as text"


@pytest.mark.parametrize(
    ("name", "provider"),
    [("kernos-json-orjson", "OrjsonProvider"), ("kernos-json-msgspec", "MsgspecProvider")],
)
def test_a_json_provider_is_chosen_and_answers_as_the_standard_one(
    standard: Environment,
    ask: t.Callable[..., dict[str, list[t.Any]]],
    name: str,
    provider: str,
) -> None:
    before = ask("/json")["/json"][1]
    with installed(standard, name):
        after = ask("/json")["/json"][1]
        by_choice = ask("/json", KERNOS_COMPONENTS="json=stdlib")["/json"][1]
    assert after == before.replace("DefaultJSONProvider", provider)
    assert by_choice == before


@pytest.mark.parametrize(
    ("name", "suffix", "text"),
    [
        ("kernos-templating-minijinja", "mj", r'MiniJinja &lt;b&gt; "\u003cb\u003e" /line'),
        ("kernos-templating-mako", "mako", r'Mako &lt;b&gt; "\u003cb\u003e" /line'),
    ],
)
def test_a_template_engine_is_added_and_jinja_stays_first(
    standard: Environment,
    ask: t.Callable[..., dict[str, list[t.Any]]],
    name: str,
    suffix: str,
    text: str,
) -> None:
    with installed(standard, name):
        answers = ask(f"/template/page.{suffix}", "/template/page.html", "/line")
    assert answers[f"/template/page.{suffix}"] == [200, text]
    assert answers["/template/page.html"] == [200, "Jinja &lt;b&gt;"]
    assert answers["/line"] == [200, "&lt;b&gt;"]


def test_engines_of_three_kinds_live_in_one_application(
    standard: Environment, ask: t.Callable[..., dict[str, list[t.Any]]]
) -> None:
    with installed(standard, "kernos-templating-minijinja", "kernos-templating-mako"):
        answers = ask(*(f"/template/{name}" for name in TEMPLATES))
    assert [text.split()[0] for _, text in answers.values()] == ["Jinja", "MiniJinja", "Mako"]
    assert {text.split()[1] for _, text in answers.values()} == {"&lt;b&gt;"}


def test_converters_serve_blueprints(standard: Environment, tmp_path: Path) -> None:
    program = """
        from kernos import Blueprint, Kernos

        pages = Blueprint("pages", __name__)

        @pages.get("/<date:day>/<slug:title>")
        def page(day, title):
            return f"{day:%d.%m.} {title}"

        app = Kernos(__name__)
        app.register_blueprint(pages)
        client = app.test_client()
        print(client.get("/2024-02-29/clay-ring").text, client.get("/2023-02-29/x").status_code)
        """
    with installed(standard, "kernos-converters"):
        assert standard.ask(program, cwd=tmp_path) == "29.02. clay-ring 404"


def test_pydantic_models_come_in_and_go_out(standard: Environment, tmp_path: Path) -> None:
    program = """
        from kernos import Kernos
        from kernos_pydantic import body
        from pydantic import BaseModel

        class Ring(BaseModel):
            vessels: int

        app = Kernos(__name__)

        @app.post("/")
        @body(Ring)
        def add(ring):
            return ring

        client = app.test_client()
        for sent in ({"vessels": "3"}, {}):
            answer = client.post("/", json=sent)
            print(answer.status_code, answer.text.strip())
        """
    with installed(standard, "kernos-pydantic"):
        assert standard.ask(program, cwd=tmp_path).splitlines() == [
            '200 {"vessels":3}',
            '422 {"errors":[{"field":"vessels","message":"Field required"}]}',
        ]
