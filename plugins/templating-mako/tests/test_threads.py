"""Templates are compiled by one thread at a time."""

from __future__ import annotations

import threading
import typing as t
from concurrent.futures import ThreadPoolExecutor

import pytest

from kernos_templating_mako import lookup
from kernos_templating_mako.lookup import Lookup


class Finder:
    """Folders in which each template is the one file that a test has written."""

    def __init__(self, path: str) -> None:
        self.path = path

    def find(self, name: str, *, again: bool) -> str:
        return self.path


def test_no_two_threads_compile_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: t.Any) -> None:
    inside, seen, wait = [0], [], threading.Event()
    original = lookup.Template

    def counting(*args: t.Any, **kwargs: t.Any) -> t.Any:
        inside[0] += 1
        seen.append(inside[0])
        wait.wait(0.005)  # never set: lets the other threads go on
        try:
            return original(*args, **kwargs)
        finally:
            inside[0] -= 1

    monkeypatch.setattr(lookup, "Template", counting)
    monkeypatch.setattr("mako.lookup.Template", counting)
    page = tmp_path / "page.html"
    page.write_text("${x}")

    def compile_both(number: int) -> None:
        folders: t.Any = Finder(str(page))
        found = Lookup(folders, lambda: False)
        assert found.compile(f"{number} ${{x}}").render(x=1) == f"{number} 1"
        assert found.get_template("page.html").render(x=2) == "2"

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(compile_both, range(8)))
    assert seen == [1] * 16
