from __future__ import annotations

import json
import os
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest

from kernos.hooks import discovery, index, scanning
from kernos.hooks.discovery import installed
from kernos.hooks.offers import Installed

if t.TYPE_CHECKING:
    from conftest import Site


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "kernos"


@pytest.fixture
def scans(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Count scans; what the process keeps is forgotten at each :func:`fresh`."""
    seen: list[object] = []
    scan = scanning.scan

    def counted(snapshot: discovery.Snapshot) -> Installed:
        seen.append(snapshot)
        return scan(snapshot)

    monkeypatch.setattr(scanning, "scan", counted)
    return seen


def fresh() -> Installed:
    """What another process would find."""
    discovery._kept.clear()
    return installed()


def the_file(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


def test_a_second_process_reads_the_index_and_scans_nothing(
    site: Site, scans: list[object]
) -> None:
    site.add("acme", {"kernos.json": {"a": "m"}}, requires=["kernos>=1"])
    site.add("broken", {"kernos.json": {"b": "m"}})
    (site.folder / "broken-1.0.0.dist-info" / "METADATA").unlink()
    first = fresh()
    assert first.problems
    assert fresh() == first
    assert len(scans) == 1


def test_the_index_is_the_users_own(site: Site, folder: Path) -> None:
    fresh()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert the_file(folder).stat().st_mode & 0o777 == 0o600


def test_a_new_distribution_makes_the_index_stale(site: Site, scans: list[object]) -> None:
    fresh()
    site.add("acme", {"kernos.json": {"a": "m"}})
    assert len(fresh().offers) == 1
    assert len(scans) == 2


def test_an_edited_entry_point_makes_the_index_stale(site: Site) -> None:
    added = site.add("acme", {"kernos.json": {"a": "m"}})
    fresh()
    (added / "entry_points.txt").write_text("[kernos.json]\nlonger = m\n")
    assert [one.name for one in fresh().offers] == ["longer"]


def test_another_kernel_does_not_use_the_index(
    site: Site, scans: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh()
    monkeypatch.setattr(index, "__version__", "2.0.0")
    fresh()
    assert len(scans) == 2


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not json",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"key": null}',
        b"[" * 100_000,
    ],
)
def test_a_corrupt_index_is_built_anew(
    site: Site, folder: Path, scans: list[object], content: bytes
) -> None:
    site.add("acme", {"kernos.json": {"a": "m"}})
    fresh()
    the_file(folder).write_bytes(content)
    assert len(fresh().offers) == 1
    assert fresh().offers
    assert len(scans) == 2


@pytest.mark.parametrize(
    "spoil",
    [
        {"offers": [{"group": "kernos.json"}]},
        {"offers": [1]},
        {"offers": None},
        {"problems": [1]},
        {"watched": [["a", "b", "c"]]},
        {"watched": [["a", 1]]},
    ],
)
def test_an_index_of_another_shape_is_built_anew(
    site: Site, folder: Path, scans: list[object], spoil: dict[str, object]
) -> None:
    fresh()
    path = the_file(folder)
    path.write_text(json.dumps({**json.loads(path.read_text()), **spoil}))
    fresh()
    assert len(scans) == 2


def test_a_range_is_text_or_nothing(site: Site, folder: Path, scans: list[object]) -> None:
    site.add("acme", {"kernos.json": {"a": "m"}})
    fresh()
    path = the_file(folder)
    data = json.loads(path.read_text())
    data["offers"][0]["requirement"] = 1
    path.write_text(json.dumps(data))
    fresh()
    assert len(scans) == 2


def plant(folder: Path) -> Path:
    """Make the index name a module that nobody installed."""
    path = the_file(folder)
    data = json.loads(path.read_text())
    for offer in data["offers"]:
        offer["value"] = "evil"
    path.write_text(json.dumps(data))
    return path


def test_an_index_that_others_can_write_is_not_trusted(site: Site, folder: Path) -> None:
    site.add("acme", {"kernos.json": {"a": "m"}})
    fresh()
    plant(folder).chmod(0o666)
    assert [one.value for one in fresh().offers] == ["m"]


def test_an_index_in_a_folder_that_others_can_write_is_not_trusted(
    site: Site, folder: Path, scans: list[object]
) -> None:
    site.add("acme", {"kernos.json": {"a": "m"}})
    fresh()
    plant(folder)
    folder.chmod(0o777)
    assert [one.value for one in fresh().offers] == ["m"]
    fresh()
    assert len(scans) == 3  # nor is it written to


def test_an_index_of_another_user_is_not_trusted(
    site: Site, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.add("acme", {"kernos.json": {"a": "m"}})
    fresh()
    plant(folder)
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    assert [one.value for one in fresh().offers] == ["m"]


def test_an_index_behind_a_link_is_not_trusted(site: Site, folder: Path, tmp_path: Path) -> None:
    site.add("acme", {"kernos.json": {"a": "m"}})
    fresh()
    path = plant(folder)
    path.rename(tmp_path / "planted.json")
    path.symlink_to(tmp_path / "planted.json")
    assert [one.value for one in fresh().offers] == ["m"]


def test_a_cache_folder_that_is_a_link_or_a_file_is_done_without(
    site: Site, folder: Path, tmp_path: Path, scans: list[object]
) -> None:
    folder.parent.mkdir()
    folder.write_text("a file")
    fresh()
    folder.unlink()
    (tmp_path / "elsewhere").mkdir()
    folder.symlink_to(tmp_path / "elsewhere")
    fresh()
    assert len(scans) == 2
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_pipe_in_the_indexs_place_does_not_hang(site: Site, folder: Path) -> None:
    fresh()
    path = the_file(folder)
    path.unlink()
    os.mkfifo(path, 0o600)
    fresh()


def test_an_index_beyond_measure_is_not_read(
    site: Site, folder: Path, scans: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh()
    monkeypatch.setattr(index, "LIMIT_BYTES", 10)
    fresh()
    assert len(scans) == 2


def test_a_disk_that_refuses_is_no_error(
    site: Site, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object) -> None:
        raise OSError(28, "No space left on device")

    site.add("acme", {"kernos.json": {"a": "m"}})
    monkeypatch.setattr(os, "replace", refuse)
    assert len(fresh().offers) == 1
    assert list(folder.iterdir()) == []


def test_without_owners_the_users_profile_is_trusted(
    site: Site, scans: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "geteuid")
    fresh()
    fresh()
    assert len(scans) == 1


@pytest.mark.parametrize("word", ["off", "0", "No", "false"])
def test_the_index_can_be_turned_off(
    site: Site, folder: Path, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    monkeypatch.setenv("KERNOS_INDEX", word)
    fresh()
    assert not folder.exists()


def test_without_a_home_there_is_no_index(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)
    assert fresh().offers == ()


def test_the_home_folder_holds_the_cache_when_nothing_else_is_said(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    fresh()
    assert list((tmp_path / ".cache" / "kernos").iterdir())


def test_old_states_do_not_pile_up(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "LIMIT", 3)
    for number in range(6):
        one = tmp_path / f"site{number}"
        (one / "acme-1.0.dist-info").mkdir(parents=True)
        monkeypatch.setattr(discovery, "search_path", lambda one=one: [str(one)])
        fresh()
    assert len(list(folder.iterdir())) == 3


def test_a_fresh_process_with_an_index_imports_neither_packaging_nor_importlib_metadata(
    tmp_path: Path, site: Site
) -> None:
    site.add("acme", {"kernos.json": {"a": "m"}}, requires=["kernos>=1"])
    code = (
        "import sys\n"
        "before = set(sys.modules)\n"
        "import kernos.hooks\n"
        "from kernos.hooks.discovery import installed\n"
        "assert any(one.distribution == 'acme' for one in installed().offers)\n"
        "new = set(sys.modules) - before\n"
        "heavy = {'packaging', 'packaging.version', 'importlib.metadata', 'importlib_metadata',"
        " 'jinja2', 'click', 'itsdangerous', 'tomllib'}\n"
        "print(sorted(new & heavy))"
    )
    environment = {**os.environ, "PYTHONPATH": str(site.folder)}
    for expected in (None, "[]"):
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
            cwd=tmp_path,
        )
        assert expected is None or done.stdout.strip() == expected
