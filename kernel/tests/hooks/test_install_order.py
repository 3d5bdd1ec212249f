"""However a set of plugins came to be installed, it is the same set of plugins."""

from __future__ import annotations

import itertools
import sys
import typing as t
from pathlib import Path

import pytest

from kernos.errors import KernosError
from kernos.hooks import discovery, list_plugins, list_problems, quarantining
from kernos.hooks.contributions import KINDS
from kernos.hooks.slots import KERNEL_SLOTS

if t.TYPE_CHECKING:
    from conftest import Make, Site

HOOKS = ("kernos_app_ready", "kernos_before_request", "kernos_register_config")

#: What each distribution's one module holds; names sort otherwise than they want to be called.
MODULES = {
    "ape": """
        @hookimpl(after="cat")
        def kernos_before_request(app, ctx): ...
        @hookimpl
        def kernos_register_config(app):
            return {"SHARED": "ape", "APE": 1}
        @hookimpl
        def kernos_provide_json(app):
            return "ape"
        """,
    "bee": """
        @hookimpl(tryfirst=True)
        def kernos_before_request(app, ctx): ...
        @hookimpl
        def kernos_register_config(app):
            return {"SHARED": "bee", "BEE": 1}
        @hookimpl
        def kernos_provide_json(app):
            return "bee"
        """,
    "cat": """
        @hookimpl(before="dog")
        def kernos_before_request(app, ctx): ...
        @hookimpl
        def kernos_app_ready(app): ...
        @hookimpl
        def kernos_register_config(app):
            return {"SHARED": "cat"}
        @hookimpl
        def kernos_provide_json(app):
            return "cat"
        """,
    "dog": """
        @hookimpl(wrapper=True)
        def kernos_before_request(app, ctx):
            return (yield)
        @hookimpl(trylast=True)
        def kernos_app_ready(app): ...
        @hookimpl
        def kernos_provide_json(app):
            return "dog"
        """,
}
#: Features of all, two that offer json, one that alone offers sessions, two with one name.
ENTRIES = {
    "ape": {"kernos.plugins": "ape", "kernos.json": "ape"},
    "bee": {"kernos.plugins": "bee", "kernos.json": "bee", "kernos.cli": "twin"},
    "cat": {"kernos.plugins": "cat", "kernos.sessions": "cat"},
    "dog": {"kernos.plugins": "dog", "kernos.cli": "twin"},
}
ORDERS = list(itertools.permutations(MODULES))


def outcome(make: Make) -> dict[str, object]:
    """Return all that may be asked of an application about its plugins, as text."""
    discovery._kept.clear()
    with quarantining():
        app = make()
    plugins = app.plugins
    for kind in KINDS:
        plugins.contributions(kind)
    return {
        "plugins": [one.identity for one in plugins.plugins()],
        "order": {hook: plugins.order(hook) for hook in HOOKS},
        "config": plugins.contributions("config"),
        "conflicts": [str(one) for one in plugins.conflicts],
        "slots": {slot: chosen(plugins, slot) for slot in KERNEL_SLOTS},
        "records": [
            (one.label, one.group, one.state, one.reason, one.hooks)
            for one in list_plugins(t.cast("t.Any", app))
        ],
        "problems": list_problems(t.cast("t.Any", app)),
        "refused": refusal(make),
    }


def chosen(plugins: t.Any, slot: str) -> str:
    try:
        return ", ".join(one.label for one in plugins.choice(slot).offers)
    except KernosError as error:
        return str(error)


def refusal(make: Make) -> str:
    """Return what an application says that is made to be served."""
    try:
        app = make()
        app.plugins.contributions("config")
        app.plugins.check_conflicts(lambda kind, name: False)
    except KernosError as error:
        return str(error)
    return ""


def forget(site: Site) -> None:
    for module in site.modules:
        sys.modules.pop(module, None)


def write(site: Site, name: str) -> None:
    entries = {group: {entry: f"acme_{name}"} for group, entry in ENTRIES[name].items()}
    site.add(f"acme-{name}", entries, modules={f"acme_{name}": MODULES[name]})


@pytest.fixture
def expected(site: Site, make: Make) -> t.Iterator[dict[str, object]]:
    """What is found where the distributions were installed by name."""
    for name in sorted(MODULES):
        write(site, name)
    found = outcome(make)
    assert [str(one).count("SHARED") for one in found["conflicts"]] == [1, 1]
    assert "acme-ape" in str(found["slots"]["json"])
    assert "acme-bee" in str(found["slots"]["json"])
    assert found["slots"]["sessions"] == "cat (acme-cat 1.0.0)"
    assert "2 distributions" in found["slots"]["cli"]
    assert [line.partition(" ")[0] for line in found["order"]["kernos_before_request"]] == [
        "dog", "bee", "cat", "ape",
    ]  # fmt: skip
    assert found["refused"]
    yield found
    forget(site)


class Folders:
    """Sites that are the whole search path, in an order of the test's."""

    def __init__(self, folder: Path, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        self._make = type(site)
        self._folder, self._monkeypatch, self._before = folder, monkeypatch, list(sys.path)
        self._count = 0

    def __call__(self, count: int) -> list[Site]:
        made = []
        for _ in range(count):
            self._count += 1
            made.append(self._make(self._folder / f"other-{self._count}"))
        paths = [str(one.folder) for one in made]
        self._monkeypatch.setattr(discovery, "search_path", lambda: paths)
        self._monkeypatch.setattr(sys, "path", [*paths, *self._before])
        return made


@pytest.fixture
def folders(tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch) -> Folders:
    return Folders(tmp_path, site, monkeypatch)


def test_the_order_in_which_distributions_were_installed_decides_nothing(
    expected: dict[str, object], site: Site, folders: Folders, make: Make
) -> None:
    forget(site)
    for order in ORDERS:
        (other,) = folders(1)
        for name in order:
            write(other, name)
        assert outcome(make) == expected, order
        forget(other)


def test_the_order_of_the_search_path_decides_nothing(
    expected: dict[str, object], site: Site, folders: Folders, make: Make
) -> None:
    forget(site)
    for order in ORDERS:
        others = folders(len(order))
        for other, name in zip(others, order, strict=True):
            write(other, name)
        assert outcome(make) == expected, order
        for other in others:
            forget(other)


def test_the_order_in_the_entry_points_decides_nothing(
    site: Site, folders: Folders, make: Make
) -> None:
    """One distribution with several of everything, its file written in every order."""
    lines = [
        ("kernos.plugins", "ape"),
        ("kernos.plugins", "dog"),
        ("kernos.json", "bee"),
        ("kernos.json", "cat"),
    ]
    found = []
    for order in itertools.permutations(lines):
        (other,) = folders(1)
        for name, source in MODULES.items():
            other.write(f"acme_{name}", source)
        info = other.add("acme", {})
        text = "".join(f"[{group}]\n{name} = acme_{name}\n" for group, name in order)
        (info / "entry_points.txt").write_text(text)
        found.append(outcome(make))
        forget(other)
    assert [one for one in found if one != found[0]] == []
    assert found[0]["plugins"] == ["acme:ape", "acme:dog"]
    assert "bee (acme 1.0.0), cat (acme 1.0.0)" in found[0]["slots"]["json"]
