from __future__ import annotations

import os
import sys
import typing as t
import zipfile
from pathlib import Path

import pytest

from kernos.hooks import discovery, metadata
from kernos.hooks.discovery import installed, search_path
from kernos.hooks.offers import Installed, Offer

if t.TYPE_CHECKING:
    from conftest import Site


def test_an_offer_knows_its_names() -> None:
    offer = Offer("kernos.json", "orjson", "kernos-json-orjson", "1.0.0", "kernos_json_orjson")
    assert offer.slot == "json"
    assert offer.label == "orjson (kernos-json-orjson 1.0.0)"
    assert offer.identity == "kernos-json-orjson:orjson"
    assert offer.is_called("orjson")
    assert offer.is_called("kernos-json-orjson:orjson")
    assert offer.is_called("Kernos_JSON.orjson:orjson")
    assert not offer.is_called("kernos-json-orjson")
    assert not offer.is_called("acme:orjson")


def test_entry_points_of_kernos_groups_are_offers(site: Site) -> None:
    folder = site.add(
        "Acme.JSON_fast",
        {
            "console_scripts": {"acme": "acme:main"},
            "flask.commands": {"acme": "acme:commands"},
            "kernos.json": {"fast": "acme_fast.plugin:plugin [extra]"},
            "kernos.plugins": {"audit": "acme_audit"},
        },
        version="2.1",
        requires=["kernos>=1,<2", "orjson>=3", 'kernos[async]>=9; extra == "async"'],
    )
    offer, feature = sorted(installed().offers, key=lambda one: one.group)
    assert offer == Offer(
        "kernos.json",
        "fast",
        "acme-json-fast",
        "2.1",
        "acme_fast.plugin:plugin",
        "<2,>=1",
        str(folder),
    )
    assert (feature.slot, feature.name) == ("plugins", "audit")
    assert installed().in_group("kernos.json") == (offer,)
    assert installed().in_group("json") == (offer,)
    assert installed().in_group("sessions") == ()
    assert installed().groups() == ["kernos.json", "kernos.plugins"]


def test_offers_of_a_group_come_by_name_wherever_they_lie(site: Site) -> None:
    for name in ("b", "c", "a"):
        site.add(f"acme-{name}", {"kernos.plugins": {name: "m"}})
    assert [one.name for one in installed().in_group("plugins")] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("requires", "range_", "fits"),
    [
        ([], None, True),
        (["kernos-json==9"], None, True),
        (["kernos.ext>9"], None, True),
        (["kernos"], None, True),
        (["kernos>=1,<2"], "<2,>=1", True),
        (["Kernos (>=1)"], ">=1", True),
        (["kernos[async]<1"], "<1", False),
        (["kernos>=2"], ">=2", False),
        (["kernos>=1", "kernos!=1.0.0"], ">=1,!=1.0.0", False),
        (['kernos<1; python_version < "3"'], None, True),
        (["kernos ~~ 1"], "kernos ~~ 1", False),
    ],
)
def test_the_range_on_kernos_is_held_against_the_running_version(
    site: Site, requires: list[str], range_: str | None, fits: bool
) -> None:
    site.add("acme", {"kernos.json": {"acme": "acme"}}, requires=requires)
    (offer,) = installed().offers
    assert (offer.requirement, offer.fits) == (range_, fits)


def test_egg_info_is_read_with_its_own_files(site: Site) -> None:
    folder = site.add("acme", {"kernos.json": {"acme": "acme"}}, suffix="egg-info")
    (folder / "requires.txt").write_text("kernos[async]>=3\n\n[fast]\nkernos<1\n")
    (offer,) = installed().offers
    assert (offer.distribution, offer.requirement, offer.fits) == ("acme", ">=3", False)


def test_requirements_that_are_no_text_are_none(site: Site) -> None:
    folder = site.add("acme", {"kernos.json": {"acme": "acme"}}, suffix="egg-info")
    (folder / "requires.txt").write_bytes(b"\xff")
    (offer,) = installed().offers
    assert offer.requirement is None


