"""Distributions written here and installed with pip: nothing else decides or changes.

Each test installs one beside the standard components, asks the same application the same
questions, and takes it out again.
"""

from __future__ import annotations

import contextlib
import typing as t

import pytest
import third_parties
from fresh_environment import Environment, build_wheel, build_wheels, write_distribution
from questioned_shop import visit, write_shop

if t.TYPE_CHECKING:
    from pathlib import Path

    Installed = t.Callable[..., contextlib.AbstractContextManager[None]]


@pytest.fixture(scope="module")
def standard(environment: Environment) -> Environment:
    """Return the environment with the standard components in it."""
    environment.install("kernos[standard]")
    return environment


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_shop(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="module")
def before(standard: Environment, shop: Path) -> dict[str, t.Any]:
    """Return what the application answers on the standard components."""
    return visit(standard, shop)


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Write and build every third party's distribution."""
    folder = tmp_path_factory.mktemp("acme")
    sources = [
        write_distribution(folder, source.name, source.files, source.entry_points)
        for source in third_parties.EACH.values()
    ]
    return dict(zip(third_parties.EACH, build_wheels(sources, folder), strict=True))


@pytest.fixture
def installed(standard: Environment, wheels: dict[str, Path]) -> Installed:
    """Return a context manager that installs third parties' distributions with pip."""

    @contextlib.contextmanager
    def install(*kinds: str) -> t.Iterator[None]:
        standard.install(*(wheels[kind] for kind in kinds), deps=False)
        try:
            yield
        finally:
            standard.uninstall(*(third_parties.EACH[kind].name for kind in kinds))

    return install


def changed(before: dict[str, t.Any], after: dict[str, t.Any]) -> set[str]:
    return {name for name in before if before[name] != after[name]}


def test_the_standard_components_answer_before_anything_is_installed(
    before: dict[str, t.Any],
) -> None:
    assert before["page"] == [200, "text/html; charset=utf-8", "<p>&lt;Ada&gt; 1</p>"]
    assert before["page again"][2] == "<p>&lt;Ada&gt; 2</p>"
    assert before["cookie"] == ["session"]
    assert before["item"] == [200, "application/json", '{"number":3,"url":"/item/7"}\n']
    assert before["sum"][2] == "3\n"
    assert (before["nothing"][0], before["wrong method"][0], before["greeting"][0]) == (
        404,
        405,
        404,
    )
    assert before["line"][2] == "Ada $name"
    assert before["command"] == "6 views\n"


def test_a_json_component(
    standard: Environment, shop: Path, before: dict[str, t.Any], installed: Installed
) -> None:
    with installed("json"):
        after = visit(standard, shop, sent='{"acme": [1, 2]}')
    assert changed(before, after) == {"item", "sum"}
    assert after["item"][2] == '{"acme": {"number": 3, "url": "/item/7"}}'
    assert after["sum"] == [200, "application/json", '{"acme": 3}']


def test_a_sessions_component(
    standard: Environment, shop: Path, before: dict[str, t.Any], installed: Installed
) -> None:
    with installed("sessions"):
        after = visit(standard, shop)
    assert after["page again"] == before["page again"]
    assert after["cookie"] == ["acme"]
    assert changed(before, after) <= {"cookie", "headers"}


def test_a_routing_component(
    standard: Environment, shop: Path, before: dict[str, t.Any], installed: Installed
) -> None:
    with installed("routing"):
        after = visit(standard, shop)
    assert after["item"][2] == '{"number":3,"url":"/item/7#acme"}\n'
    assert "acme looked everywhere" in after["nothing"][2]
    assert after["wrong method"][0] == 405
    assert changed(before, after) <= {"item", "nothing", "wrong method", "greeting"}


def test_a_template_engine_is_added_and_the_default_stays_first(
    standard: Environment, shop: Path, before: dict[str, t.Any], installed: Installed
) -> None:
    with installed("templating"):
        after = visit(standard, shop)
    assert after["note"][2] == "acme: Dear Ada"
    assert changed(before, after) == {"note"}


@pytest.mark.parametrize("where", ["environment", "file"])
def test_a_template_engine_comes_first_by_one_line(
    standard: Environment, shop: Path, installed: Installed, where: str
) -> None:
    settings = {"KERNOS_COMPONENTS": "templating=dollars"} if where == "environment" else {}
    if where == "file":
        (shop / "kernos.toml").write_text('[components]\ntemplating = "dollars"\n')
    try:
        with installed("templating"):
            after = visit(standard, shop, **settings)
    finally:
        (shop / "kernos.toml").unlink(missing_ok=True)
    assert after["line"][2] == "acme: {{ name }} Ada"
    assert after["note"][2] == "acme: Dear Ada"
    assert after["page"][2] == "<p>&lt;Ada&gt; 1</p>", "the other engine keeps its suffixes"


def test_a_command_line(
    standard: Environment, shop: Path, before: dict[str, t.Any], installed: Installed
) -> None:
    with installed("cli"):
        after = visit(standard, shop)
    assert after["command"] == "acme: 6 views\n"
    assert changed(before, after) == {"command"}


def test_a_feature_plugin(
    standard: Environment, shop: Path, before: dict[str, t.Any], installed: Installed
) -> None:
    with installed("plugins"):
        after = visit(standard, shop)
        disabled = visit(standard, shop, KERNOS_DISABLE="greetings")
    assert after["greeting"] == [200, "text/html; charset=utf-8", "acme: HELLO ADA"]
    assert set(after["headers"]) - set(before["headers"]) == {"X-Acme"}
    assert changed(before, after) == {"greeting", "headers", "command"}  # one view more
    assert disabled == before


def test_two_offers_and_no_choice_name_both_and_the_line_that_decides(
    standard: Environment, shop: Path, installed: Installed, tmp_path: Path
) -> None:
    other = write_distribution(
        tmp_path,
        "bolt-json",
        {"bolt_json/__init__.py": "raise SystemExit('imported')"},
        {"kernos.json": {"bolt": "bolt_json"}},
    )
    with installed("json"):
        standard.install(build_wheel(other, tmp_path), deps=False)
        try:
            undecided = standard.run(
                "-c", "from shop import app; app.freeze()", cwd=shop, PYTHONPATH=str(shop)
            )
            decided = visit(standard, shop, KERNOS_COMPONENTS="json=acme", sent='{"acme": [1]}')
            defaults = visit(standard, shop, KERNOS_COMPONENTS="default")
        finally:
            standard.uninstall("bolt-json")
    assert undecided.status != 0
    assert "ComponentConflict" in undecided.errors
    assert "acme (acme-json 2.5.0)" in undecided.errors
    assert "bolt (bolt-json 2.5.0)" in undecided.errors
    assert 'json = "' in undecided.errors
    assert decided["sum"][2] == '{"acme": 1}'
    assert defaults["sum"][2] == "3\n"


def test_all_at_once(
    standard: Environment, shop: Path, before: dict[str, t.Any], installed: Installed
) -> None:
    with installed(*third_parties.EACH):
        after = visit(
            standard, shop, sent='{"acme": [1, 2]}', KERNOS_COMPONENTS="templating=dollars"
        )
    assert after["item"][2] == '{"acme": {"number": 3, "url": "/item/7#acme"}}'
    assert after["cookie"] == ["acme"]
    assert after["line"][2] == "acme: {{ name }} Ada"
    assert after["command"].startswith("acme: ")
    assert visit(standard, shop) == before
