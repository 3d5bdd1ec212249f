"""The engine in an application: suffixes, names, folders, safety, errors."""

from __future__ import annotations

import gc
import typing as t
import weakref
from datetime import date
from pathlib import Path

import pytest
from markupsafe import Markup

from kernos import (
    Blueprint,
    Kernos,
    flash,
    g,
    render_template,
    render_template_string,
    session,
    stream_template,
)
from kernos.contracts import JSONProvider
from kernos.hooks import hookimpl
from kernos_templating_mako import MakoEngine

MakeApp = t.Callable[..., Kernos]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "templates"
    path.mkdir()
    return path


@pytest.fixture
def make_app(tmp_path: Path, folder: Path) -> MakeApp:
    def make(templating: t.Any = MakoEngine, plugins: list[object] | None = None) -> Kernos:
        app = Kernos(
            "an_app",
            root_path=str(tmp_path),
            plugins=plugins or [],
            components={"templating": templating},
        )
        app.secret_key = "a key of more than sixteen bytes"
        return app

    return make


@pytest.fixture
def app(make_app: MakeApp) -> Kernos:
    return make_app()


def render(app: Kernos, source: str, **context: t.Any) -> str:
    with app.test_request_context("/here?q=<1>"):
        return render_template_string(source, **context).strip()


# --- several engines ----------------------------------------------------------------------


