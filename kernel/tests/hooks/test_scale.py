"""A thousand distributions and a hundred plugins, of which ten take part."""

from __future__ import annotations

import builtins
import os
import sys
import typing as t
from collections import Counter

import pytest

from kernos.errors import ComponentConflict, PluginError
from kernos.hooks import discovery

if t.TYPE_CHECKING:
    from conftest import Make, Site

OTHERS, ALTERNATIVES, FEATURES = 1000, 90, 10
GROUPS = ("json", "sessions", "routing", "templating", "cli")

#: Leaves a trace of its import that outlives the module.
TRACE = "import builtins\nbuiltins.acme_imported.append(__name__)\n"


@pytest.fixture
def imported(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The modules of plugins that were imported, as their side effects tell."""
    names: list[str] = []
    monkeypatch.setattr(builtins, "acme_imported", names, raising=False)
    return names


@pytest.fixture
def crowded(site: Site, imported: list[str]) -> Site:
    """A site of many distributions."""
    for number in range(OTHERS):
        site.add(f"other-{number}", {"console_scripts": {"x": "nowhere:main"}})
    for number in range(ALTERNATIVES):
        site.component(GROUPS[number % len(GROUPS)], f"c{number}", TRACE)
    for number in range(FEATURES):
        site.feature(f"f{number}", TRACE)
    return site


class Calls(Counter[str]):
    """Counts what is asked of the file system."""

    def watch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for module, name in ((os, "stat"), (os, "lstat"), (os, "open"), (builtins, "open")):
            self._count(monkeypatch, module, name)
        scandir = os.scandir

        def scan(path: str) -> Entries:
            self["scandir"] += 1
            return Entries(scandir(path), self)

        monkeypatch.setattr(os, "scandir", scan)
        monkeypatch.setattr(os, "listdir", lambda path: pytest.fail("listed a folder once more"))

    def _count(self, monkeypatch: pytest.MonkeyPatch, module: t.Any, name: str) -> None:
        call = getattr(module, name)

        def counted(*args: t.Any, **kwargs: t.Any) -> t.Any:
            if sys._getframe(1).f_globals.get("__name__", "").startswith("kernos."):
                self[f"{module.__name__}.{name}"] += 1
            return call(*args, **kwargs)

        monkeypatch.setattr(module, name, counted)


class Entries:
    """A folder's entries, whose questions to the file system are counted."""

    def __init__(self, entries: t.Any, calls: Calls) -> None:
        self.entries, self.calls = entries, calls

    def __enter__(self) -> t.Iterator[Entry]:
        return (Entry(one, self.calls) for one in self.entries)

    def __exit__(self, *error: object) -> None:
        self.entries.close()


class Entry:
    def __init__(self, entry: os.DirEntry[str], calls: Calls) -> None:
        self.entry, self.calls, self.name = entry, calls, entry.name

    def is_dir(self) -> bool:
        return self.entry.is_dir()  # known from the listing

    def stat(self) -> os.stat_result:
        self.calls["stat of an entry"] += 1
        return self.entry.stat()


def test_what_is_not_chosen_is_never_imported(
    crowded: Site, make: Make, imported: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERNOS_COMPONENTS", "json=c5")
    app = make()
    assert sorted(imported) == [f"acme_f{number}" for number in range(FEATURES)]
    with pytest.raises(ComponentConflict):  # eighteen sessions, and nothing decides
        app.plugins.decide_all()
    app.plugins.decide_all(settled=("sessions", "routing", "templating", "cli"))
    assert app.plugins.choice("json").offers[0].name == "c5"
    assert len(imported) == FEATURES
    with pytest.raises(PluginError, match="does not implement kernos_provide_json"):
        app.plugins.build("json")
    assert imported[FEATURES:] == ["acme_json_c5"]


def test_a_fresh_index_costs_one_file_and_a_look_at_each_folder(
    crowded: Site, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The work of a process that finds the index fresh, counted call by call.

    One look at each metadata folder and each file of entry points that counts: these may have
    changed. Nothing else grows with what is installed.
    """
    make(plugins=[])
    discovery._kept.clear()
    with monkeypatch.context() as patch:
        calls = Calls()
        calls.watch(patch)
        make(plugins=[])
    plugins = ALTERNATIVES + FEATURES
    assert calls.pop("stat of an entry") == OTHERS + plugins
    assert calls.pop("os.stat") == plugins
    assert calls == {"scandir": 1, "os.open": 1, "builtins.open": 1, "os.lstat": 1}


def test_a_second_application_reads_nothing_anew(
    crowded: Site, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(plugins=[])
    with monkeypatch.context() as patch:
        calls = Calls()
        calls.watch(patch)
        make(plugins=[])
    assert set(calls) == {"scandir", "stat of an entry", "os.stat"}
