"""What templates must never let through, and the advisories that taught it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kernos import Blueprint, Kernos, render_template, render_template_string
from kernos.contracts import JSONProvider
from kernos.errors import PluginError

MakeApp = Callable[..., Kernos]


@pytest.fixture
def app(make_app: MakeApp) -> Kernos:
    return make_app(TESTING=True)


def render(app: Kernos, source: str, **context: Any) -> str:
    with app.test_request_context():
        return render_template_string(source, **context)


# --- tojson ----------------------------------------------------------------------------------


def test_tojson_is_safe_inside_a_script(app: Kernos) -> None:
    text = render(app, "<script>x = {{ value|tojson }};</script>", value="</script><!--&'")
    assert text == r'<script>x = "\u003c/script\u003e\u003c!--\u0026\u0027";</script>'


def test_tojson_is_safe_inside_an_attribute_of_single_quotes(app: Kernos) -> None:
    text = render(app, "<a onclick='f({{ value|tojson }})'>", value="'><b")
    assert text == r"<a onclick='f(" + '"' + r"\u0027\u003e\u003cb" + '"' + ")'>"


class Marking(JSONProvider):
    """A provider that shows that it was asked."""

    mark = "marked"

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        return f'"{self.mark}"'

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        raise NotImplementedError


def test_tojson_writes_with_the_applications_provider_of_the_moment(app: Kernos) -> None:
    assert render(app, "{{ [1]|tojson }}") == "[1]"
    app.json = Marking(app)
    assert render(app, "{{ [2]|tojson }}") == '"marked"'
    assert app.jinja_env.from_string("{{ [3]|tojson }}").render() == '"marked"'


def test_tojson_writes_with_the_provider_of_a_blueprint(app: Kernos, folder: Path) -> None:
    (folder / "page.html").write_text("{{ x|tojson }}")
    one = Blueprint("one", "one", components={"json": Marking})

    @one.route("/one")
    @app.route("/app")
    def show() -> str:
        return render_template("page.html", x=1)

    app.register_blueprint(one)
    client = app.test_client()
    assert client.get("/one").text == '"marked"'
    assert client.get("/app").text == "1"


def test_tojson_of_one_application_inside_another_is_its_own(
    make_app: MakeApp, app: Kernos
) -> None:
    other = make_app()
    other.json = Marking(other)
    with app.app_context():
        assert other.jinja_env.from_string("{{ x|tojson }}").render(x=1) == '"marked"'


def test_a_provider_that_returns_no_text_is_named(app: Kernos) -> None:
    class Broken(Marking):
        def dumps(self, obj: Any, **kwargs: Any) -> Any:
            return b"1"

    app.json = Broken(app)
    with pytest.raises(PluginError, match="Broken returned bytes"):
        render(app, "{{ x|tojson }}", x=1)


# --- advisories ------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["a b", "a/b", "a>b", "a=b", "onclick=x y", "a\tb", "a\nb"])
def test_xmlattr_refuses_keys_that_inject_attributes(app: Kernos, key: str) -> None:
    """CVE-2024-22195 and CVE-2024-34064."""
    with pytest.raises(ValueError, match="Invalid character in attribute name"):
        render(app, "<a {{ attributes|xmlattr }}>", attributes={key: "x"})


def test_xmlattr_escapes_values(app: Kernos) -> None:
    text = render(app, "<a{{ attributes|xmlattr }}>", attributes={"title": '"><b'})
    assert text == '<a title="&#34;&gt;&lt;b">'


@pytest.mark.parametrize("text", ["." * 50_000, "a@" * 25_000, "http://" + "." * 50_000])
def test_urlize_is_done_with_a_hostile_text(app: Kernos, text: str) -> None:
    """CVE-2020-28493: it took time that grew with the square of the length."""
    assert len(render(app, "{{ text|urlize }}", text=text)) >= 50_000


def test_what_a_request_brings_is_escaped(app: Kernos, folder: Path) -> None:
    (folder / "page.html").write_text("{{ request.args.q }}")
    app.add_url_rule("/", view_func=lambda: render_template("page.html"), endpoint="page")
    answer = app.test_client().get("/", query_string={"q": "<script>'\""})
    assert answer.text == "&lt;script&gt;&#39;&#34;"


def test_the_configuration_printed_by_a_template_shows_no_key(app: Kernos) -> None:
    assert "more than sixteen" not in render(app, "{{ config }}")


# --- templates that fail -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        "{% for %}",
        "{{ x.y.z }}",
        "{{ 1 / 0 }}",
        "{% include 'broken.html' %}",
        "{% include 'nope.html' %}",
        "{{ x|no_such_filter }}",
    ],
)
def test_a_template_that_fails_is_a_500_with_its_name_in_the_log(
    make_app: MakeApp, folder: Path, source: str, caplog: pytest.LogCaptureFixture
) -> None:
    app = make_app(PROPAGATE_EXCEPTIONS=False)
    (folder / "broken.html").write_text(source)
    app.add_url_rule("/", view_func=lambda: render_template("broken.html"), endpoint="page")
    assert app.test_client().get("/").status_code == 500
    assert "broken.html" in caplog.text
