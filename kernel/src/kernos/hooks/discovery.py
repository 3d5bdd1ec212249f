"""Find what is installed: one scan a process, kept in an index between processes.

Only folders on ``sys.path`` count, the first that holds a distribution wins, and
the working folder never does: a plugin is installed, not dropped somewhere.
"""

from __future__ import annotations

import os
import sys

from kernos.hooks import index
from kernos.hooks.offers import Installed, Offer
from kernos.hooks.value import Value

SUFFIXES = (".dist-info", ".egg-info")


class Snapshot(Value):
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
        from kernos.hooks import scanning  # which most processes never need

        found = scanning.scan(snapshot)
        index.write(snapshot, found)
    _kept[:] = [(snapshot, found)]
    return found


def is_unchanged(found: Installed) -> bool:
    """Tell whether the files that the offers were read from are as they were."""
    return all(stamp(path) == (path, changed, size) for path, changed, size in found.watched)


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
            archives.append(stamp(path))
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


def stamp(path: str) -> tuple[str, int, int]:
    """Return what tells whether a file was changed: its path, time of change and size."""
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