def test_metadata_with_the_line_ends_of_windows_is_read(site: Site) -> None:
    folder = site.add("acme", {"kernos.json": {"acme": "acme"}})
    (folder / "METADATA").write_bytes(
        b"Name: acme\r\nVersion: 1.0\r\nRequires-Dist: kernos>=1\r\n\r\nVersion: 2.0\r\n"
    )
    (offer,) = installed().offers
    assert (offer.version, offer.requirement) == ("1.0", ">=1")


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("acme_json-1.0.dist-info", "acme-json"),
        ("Acme.JSON-1.0.dist-info", "acme-json"),
        ("acme-json-1.0.dist-info", "acme-json"),
        ("acme_json.egg-info", "acme-json"),
        ("acme-json.egg-info", "acme-json"),
        ("acme_json-1.0-py3.11.egg-info", "acme-json"),
    ],
)
def test_a_metadata_folder_tells_the_distribution(folder: str, name: str) -> None:
    assert metadata.name_of_folder(folder) == name


def test_of_a_distribution_on_two_paths_the_first_wins_and_the_other_is_reported(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.add("acme-json", {"kernos.json": {"a": "one"}}, version="1.0")
    second = type(site)(tmp_path / "second")
    shadow = second.add("Acme_JSON", {"kernos.json": {"a": "two"}}, version="9.0")
    monkeypatch.setattr(discovery, "search_path", lambda: [str(site.folder), str(second.folder)])
    (offer,) = installed().offers
    assert offer.value == "one"
    (problem,) = installed().problems
    assert str(shadow) in problem


def test_a_first_distribution_without_offers_hides_a_later_one_that_has_some(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.add("acme-json", {"console_scripts": {"a": "b"}}, version="2.0")
    second = type(site)(tmp_path / "second")
    second.add("acme-json", {"kernos.json": {"a": "two"}})
    monkeypatch.setattr(discovery, "search_path", lambda: [str(site.folder), str(second.folder)])
    assert installed().offers == ()


def test_of_two_versions_in_one_folder_the_newest_is_taken(site: Site) -> None:
    for version in ("1.9.0", "1.10.0", "1.2.0"):
        site.add("acme", {"kernos.json": {"a": "m"}}, version=version)
    (offer,) = installed().offers
    assert offer.version == "1.10.0"
    assert len(installed().problems) == 2


def test_a_folder_whose_version_is_none_counts_as_the_oldest(site: Site) -> None:
    site.add("acme", {"kernos.json": {"a": "m"}}, version="1.0")
    site.add("acme", {"kernos.json": {"a": "m"}}, version="9.9.junk!")
    (offer,) = installed().offers
    assert offer.version == "1.0"


def test_dist_info_goes_before_egg_info(site: Site) -> None:
    site.add("acme", {"kernos.json": {"a": "new"}}, version="1.0")
    site.add("acme", {"kernos.json": {"a": "old"}}, version="2.0", suffix="egg-info")
    (offer,) = installed().offers
    assert offer.value == "new"


def test_metadata_that_says_nothing_is_reported_and_ignored(site: Site) -> None:
    bare = site.add("acme-bare", {"kernos.json": {"a": "m"}})
    (bare / "METADATA").unlink()
    nameless = site.add("acme-nameless", {"kernos.json": {"a": "m"}})
    (nameless / "METADATA").write_text("Version: 1.0\n\n")
    found = installed()
    assert found.offers == ()
    assert [str(bare) in found.problems[0], str(nameless) in found.problems[1]] == [True, True]


def test_a_leftover_without_metadata_hides_nothing(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (site.folder / "acme_json-0.9.dist-info").mkdir()
    second = type(site)(tmp_path / "second")
    second.add("acme-json", {"kernos.json": {"a": "two"}})
    monkeypatch.setattr(discovery, "search_path", lambda: [str(site.folder), str(second.folder)])
    assert len(installed().offers) == 1


def test_what_pip_leaves_of_a_removal_is_ignored(site: Site) -> None:
    folder = site.add("acme", {"kernos.json": {"a": "m"}})
    folder.rename(site.folder / "~cme-1.0.0.dist-info")
    assert installed().offers == ()


def test_a_name_declared_twice_in_one_group_counts_once(site: Site) -> None:
    folder = site.add("acme", {"kernos.json": {"a": "m"}})
    (folder / "entry_points.txt").write_text(
        "# by hand\n[kernos.json]\na = one\na = two\nnothing\n; end\n"
    )
    (offer,) = installed().offers
    assert offer.value == "one"
    assert "twice" in installed().problems[0]


def test_entry_points_that_are_no_text_are_no_offers(site: Site) -> None:
    folder = site.add("acme", {"kernos.json": {"a": "m"}})
    (folder / "entry_points.txt").write_bytes(b"[kernos.json]\n\xff = x\n")
    assert installed().offers == ()


def test_a_link_to_a_folder_that_is_looked_into_already_is_no_shadow(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.add("acme", {"kernos.json": {"a": "m"}})
    link = tmp_path / "lib64"
    link.symlink_to(site.folder)
    monkeypatch.setattr(discovery, "search_path", lambda: [str(site.folder), str(link)])
    assert len(installed().offers) == 1
    assert installed().problems == ()


def test_the_answer_is_kept_until_something_changes(site: Site) -> None:
    folder = site.add("acme", {"kernos.json": {"a": "one"}})
    first = installed()
    assert installed() is first
    site.add("acme-more", {"kernos.json": {"b": "m"}})
    assert [one.name for one in installed().in_group("json")] == ["a", "b"]
    (folder / "entry_points.txt").write_text("[kernos.json]\nrenamed = one\n")
    assert {one.name for one in installed().offers} == {"b", "renamed"}


def test_a_file_that_is_gone_has_changed() -> None:
    gone = Installed(watched=(("/nowhere/entry_points.txt", 1, 1),))
    assert not discovery.is_unchanged(gone)


def test_an_archive_on_the_path_is_looked_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = tmp_path / "plugins.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for name in ("acme", "nameless"):
            head = "" if name == "nameless" else f"Name: {name}\n"
            folder = f"{name}-1.0.dist-info"
            file.writestr(f"{folder}/METADATA", f"{head}Version: 1.0\nRequires-Dist: kernos<1\n")
            file.writestr(f"{folder}/entry_points.txt", "[kernos.json]\na = m\n")
        file.writestr("other-1.0.dist-info/METADATA", "Name: other\nVersion: 1.0\n")
    other = tmp_path / "no.zip"
    other.write_text("not an archive")
    monkeypatch.setattr(discovery, "search_path", lambda: [str(archive), str(other)])
    (offer,) = installed().offers
    assert (offer.distribution, offer.version, offer.fits) == ("acme", "1.0", False)


def test_a_folder_hides_what_an_archive_has(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.add("acme", {"kernos.json": {"a": "folder"}})
    archive = tmp_path / "plugins.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("acme-1.0.dist-info/METADATA", "Name: acme\nVersion: 1.0\n")
        file.writestr("acme-1.0.dist-info/entry_points.txt", "[kernos.json]\na = archive\n")
    monkeypatch.setattr(discovery, "search_path", lambda: [str(site.folder), str(archive)])
    assert [one.value for one in installed().offers] == ["folder"]


# --- where is looked


def test_the_working_folder_is_never_looked_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.chdir(tmp_path)
    other = tmp_path / "other"
    monkeypatch.setattr(sys, "path", ["", str(tmp_path), ".", str(other), str(other)])
    assert search_path() == [str(other)]


def test_the_working_folder_counts_when_it_was_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["", str(tmp_path)]))
    assert search_path() == [str(tmp_path)]


def test_who_stands_in_site_packages_still_has_plugins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "site-packages"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "path", [str(folder)])
    assert search_path() == [str(folder)]


def test_a_working_folder_that_is_gone_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    monkeypatch.setattr(sys, "path", ["/usr", "", str(gone)])
    assert search_path() == ["/usr", str(gone)]


def test_what_is_no_path_and_what_is_not_there_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = str(tmp_path / "gone")
    monkeypatch.setattr(sys, "path", [None, gone])
    assert search_path() == [gone]
    assert discovery.take_snapshot() == discovery.Snapshot((), ())


def test_a_planted_distribution_in_the_working_folder_is_not_offered(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    site.add("planted", {"kernos.plugins": {"canary": "canary"}})
    elsewhere = site.folder.rename(tmp_path / "upload")
    monkeypatch.chdir(elsewhere)
    monkeypatch.syspath_prepend(str(elsewhere))
    assert "planted" not in {one.distribution for one in installed().offers}
