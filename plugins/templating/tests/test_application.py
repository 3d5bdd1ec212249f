"""Templates in an application that serves."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2
import pytest

from kernos import (
    Blueprint,
    Kernos,
    flash,
    g,
    get_template_attribute,
    render_template,
    render_template_string,
    session,
    stream_template,
    stream_template_string,
    template_rendered,
)
from kernos.testing.doubles import MemoryTemplates
from kernos_templating import JinjaEngine

MakeApp = Callable[..., Kernos]


def answer(app: Kernos, view: Callable[[], Any]) -> str:
    app.add_url_rule("/", view_func=view, endpoint="page")
    return app.test_client().get("/").text


def test_a_page_has_request_session_g_and_messages(app: Kernos, folder: Path) -> None:
    (folder / "page.html").write_text(
        "{{ request.path }} {{ session.user }} {{ g.name }} {{ get_flashed_messages() }}"
    )

    def view() -> str:
        session["user"] = "me"
        g.name = "g"
        flash("hello")
        return render_template("page.html")

    assert answer(app, view) == "/ me g [&#39;hello&#39;]"


def test_the_first_template_of_a_list_that_exists_is_rendered(app: Kernos, folder: Path) -> None:
    (folder / "b.html").write_text("b")
    assert answer(app, lambda: render_template(["a.html", "b.html"])) == "b"


def test_a_template_object_is_rendered_as_it_is(app: Kernos) -> None:
    template = jinja2.Template("own {{ x }}")
    assert answer(app, lambda: render_template(template, x=1)) == "own 1"


def test_a_page_may_be_streamed(app: Kernos, folder: Path) -> None:
    (folder / "page.html").write_text("{% for x in xs %}{{ x }}{{ request.path }}{% endfor %}")
    assert answer(app, lambda: stream_template("page.html", xs=range(3))) == "0/1/2/"


def test_a_text_may_be_streamed(app: Kernos) -> None:
    assert answer(app, lambda: stream_template_string("{{ x }}<", x="<")) == "&lt;<"


def test_a_macro_can_be_called_from_a_view(app: Kernos, folder: Path) -> None:
    (folder / "macros.html").write_text("{% macro hello(x) %}Hello {{ x }}!{% endmacro %}")
    call = lambda: get_template_attribute("macros.html", "hello")("you")
    assert answer(app, call) == "Hello you!"


def test_the_context_of_the_caller_wins_over_a_processor(app: Kernos) -> None:
    app.context_processor(lambda: {"a": "processor", "b": "processor"})
    app.add_template_global("global", "a")
    app.add_template_global("global", "c")
    source = "{{ a }} {{ b }} {{ c }}"
    assert answer(app, lambda: render_template_string(source, a="own")) == "own processor global"


def test_the_signal_carries_jinjas_template(app: Kernos, folder: Path) -> None:
    (folder / "page.html").write_text("x")
    seen = []

    def receive(sender: Kernos, template: Any, context: Any, **extra: Any) -> None:
        seen.append(template)

    with template_rendered.connected_to(receive, app):
        answer(app, lambda: render_template("page.html"))
    assert [template.name for template in seen] == ["page.html"]
    assert isinstance(seen[0], jinja2.Template)


@pytest.mark.parametrize(("reload", "expected"), [(True, "new"), (False, "old")])
def test_a_changed_file_is_read_again_where_templates_reload(
    make_app: MakeApp, folder: Path, reload: bool, expected: str
) -> None:
    app = make_app(TEMPLATES_AUTO_RELOAD=reload)
    page = folder / "page.html"
    page.write_text("old")
    assert answer(app, lambda: render_template("page.html")) == "old"
    page.write_text("new")
    os.utime(page, (1, 1))
    assert app.test_client().get("/").text == expected


def test_a_blueprint_may_have_an_engine_of_its_own(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The application's engine is another, and has no face of Jinja's."""
    monkeypatch.setenv("KERNOS_DISABLE", "jinja2")
    app = Kernos(
        "an_app",
        root_path=str(tmp_path),
        components={"templating": MemoryTemplates},
        plugins=[],
    )
    app.component("templating").sources["page.html"] = "memory"
    (folder / "page.html").write_text("jinja {{ 1 + 1 }}{{ url_for('page') }}")
    one = Blueprint("one", "one", components={"templating": JinjaEngine})
    view = lambda: render_template("page.html")
    one.add_url_rule("/one", "page", view)
    app.add_url_rule("/", "page", view)
    app.register_blueprint(one)
    client = app.test_client()
    assert client.get("/").text == "memory"
    assert client.get("/one").text == "jinja 2/"


def test_names_are_not_loaded_before_they_are_needed() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from kernos import Kernos; app = Kernos('app', plugins=[]);"
        "app.add_url_rule('/', 'x', lambda: 'x');"
        "assert app.test_client().get('/').text == 'x';"
        "sys.exit('jinja2' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_filter_of_a_constant_is_computed_at_each_rendering() -> None:
    app = Kernos("constants", components="default")
    locale = ["en"]
    app.add_template_filter(lambda value: f"{value}-{locale[0]}", "localised")
    with app.app_context():
        assert render_template_string("{{ 5|localised }}") == "5-en"
        locale[0] = "de"
        assert render_template_string("{{ 5|localised }}") == "5-de"
