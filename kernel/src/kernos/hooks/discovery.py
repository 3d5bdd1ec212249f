"""Find what is installed: one scan a process, kept in an index between processes.

Only folders on ``sys.path`` count, the first that holds a distribution wins, and
the working folder never does: a plugin is installed, not dropped somewhere.
"""

from __future__ import annotations

import os
import sys
import typing as t

from kernos.hooks import index
from kernos.hooks import metadata
from kernos.hooks.offers import PREFIX
from kernos.hooks.offers import Installed
from kernos.hooks.offers import Offer

SUFFIXES = (".dist-info", ".egg-info")


class Snapshot(t.NamedTuple):
    """What tells one state of the installation from another, cheap to take."""

    #: Each folder on ``sys.path`` with its metadata folders and their times of change.
    folders: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]
    #: Archives on ``sys.path``, with time of change and size.
    archives: tuple[tuple[str, int, int], ...]


#: The only state that applications share; it is replaced, never changed.
_kept: list[tuple[Snapshot, Installed]] = []


def installed() -> Installed:
    """Return what is installed now.

    The answer is kept for the process until a folder on ``sys.path``, or a
    metadata folder in one, changes. Threads may call it at will.
    """
    snapshot = take_snapshot()
    for kept, found in _kept:
        if kept == snapshot and is_unchanged(found):
            return found
    return _find(snapshot)


def _find(snapshot: Snapshot) -> Installed:
    found = index.read(snapshot)
    if found is None or not is_unchanged(found):
        found = scan(snapshot)
        index.write(snapshot, found)
    _kept[:] = [(snapshot, found)]
    return found


def is_unchanged(found: Installed) -> bool:
    """Tell whether the files that the offers were read from are as they were."""
    return all(_stamp(path) == (path, changed, size) for path, changed, size in found.watched)


def take_snapshot() -> Snapshot:
    """List the metadata folders on ``sys.path``, in its order."""
    folders = []
    archives = []
    for path in search_path():
        try:
            with os.scandir(path) as entries:
                held = [
                    (entry.name, entry.stat().st_mtime_ns)
                    for entry in entries
                    if entry.name.endswith(SUFFIXES) and entry.is_dir()
                ]
        except NotADirectoryError:
            archives.append(_stamp(path))
        except OSError:
            continue  # not there, or not ours to read: nothing is importable from it
        else:
            if held:
                folders.append((path, tuple(sorted(held))))
    return Snapshot(tuple(folders), tuple(archives))


def search_path() -> list[str]:
    """Return the entries of ``sys.path`` that plugins may be found in.

    An interpreter puts the working folder there by itself, and so do servers; what
    lies in it is data until somebody installs it or names it in ``PYTHONPATH``.
    """
    here = _place(os.curdir)
    named = [_place(one) for one in os.environ.get("PYTHONPATH", "").split(os.pathsep) if one]
    is_open = here is None or here in named
    found: dict[str, None] = {}
    for entry in sys.path:
        if isinstance(entry, str) and entry:
            path = os.path.abspath(entry)
            if is_open or _place(path) != here or _is_site_folder(path):
                found[path] = None
    return list(found)


def scan(snapshot: Snapshot) -> Installed:
    """Read the metadata of everything in the snapshot."""
    offers: list[Offer] = []
    problems: list[str] = []
    watched: list[tuple[str, int, int]] = []
    seen: dict[str, str] = {}
    for path, held in snapshot.folders:
        for folder in _in_order_of_trust(path, [name for name, _ in held]):
            name = metadata.name_of_folder(os.path.basename(folder))
            text = metadata.read_entry_points(folder)
            if text is not None:
                watched.append(_stamp(os.path.join(folder, "entry_points.txt")))
            if name in seen:
                if text is not None and os.path.realpath(folder) != os.path.realpath(seen[name]):
                    problems.append(f"{folder} is ignored: {seen[name]} comes first")
                continue
            if text is None:
                if os.path.exists(metadata.metadata_path(folder)):
                    seen[name] = folder
                continue
            try:
                entries = metadata.read_entries(folder, text)
            except metadata.UnreadableMetadata as error:
                problems.append(f"{folder} is ignored: {error}")
                continue
            seen[name] = folder
            offers += entries.offers
            problems += entries.problems
    for archive, _, _ in snapshot.archives:
        offers += _scan_archive(archive, seen)
    return Installed(tuple(offers), tuple(problems), tuple(watched))


def _in_order_of_trust(path: str, names: list[str]) -> list[str]:
    """Metadata folders of one folder: by name, and of one distribution the newest first."""
    by_distribution: dict[str, list[str]] = {}
    for name in names:
        if not name.startswith("~"):  # what pip leaves of an interrupted removal
            by_distribution.setdefault(metadata.name_of_folder(name), []).append(name)
    ordered = []
    for _, versions in sorted(by_distribution.items()):
        if len(versions) > 1:
            versions.sort(key=_rank, reverse=True)
        ordered += [os.path.join(path, one) for one in versions]
    return ordered


def _rank(folder_name: str) -> tuple[bool, object, str]:
    from packaging.version import InvalidVersion
    from packaging.version import Version

    stem = folder_name.rpartition(".")[0]
    try:
        version = Version(stem.rpartition("-")[2])
    except InvalidVersion:
        version = Version("0")
    return folder_name.endswith(".dist-info"), version, folder_name


def _scan_archive(archive: str, seen: dict[str, str]) -> list[Offer]:
    """Read an archive on ``sys.path``, which only the standard library can look into."""
    import importlib.metadata
    import zipfile

    if not zipfile.is_zipfile(archive):
        return []
    offers: list[Offer] = []
    for found in importlib.metadata.distributions(path=[archive]):
        text = found.read_text("entry_points.txt") or ""
        if f"[{PREFIX}" not in text:
            continue
        head = found.read_text("METADATA") or found.read_text("PKG-INFO") or ""
        try:
            entries = metadata.make_entries(archive, head, [], text)
        except metadata.UnreadableMetadata:
            continue
        if entries.distribution not in seen:
            seen[entries.distribution] = archive
            offers += entries.offers
    return offers


def _stamp(path: str) -> tuple[str, int, int]:
    try:
        found = os.stat(path)
    except OSError:
        return path, 0, 0
    return path, found.st_mtime_ns, found.st_size


def _place(path: str) -> tuple[int, int] | None:
    """What two names of one folder have in common."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _is_site_folder(path: str) -> bool:
    return os.path.basename(path) in ("site-packages", "dist-packages")


__all__ = ["Installed", "Offer", "installed", "search_path"]
