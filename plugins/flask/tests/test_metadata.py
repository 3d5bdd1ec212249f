"""Which Flask is installed, by the standard library and by the backport."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., str]

INSTALL = "import kernos_flask; kernos_flask.install()\n"


@pytest.fixture(params=["importlib.metadata", "importlib_metadata"])
def library(request: pytest.FixtureRequest) -> str:
    """Both libraries, since programs import either."""
    return str(request.param)


@pytest.fixture
def flask_metadata(tmp_path: Path) -> None:
    """Flask's own metadata, in the working directory."""
    folder = tmp_path / "Flask-3.0.9.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: Flask\nVersion: 3.0.9\n")


@pytest.mark.parametrize("name", ["flask", "Flask"])
def test_without_flask_the_version_served_is_the_answer(run: Run, library: str, name: str) -> None:
    code = INSTALL + f"import {library} as m; print(m.version({name!r}))"
    assert run("-c", code) == "3.1.3\n"


def test_the_distribution_is_one_of_the_library_that_asked(run: Run, library: str) -> None:
    code = INSTALL + (
        f"import {library} as m\n"
        "found = m.distribution('flask')\n"
        "print(isinstance(found, m.Distribution), found.metadata['Name'], found.version)\n"
        "print(list(found.entry_points), found.read_text('nothing'))\n"
    )
    assert run("-c", code).splitlines() == ["True Flask 3.1.3", "[] None"]


def test_it_stands_once_in_the_list_of_all(run: Run, library: str) -> None:
    code = INSTALL + (
        f"import {library} as m\n"
        "names = [one.metadata['Name'] for one in m.distributions()]\n"
        "print(names.count('Flask'), 'Werkzeug' in names or 'werkzeug' in names)\n"
        "print(m.packages_distributions()['flask'])"
    )
    assert run("-c", code).splitlines() == ["1 True", "['Flask']"]


@pytest.mark.usefixtures("flask_metadata")
def test_flasks_own_metadata_is_left_alone(run: Run, library: str) -> None:
    code = INSTALL + (
        f"import {library} as m\n"
        "names = [one.metadata['Name'] for one in m.distributions()]\n"
        "print(m.version('flask'), names.count('Flask'))"
    )
    assert run("-c", code) == "3.0.9 1\n"


def test_other_names_and_certain_folders_are_not_answered(run: Run, library: str) -> None:
    code = INSTALL + (
        f"import {library} as m\n"
        "print(len(list(m.distributions(path=['.']))))\n"
        "try:\n"
        "    m.version('no-such-flask')\n"
        "except m.PackageNotFoundError as error:\n"
        "    print('none')"
    )
    assert run("-c", code).split() == ["0", "none"]


def test_before_installing_there_is_no_flask(run: Run, library: str) -> None:
    code = f"import kernos_flask, {library} as m\nprint(list(m.distributions(name='flask')))"
    assert run("-c", code) == "[]\n"
