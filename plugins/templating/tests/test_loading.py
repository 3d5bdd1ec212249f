"""Where templates are found: the application's folder, then the blueprints'."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import jinja2
import pytest

from kernos import Blueprint, Kernos, render_template
from kernos_templating import JinjaEngine

MakeApp = Callable[..., Kernos]


def blueprint(tmp_path: Path, name: str, folder: str | None = None) -> Blueprint:
    """Return a blueprint with a template folder of its own, which says its name."""
    path = tmp_path / (folder or name)
    path.mkdir(exist_ok=True)
    (path / f"{name}.html").write_text(name)
    (path / "shared.html").write_text(f"shared by {name}")
    return Blueprint(name, "an_app", template_folder=str(path))


def test_the_application_comes_first_then_the_blueprints_in_order(
    app: Kernos, tmp_path: Path, folder: Path
) -> None:
    app.register_blueprint(blueprint(tmp_path, "one"))
    app.register_blueprint(blueprint(tmp_path, "two"))
    find = app.jinja_env.get_template
    assert find("one.html").render() == "one"
    assert find("two.html").render() == "two"
    assert find("shared.html").render() == "shared by one"
    (folder / "own.html").write_text("own")
    (folder / "two.html").write_text("two, by the application")
    app.jinja_env.cache.clear()
    assert find("two.html").render() == "two, by the application"
    assert app.jinja_env.list_templates() == ["one.html", "own.html", "shared.html", "two.html"]


def test_a_blueprint_that_is_registered_later_is_searched(app: Kernos, tmp_path: Path) -> None:
    with pytest.raises(LookupError):
        app.jinja_env.get_template("one.html")
    app.register_blueprint(blueprint(tmp_path, "one"))
    assert app.jinja_env.get_template("one.html").render() == "one"


def test_all_places_searched_are_named(app: Kernos, tmp_path: Path, folder: Path) -> None:
    app.register_blueprint(blueprint(tmp_path, "one"))
    with pytest.raises(jinja2.TemplateNotFound) as caught:
        app.jinja_env.get_template("nope.html")
    assert str(caught.value) == f"nope.html (searched: {folder}, {tmp_path / 'one'})"


def test_without_any_folder_the_message_says_so(tmp_path: Path) -> None:
    app = Kernos(
        "an_app",
        root_path=str(tmp_path),
        template_folder=None,
        components={"templating": JinjaEngine},
        plugins=[],
    )
    assert app.jinja_loader is None
    assert app.jinja_env.list_templates() == []
    with pytest.raises(jinja2.TemplateNotFound, match="no template folder is set"):
        app.jinja_env.get_template("nope.html")


@pytest.mark.parametrize("name", ["../secret.txt", "/etc/passwd", "a/../../secret.txt"])
def test_a_name_does_not_lead_out_of_the_folder(
    app: Kernos, tmp_path: Path, folder: Path, name: str
) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    with pytest.raises(jinja2.TemplateNotFound):
        app.jinja_env.get_template(name)


def test_a_loader_of_a_scaffolds_own_is_asked(app: Kernos, tmp_path: Path) -> None:
    one = blueprint(tmp_path, "one")
    app.register_blueprint(one)
    one.jinja_loader = jinja2.DictLoader({"one.html": "from a dictionary"})
    assert app.jinja_env.get_template("one.html").render() == "from a dictionary"
    app.jinja_loader = jinja2.DictLoader({"own.html": "the application's"})
    assert app.jinja_env.get_template("own.html").render() == "the application's"


def test_an_attribute_error_of_a_loaders_own_is_not_hidden(make_app: MakeApp) -> None:
    app = make_app(jinja_loader=property(lambda self: self.mistake))
    with pytest.raises(AttributeError, match="mistake"):
        app.jinja_env.get_template("page.html")


# --- EXPLAIN_TEMPLATE_LOADING ------------------------------------------------------------


@pytest.fixture
def explained(
    make_app: MakeApp, tmp_path: Path, folder: Path, caplog: pytest.LogCaptureFixture
) -> Callable[[str], str]:
    """Render a template in a blueprint's view; return what was logged of its search."""
    app = make_app(EXPLAIN_TEMPLATE_LOADING=True, TESTING=True)
    admin, shop = blueprint(tmp_path, "admin"), blueprint(tmp_path, "shop")
    (folder / "own.html").write_text("own")

    @shop.route("/<name>")
    def show(name: str) -> str:
        return render_template(name)

    app.register_blueprint(admin)
    app.register_blueprint(shop)
    caplog.set_level(logging.INFO, app.logger.name)

    def explain(name: str) -> str:
        try:
            app.test_client().get(f"/{name}")
        except jinja2.TemplateNotFound:
            pass
        (record,) = caplog.records
        return record.getMessage()

    return explain


def test_a_missing_template_is_explained(
    explained: Callable[[str], str], tmp_path: Path, folder: Path
) -> None:
    text = explained("nope.html")
    for words in (
        "Locating template 'nope.html':",
        "1: trying loader of application 'an_app'",
        "2: trying loader of blueprint 'admin' (an_app)",
        "3: trying loader of blueprint 'shop' (an_app)",
        "class: jinja2.loaders.FileSystemLoader",
        "encoding: 'utf-8'",
        "followlinks: False",
        f"- {folder}",
        f"- {tmp_path / 'admin'}",
        "-> no match",
        "Error: the template could not be found.",
        "looked up from an endpoint that belongs to the blueprint 'shop'",
        "See https://flask.palletsprojects.com/blueprints/#templates",
    ):
        assert words in text
    assert text.count("-> no match") == 3


def test_a_template_that_is_found_once_needs_no_advice(
    explained: Callable[[str], str], folder: Path
) -> None:
    text = explained("own.html")
    assert f"-> found ('{folder / 'own.html'}')" in text
    assert text.count("-> no match") == 2
    assert "Error" not in text
    assert "Warning" not in text


def test_a_template_that_several_have_is_a_warning(explained: Callable[[str], str]) -> None:
    text = explained("shared.html")
    assert "Warning: 2 loaders have the template." in text
    assert "That of blueprint 'admin'" in text
    assert "belongs to the blueprint 'shop'" in text


def test_outside_a_request_no_blueprint_is_named(
    make_app: MakeApp, caplog: pytest.LogCaptureFixture
) -> None:
    app = make_app(EXPLAIN_TEMPLATE_LOADING=True)
    app.jinja_loader = jinja2.DictLoader({"a": "text"})
    caplog.set_level(logging.INFO, app.logger.name)
    assert app.jinja_env.get_template("a").render() == "text"
    assert "-> found ('not in a file')" in caplog.records[0].getMessage()
    with pytest.raises(jinja2.TemplateNotFound):
        app.jinja_env.get_template("b")
    assert "blueprint" not in caplog.records[1].getMessage()
