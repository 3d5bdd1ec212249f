"""Which application is meant by a module, a string, a path."""

from __future__ import annotations

import sys
import types
import typing as t
from pathlib import Path

import pytest

from kernos import Kernos
from kernos_cli import (
    NoAppException,
    find_app_by_string,
    find_best_app,
    locate_app,
    prepare_import,
)
from kernos_cli.dialect import FLASK


def module(**names: object) -> types.ModuleType:
    made = types.ModuleType("held")
    vars(made).update(names)
    return made


def make(name: str) -> Kernos:
    return Kernos(name)


def test_the_application_called_app_goes_before_others() -> None:
    one, two, three = make("one"), make("two"), make("three")

    assert find_best_app(module(other=one, application=two, app=three)) is three
    assert find_best_app(module(other=one, application=two)) is two


def test_a_name_that_is_no_application_is_passed_over() -> None:
    only = make("only")

    assert find_best_app(module(app="text", mine=only)) is only


def test_an_application_goes_before_a_factory() -> None:
    only = make("only")

    assert find_best_app(module(create_app=lambda: make("made"), mine=only)) is only


@pytest.mark.parametrize("name", ["create_app", "make_app"])
def test_a_factory_is_called(name: str) -> None:
    def factory(**options: object) -> Kernos:
        return make("made")

    assert find_best_app(module(**{name: factory})).name == "made"


def test_an_empty_module_is_refused_with_the_way_to_name_one() -> None:
    with pytest.raises(NoAppException, match="held:name"):
        find_best_app(module())


def test_two_applications_are_refused() -> None:
    with pytest.raises(NoAppException, match="2 Kernos applications"):
        find_best_app(module(one=make("one"), two=make("two")))


def test_a_factory_that_needs_arguments_is_refused() -> None:
    with pytest.raises(NoAppException, match=r"held:create_app\(args\)"):
        find_best_app(module(create_app=lambda first, second: make("made")))


def test_a_factory_that_makes_something_else_is_passed_over() -> None:
    with pytest.raises(NoAppException, match="neither"):
        find_best_app(module(create_app=lambda: "text"))


def test_a_type_error_inside_a_factory_is_not_hidden() -> None:
    def create_app() -> Kernos:
        raise TypeError("from inside")

    with pytest.raises(TypeError, match="from inside"):
        find_best_app(module(create_app=create_app))


@pytest.mark.parametrize(
    ("value", "folder", "name"),
    [
        ("test", ".", "test"),
        ("test.py", ".", "test"),
        ("a/test", "a", "test"),
        ("test/__init__.py", ".", "test"),
        ("test/__init__", ".", "test"),
        ("shop/inner/__init__", ".", "shop.inner"),
        ("shop/app.py", ".", "shop.app"),
        ("test.a.b", ".", "test.a.b"),
        ("shop/message.txt", ".", "shop.message.txt"),
    ],
)
def test_a_path_becomes_a_module_name_and_a_place_to_import_from(
    apps: Path, monkeypatch: pytest.MonkeyPatch, value: str, folder: str, name: str
) -> None:
    monkeypatch.chdir(apps)

    assert prepare_import(value) == name
    assert sys.path[0] == str((apps / folder).resolve())


def test_a_place_that_comes_first_already_is_not_repeated(
    apps: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(apps)
    prepare_import("one")
    before = sys.path[:]

    prepare_import("two")

    assert sys.path == before


@pytest.mark.parametrize(
    ("module_name", "app_name", "expected"),
    [
        ("shop.app", None, "website"),
        ("shop.app", "website", "website"),
        ("shop.several", "two", "two"),
        ("shop.factory", None, "made"),
        ("shop.factory", "create_app", "made"),
        ("shop.factory", "create_app()", "made"),
        ("shop.factory", 'create_app2("a", "b")', "made_a_b"),
        ("shop.factory", 'create_app2("a", second="b")', "made_a_b"),
        ("shop.factory", 'create_app2("a", "b", )', "made_a_b"),
        ("shop.factory", " create_app () ", "made"),
    ],
)
def test_an_application_is_located(
    apps: Path, module_name: str, app_name: str | None, expected: str
) -> None:
    assert locate_app(module_name, app_name).name == expected


@pytest.mark.parametrize(
    ("module_name", "app_name", "words"),
    [
        ("nothing.py", None, "Could not import"),
        ("shop/app", None, "Could not import"),
        ("shop.app", "nothing", "has no attribute 'nothing'"),
        ("shop.app", "Kernos", "not a valid Kernos application"),
        ("shop.factory", 'create_app2("a")', "does not take these arguments"),
        ("shop.factory", "create_app(", "neither"),
        ("shop.factory", "1", "neither"),
        ("shop.factory", "shop.create_app()", "simple name"),
        ("shop.factory", "create_app2(a, b)", "literal"),
        ("shop.factory", "create_app2(**{'first': 1, 'second': 2})", "literal"),
        ("shop.factory", "create_nothing", "NoneType"),
        ("shop.broken_import", None, "a_module_that_is_not_there"),
        ("shop.message.txt", None, "Could not import"),
    ],
)
def test_what_is_no_application_is_refused(
    apps: Path, module_name: str, app_name: str | None, words: str
) -> None:
    with pytest.raises(NoAppException, match=words):
        locate_app(module_name, app_name)


def test_a_module_that_is_missing_may_be_no_error(apps: Path) -> None:
    assert locate_app("nothing", None, raise_if_not_found=False) is None


def test_a_failing_import_inside_the_module_is_always_an_error(apps: Path) -> None:
    with pytest.raises(NoAppException):
        locate_app("shop.broken_import", None, raise_if_not_found=False)


def test_an_error_inside_a_named_factory_is_not_hidden(apps: Path) -> None:
    with pytest.raises(TypeError, match="from inside"):
        locate_app("shop.factory", "create_badly")


def test_an_error_inside_the_module_is_not_hidden(apps: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        locate_app("shop.broken", None)


@pytest.mark.parametrize(
    "call",
    [
        lambda: find_best_app(module(), dialect=FLASK),
        lambda: find_app_by_string(module(x=1), "x", dialect=FLASK),
    ],
)
def test_errors_speak_the_dialect_of_the_command_line(call: t.Callable[[], object]) -> None:
    with pytest.raises(NoAppException, match="Flask application"):
        call()