def test_installed_beside_jinja_it_is_added_and_serves_its_suffixes(
    make_app: MakeApp, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERNOS_COMPONENTS", "sessions=cookie,json=stdlib")
    app = make_app(templating=["jinja2", "mako"])
    for suffix in MakoEngine.suffixes:
        (folder / f"page{suffix}").write_text("${x} of mako")
    (folder / "page.html").write_text("{{ x }} of Jinja")
    with app.test_request_context():
        assert render_template("page.html", x="<") == "&lt; of Jinja"
        for suffix in MakoEngine.suffixes:
            assert render_template(f"page{suffix}", x="<").strip() == "&lt; of mako"
            assert render_template([f"no{suffix}", f"page{suffix}"], x=1).strip() == "1 of mako"
            assert "".join(stream_template(f"page{suffix}", x=1)).strip() == "1 of mako"
        assert render_template_string("{{ x }}", x=1) == "1", "the first engine has the strings"


def test_without_a_choice_it_never_makes_jinja_yield(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERNOS_COMPONENTS", "sessions=cookie,json=stdlib")
    app = Kernos("an_app", root_path=str(tmp_path), plugins=[])
    names = [type(engine).__name__ for engine in app.components_of("templating")]
    assert names[0] == "JinjaEngine"
    assert MakoEngine.__name__ in names


# --- names -----------------------------------------------------------------------------------


def test_templates_have_flasks_names(app: Kernos) -> None:
    app.add_url_rule("/item/<int:n>", "item", lambda n: "")
    app.config["GREETING"] = "hello"
    with app.test_request_context("/here?q=<1>"):
        session["user"] = "Ada"
        g.thing = "<g>"
        flash("done")
        for source, text in (
            ("${url_for('item', n=7)}", "/item/7"),
            ("${''.join(get_flashed_messages())}", "done"),
            ("${config['GREETING']}", "hello"),
            ("${request.path}", "/here"),
            ("${request.args['q']}", "&lt;1&gt;"),
            ("${session['user']}", "Ada"),
            ("${g.thing}", "&lt;g&gt;"),
        ):
            assert render_template_string(source).strip() == text


def test_context_processors_and_the_context_come_before_globals(app: Kernos) -> None:
    app.add_template_global("a global", "word")
    assert render(app, "${word}") == "a global"
    app.context_processor(lambda: {"word": "a processor"})
    assert render(app, "${word}") == "a processor"
    assert render(app, "${word}", word="a context") == "a context"


def test_filters_tests_and_globals_are_live(app: Kernos) -> None:
    assert render(app, "${x}", x=1) == "1"

    @app.template_filter()
    def twice(value):
        return value * 2

    @app.template_test()
    def even(value):
        return value % 2 == 0

    @app.template_global()
    def three():
        return 3

    assert render(app, "${twice(x)}", x="<") == "&lt;&lt;"
    assert render(app, "${'yes' if even(x) else 'no'}", x=2) == "yes"
    assert render(app, "${'yes' if even(x) else 'no'}", x=3) == "no"
    assert render(app, "${three()}") == "3"
    app.template_names.filters["twice"] = lambda value: "replaced"
    assert render(app, "${twice(x)}", x=1) == "replaced"
    app.template_names.globals["three"] = lambda: "4"
    assert render(app, "${three()}") == "4"


def test_names_of_plugins_are_there_and_the_applications_go_first(make_app: MakeApp) -> None:
    class Plugin:
        @hookimpl
        def kernos_register_template_names(self, app):
            return {
                "filters": {"twice": lambda value: value * 2},
                "globals": {"word": "of a plugin"},
            }

    app = make_app(plugins=[Plugin()])
    assert render(app, "${twice(x)}", x=2) == "4"
    assert render(app, "${word}") == "of a plugin"
    app.add_template_global("of the application", "word")
    assert render(app, "${word}") == "of the application"


# --- HTML and JSON -------------------------------------------------------------------------


def test_markup_and_html_are_printed_as_they_are(app: Kernos) -> None:
    class Html:
        def __html__(self):
            return "<i>"

    assert render(app, "${x}", x=Markup("<b>")) == "<b>"
    assert render(app, "${x}", x=Html()) == "<i>"
    assert render(app, "${x | n}", x="<b>") == "<b>"


def test_text_is_escaped_as_jinja_escapes_it(app: Kernos) -> None:
    assert render(app, "${x}", x="</script><!--&'\"") == ("&lt;/script&gt;&lt;!--&amp;&#39;&#34;")


def test_tojson_is_safe_inside_a_script(app: Kernos) -> None:
    text = render(app, "<script>${tojson(x)}</script>", x="</script><!--&'")
    assert text == r'<script>"\u003c/script\u003e\u003c!--\u0026\u0027"</script>'


def test_tojson_writes_with_the_provider_of_the_application_or_blueprint(
    app: Kernos, folder: Path
) -> None:
    class Marking(JSONProvider):
        def dumps(self, obj: t.Any, **kwargs: t.Any) -> str:
            return '"marked"'

    assert render(app, "${tojson(x)}", x={"when": date(2024, 2, 29)}) == (
        '{"when": "Thu, 29 Feb 2024 00:00:00 GMT"}'
    )
    (folder / "page.mako").write_text("${tojson(x)}")
    blueprint = Blueprint("one", "one", components={"json": Marking})
    for holder, path in ((app, "/app"), (blueprint, "/one")):
        holder.add_url_rule(path, "show", lambda: render_template("page.mako", x=1))
    app.register_blueprint(blueprint)
    client = app.test_client()
    assert client.get("/one").text.strip() == '"marked"'
    assert client.get("/app").text.strip() == "1"
    app.json = Marking(app)
    assert client.get("/app").text.strip() == '"marked"'


# --- files -----------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["debug", "TEMPLATES_AUTO_RELOAD"])
def test_a_changed_file_is_seen_while_templates_reload(
    app: Kernos, folder: Path, how: str
) -> None:
    import os

    path = folder / "page.mako"
    included = folder / "part.mako"
    path.write_text("<%include file='part.mako'/> one")
    included.write_text("part one")
    with app.test_request_context():
        assert " ".join(render_template("page.mako").split()) == "part one one"
        path.write_text("<%include file='part.mako'/> two!")
        included.write_text("part two!")
        for one in (path, included):
            os.utime(one, (2**31, 2**31))
        assert " ".join(render_template("page.mako").split()) == "part one one"
        if how == "debug":
            app.debug = True
        else:
            app.config[how] = True
        assert " ".join(render_template("page.mako").split()) == "part two! two!"
        included.unlink()
        with pytest.raises(Exception, match=r"part\.mako"):
            render_template("page.mako")


def test_templates_of_blueprints_are_found_and_may_be_registered_late(
    app: Kernos, tmp_path: Path
) -> None:
    assert render(app, "${x}", x=1) == "1"
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "page.mako").write_text("${x} of the blueprint")
    app.register_blueprint(
        Blueprint("one", __name__, root_path=str(tmp_path), template_folder="pages")
    )
    with app.test_request_context():
        assert render_template("page.mako", x=1).strip() == "1 of the blueprint"


def test_an_application_without_folders_says_so() -> None:
    app = Kernos("an_app", template_folder=None, plugins=[], components={"templating": "mako"})
    with app.test_request_context(), pytest.raises(LookupError, match="no template folder is set"):
        render_template("page.mako")


@pytest.mark.parametrize("name", ["a\0b", "", ".", "..", "../an_app.py", "no/such/file.html"])
def test_a_name_that_is_none_is_a_lookup_error(app: Kernos, name: str) -> None:
    with app.test_request_context(), pytest.raises(LookupError):
        render_template(name)


# --- errors ----------------------------------------------------------------------------------


def said(error: BaseException) -> str:
    return "\n".join([str(error), *getattr(error, "__notes__", [])])


@pytest.mark.parametrize("broken", ["${x.y}", "${no_such_name}", "${x +}"])
@pytest.mark.parametrize("debug", [True, False])
def test_an_error_names_template_and_line(
    app: Kernos, folder: Path, broken: str, debug: bool
) -> None:
    app.debug = debug
    (folder / "good.mako").write_text("\n\n<%include file='broken.mako'/>")
    (folder / "broken.mako").write_text(f"one\ntwo\n{broken}\nfour")
    with app.test_request_context():
        for name in ("broken.mako", "good.mako"):
            with pytest.raises(Exception) as caught:
                render_template(name, x=None, secret="a secret")
            text = said(caught.value)
            assert "broken.mako" in text
            assert "line 3" in text or "line: 3" in text
            if not debug:
                assert "a secret" not in text


def test_an_error_in_text_names_the_line(app: Kernos) -> None:
    with pytest.raises(Exception) as caught:
        render(app, "one\ntwo\n${x.y}", x=None)
    text = said(caught.value)
    assert "<string>" in text
    assert "line 3" in text or "line: 3" in text


def test_a_view_whose_template_fails_is_a_500(
    app: Kernos, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "broken.mako").write_text("${x.y}")
    app.add_url_rule("/", "index", lambda: render_template("broken.mako", x=None))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    assert app.test_client().get("/").status_code == 500
    assert "broken.mako" in caplog.text


# --- applications and blueprints ---------------------------------------------------------------


def test_a_blueprint_may_have_it_alone(tmp_path: Path) -> None:
    app = Kernos("an_app", plugins=[], components={"templating": "jinja2"})
    blueprint = Blueprint("one", "one", components={"templating": "mako"})
    for holder, path in ((app, "/app"), (blueprint, "/one")):
        holder.add_url_rule(path, "show", lambda: render_template_string("${x}", x=2))
    app.register_blueprint(blueprint)
    client = app.test_client()
    assert client.get("/app").text == "${x}"
    assert client.get("/one").text == "2"


def test_the_engine_goes_when_its_application_goes() -> None:
    app = Kernos("an_app", plugins=[], components={"templating": MakoEngine})
    with app.test_request_context():
        render_template_string("${x}", x=1)
    gone = weakref.ref(app)
    del app
    gc.collect()
    assert gone() is None


# --- its own language -------------------------------------------------------------------------


def test_templates_inherit_include_and_import_with_the_same_names(
    app: Kernos, folder: Path
) -> None:
    app.add_url_rule("/", "index", lambda: "")
    (folder / "sub").mkdir()
    (folder / "layout.mako").write_text("<main>${self.body()}</main>")
    (folder / "sub" / "macros.mako").write_text(
        "<%def name='link(text)'><a href='${url_for('index')}'>${twice(text)}</a></%def>"
    )
    source = (
        "<%inherit file='/layout.mako'/><%namespace name='m' file='/sub/macros.mako'/>${m.link(x)}"
    )
    (folder / "page.mako").write_text(source)
    app.add_template_filter(lambda text: text * 2, "twice")
    due = "<main><a href='/'>&lt;&lt;</a></main>"
    with app.test_request_context():
        assert render_template("page.mako", x="<") == due
        assert MakoEngine(app).from_string(source).render({"x": "<"}) == due


def test_a_template_cannot_include_what_is_out_of_the_folders(
    app: Kernos, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret.mako").write_text("secret")
    (folder / "page.mako").write_text("<%include file='${x}'/>")
    with app.test_request_context():
        for name in ("../secret.mako", str(tmp_path / "secret.mako"), "/../secret.mako"):
            with pytest.raises(LookupError):
                render_template("page.mako", x=name)


def test_a_name_that_is_not_defined_is_an_error_that_shows_the_line(app: Kernos) -> None:
    with pytest.raises(NameError) as caught:
        render(app, "one\n${no_such_name}")
    assert "line 2: ${no_such_name}" in said(caught.value)
