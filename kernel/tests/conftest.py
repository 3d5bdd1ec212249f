"""What holds for the kernel's own tests: they know no component but the doubles."""

from __future__ import annotations

import sys
import typing as t
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "support"))

STRANGERS = ("kernos_", "jinja2", "itsdangerous", "click", "rich")
#: Rooms whose tests say themselves what is installed.
OTHER_ROOMS = {"hooks", "testing"}


def _strangers() -> set[str]:
    return {name for name in sys.modules if name.startswith(STRANGERS)}


@pytest.fixture(autouse=True)
def _the_kernel_is_alone(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> t.Iterator[None]:
    """Hide what is installed, and fail a test that imports a component all the same."""
    if OTHER_ROOMS.intersection(request.path.parts):
        yield
        return
    monkeypatch.setattr("kernos.hooks.discovery.search_path", list)
    before = _strangers()
    yield
    assert _strangers() <= before


@pytest.fixture(autouse=True)
def _no_context_is_left(request: pytest.FixtureRequest) -> t.Iterator[None]:
    """Fail a test that leaves a context behind, and heal the thread for the next one."""
    from kernos.globals import _cv_app, _cv_request

    yield
    left = [variable.get(None) for variable in (_cv_app, _cv_request)]
    for ctx in filter(None, reversed(left)):
        ctx._unbind()
    assert left == [None, None]


@pytest.fixture(params=["marks", "no marks"])
def both_lookouts(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a test as on a Python that marks what is cached of a class, and as on another."""
    from kernos import lookout
    from kernos.wrappers import response

    if request.param == "no marks":
        monkeypatch.setattr(lookout, "_marks_classes", lambda: False)
        monkeypatch.setattr(response._SENDERS, "_lookouts", {})
