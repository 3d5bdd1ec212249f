"""``install()``: cheap, by real loaders, once, and not over the real Flask."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., str]

INSTALL = "import kernos_flask; kernos_flask.install()\n"


def test_installing_loads_neither_kernel_nor_component_nor_metadata(run: Run) -> None:
    code = (
        "import sys; before = set(sys.modules)\n"
        + INSTALL
        + "print(*sorted(set(sys.modules) - before))"
    )
    # -S keeps site, and what its .pth files import, out of the count.
    import kernos_flask

    folder = str(Path(kernos_flask.__file__).parent.parent)
    printed = run("-S", "-c", f"import sys; sys.path.append({folder!r})\n" + code)
    assert printed.split() == ["__future__", "kernos_flask", "kernos_flask.finder"]


def test_importing_kernos_flask_alone_answers_nothing(run: Run) -> None:
    code = "import importlib.util, kernos_flask\nprint(importlib.util.find_spec('flask'))"
    assert run("-c", code) == "None\n"


def test_the_package_and_its_modules_are_found_without_being_imported(run: Run) -> None:
    code = INSTALL + (
        "import importlib.util, sys\n"
        "spec = importlib.util.find_spec('flask')\n"
        "print(spec.name, spec.loader.is_package('flask'), 'flask' in sys.modules)\n"
        "below = importlib.util.find_spec('flask.app')\n"
        "print(below.name, below.origin.endswith('app.py'), below.has_location)\n"
    )
    assert run("-c", code).splitlines() == ["flask True False", "flask.app True True"]


def test_source_can_be_read_as_of_any_module_on_disk(run: Run) -> None:
    code = INSTALL + (
        "import flask, flask.app, inspect, importlib.resources as r\n"
        "print('class Flask' in inspect.getsource(flask.app))\n"
        "print(inspect.getsource(flask.Flask).startswith('class Flask'))\n"
        "print(r.files('flask').joinpath('app.py').is_file())\n"
    )
    assert run("-c", code).split() == ["True"] * 3


def test_a_module_that_flask_does_not_have_is_not_found(run: Run) -> None:
    code = INSTALL + (
        "import importlib.util\n"
        "for name in ('scaffold', 'ext', 'finder'):\n"
        "    print(importlib.util.find_spec('flask.' + name))\n"
    )
    assert run("-c", code).split() == ["None"] * 3


def test_installing_twice_is_installing_once(run: Run) -> None:
    code = INSTALL * 2 + "import sys; print(sys.meta_path.count(kernos_flask.finder.FINDER))"
    assert run("-c", code) == "1\n"


def test_installing_after_the_facade_was_imported_is_no_conflict(run: Run) -> None:
    assert run("-c", INSTALL + "import flask\n" + INSTALL + "print('ok')") == "ok\n"


def test_uninstalling_forgets_every_module_that_was_served(run: Run) -> None:
    code = INSTALL + (
        "import importlib.util, flask.cli, sys\n"
        "kernos_flask.uninstall()\n"
        "print([name for name in sys.modules if name.partition('.')[0] == 'flask'])\n"
        "print(importlib.util.find_spec('flask'), kernos_flask.installed())\n"
    )
    assert run("-c", code).splitlines() == ["[]", "None False"]


def test_an_api_that_does_not_exist_is_refused(run: Run) -> None:
    printed = run("-c", "import kernos_flask; kernos_flask.install('1.0')", status=1)
    assert "ValueError: api='1.0' is not one of '3.1', '2.2'" in printed


@pytest.fixture
def real_flask(tmp_path: Path) -> Path:
    """A stand-in for the real package, in the working directory."""
    package = tmp_path / "flask"
    package.mkdir()
    (package / "__init__.py").write_text(
        "from flask.app import Flask\n"
        "from werkzeug.local import LocalProxy\n"
        "from contextvars import ContextVar\n"
        "request = LocalProxy(ContextVar('request'))\n"
        "def jsonify(): ...\n"
    )
    (package / "app.py").write_text("class Flask: ...\n")
    (tmp_path / "by_module.py").write_text("import flask\n")
    (tmp_path / "by_class.py").write_text("from flask import Flask as Renamed\n")
    (tmp_path / "by_proxy.py").write_text("from flask import request\n")
    (tmp_path / "by_function.py").write_text("from flask import jsonify\n")
    (tmp_path / "by_instance.py").write_text("import flask\napp = flask.Flask()\ndel flask\n")
    (tmp_path / "not_at_all.py").write_text("Flask = object\n")
    return package


HOLDERS = ("by_class", "by_function", "by_module", "by_proxy")


@pytest.mark.usefixtures("real_flask")
def test_a_loaded_flask_is_refused_and_its_holders_are_named(run: Run) -> None:
    code = (
        "import by_module, by_class, by_proxy, by_function, not_at_all, kernos_flask\n"
        "try:\n"
        "    kernos_flask.install()\n"
        "except kernos_flask.FlaskAlreadyImported as error:\n"
        "    print(error)\n"
        "print(kernos_flask.installed(), isinstance(error_kind(), type))"
    ).replace("error_kind()", "kernos_flask.FlaskAlreadyImported")
    printed = run("-c", code)
    assert f"It is held by: {', '.join(HOLDERS)}." in printed
    assert "kernos_flask.install()   # before the first import" in printed
    assert "not_at_all" not in printed
    assert printed.endswith("False True\n")


@pytest.mark.usefixtures("real_flask")
def test_a_refused_installation_leaves_the_real_flask_alone(run: Run) -> None:
    code = (
        "import flask, kernos_flask\n"
        "try:\n"
        "    kernos_flask.install()\n"
        "except ImportError as error:\n"
        "    print(type(error).__name__)\n"
        "import flask.app; print(flask.app.Flask.__module__)"
    )
    assert run("-c", code).split() == ["FlaskAlreadyImported", "flask.app"]


@pytest.mark.usefixtures("real_flask")
def test_a_flask_that_is_installed_and_not_imported_is_passed_over(run: Run) -> None:
    code = INSTALL + "import flask; print(issubclass(flask.Flask, __import__('kernos').Kernos))"
    assert run("-c", code) == "True\n"


def test_the_class_is_there_without_installing(run: Run) -> None:
    code = (
        "import kernos_flask, sys\n"
        "print(kernos_flask.Flask('x'), 'flask' in sys.modules)\n"
        "print(kernos_flask.Flask is kernos_flask.Flask)"
    )
    assert run("-c", code).splitlines() == ["<Flask 'x'> False", "True"]


def test_installed_or_not_there_is_one_class(run: Run) -> None:
    code = INSTALL + "import flask; print(kernos_flask.Flask is flask.Flask)"
    assert run("-c", code) == "True\n"


def test_a_class_used_before_installing_is_the_one_found_after(run: Run) -> None:
    code = (
        "import kernos_flask, pickle, sys\n"
        "early = kernos_flask.Flask\n"
        "kernos_flask.install()\n"
        "import flask, flask.app, flask.cli, importlib.util\n"
        "print(flask.Flask is early, flask.app.Flask is early, early.__module__)\n"
        "print(pickle.loads(pickle.dumps(early)) is early)\n"
        "print(importlib.util.find_spec('flask.app').name, flask.app.__name__)\n"
        "print(flask.cli.FlaskGroup.__module__, flask.Blueprint('b', 'b'))\n"
    )
    assert run("-c", code).splitlines() == [
        "True True flask.app",
        "True",
        "flask.app flask.app",
        "flask.cli <Blueprint 'b'>",
    ]


def test_other_names_of_the_package_are_not_invented(run: Run) -> None:
    code = (
        "import kernos_flask, sys\nprint(hasattr(kernos_flask, 'nope'), 'kernos' in sys.modules)"
    )
    assert run("-c", code) == "False False\n"


def test_a_double_in_flasks_place_is_refused_like_flask(run: Run) -> None:
    code = (
        "import sys, unittest.mock, kernos_flask\n"
        "sys.modules['flask'] = unittest.mock.MagicMock()\n"
        "try:\n"
        "    kernos_flask.install()\n"
        "except ImportError as error:\n"
        "    print(error.what.split(',')[0])"
    )
    assert run("-c", code) == "Flask itself is loaded already\n"
