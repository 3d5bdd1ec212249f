"""The on-disk index of what is installed: a cache that may be absent, never wrong.

It names modules to import, so it is trusted only where nobody but the user can
have written it. Whatever is odd about it means: do without.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
import sys
import typing as t

from kernos._version import __version__
from kernos.hooks.offers import Installed, Offer

if t.TYPE_CHECKING:
    from kernos.hooks.discovery import Snapshot

FORMAT = 1
#: More states of installations than one user works with; the oldest files go first.
LIMIT = 50
#: More than any real installation needs; a larger file is somebody else's.
LIMIT_BYTES = 16 * 1024 * 1024


def read(snapshot: Snapshot) -> Installed | None:
    """Return what the index says of ``snapshot``; None when it cannot be relied on."""
    path = _path(snapshot)
    if path is None or not _is_private(os.path.dirname(path)):
        return None
    try:
        data = json.loads(_read_private(path))
        if data["key"] != _key(snapshot):
            return None
        return Installed(
            tuple(_offer(one) for one in data["offers"]),
            tuple(_text(one) for one in data["problems"]),
            tuple((_text(a), _number(b), _number(c)) for a, b, c in data["watched"]),
        )
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None


def write(snapshot: Snapshot, found: Installed) -> None:
    """Keep ``found`` for later processes, if the user's cache folder lets us."""
    path = _path(snapshot)
    if path is None:
        return
    folder = os.path.dirname(path)
    data = {
        "key": _key(snapshot),
        "offers": [vars(one) for one in found.offers],
        "problems": found.problems,
        "watched": found.watched,
    }
    temporary = f"{path}.{os.getpid()}"
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        if not _is_private(folder):
            return
        file = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(file, "w", encoding="utf-8") as stream:
            json.dump(data, stream)
        os.replace(temporary, path)
        _prune(folder)
    except (OSError, ValueError):
        _remove(temporary)


def _key(snapshot: Snapshot) -> list[object]:
    """What must be the same for the index to hold; the path is in the snapshot."""
    digest = hashlib.sha256(repr(snapshot).encode("utf-8", "surrogatepass")).hexdigest()
    return [FORMAT, __version__, list(sys.version_info[:3]), sys.platform, digest]


def _path(snapshot: Snapshot) -> str | None:
    """One file for each search path, so that environments do not evict each other."""
    if os.environ.get("KERNOS_INDEX", "").lower() in ("0", "off", "no", "false"):
        return None
    cache = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(cache):
        cache = os.path.join(os.path.expanduser("~"), ".cache")
    if not os.path.isabs(cache):
        return None
    places = repr([folder for folder, _ in snapshot.folders] + [sys.version_info[:2]])
    name = hashlib.sha256(places.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return os.path.join(cache, "kernos", f"index-{name}.json")


def _is_private(folder: str) -> bool:
    try:
        return _is_ours(os.lstat(folder), stat.S_ISDIR)
    except OSError:
        return False


def _is_ours(found: os.stat_result, is_kind: t.Callable[[int], bool]) -> bool:
    if not is_kind(found.st_mode):
        return False
    if not hasattr(os, "geteuid"):  # no such owners: the user's profile is private
        return True
    return found.st_uid == os.geteuid() and not found.st_mode & 0o022


def _read_private(path: str) -> bytes:
    file = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    with open(file, "rb") as stream:
        found = os.fstat(file)
        if not _is_ours(found, stat.S_ISREG) or found.st_size > LIMIT_BYTES:
            raise ValueError("not a file of the user's own")
        return stream.read()


def _offer(data: t.Mapping[str, object]) -> Offer:
    requirement = data["requirement"]
    return Offer(
        _text(data["group"]),
        _text(data["name"]),
        _text(data["distribution"]),
        _text(data["version"]),
        _text(data["value"]),
        None if requirement is None else _text(requirement),
        _text(data["folder"]),
        data["fits"] is True,
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not text")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError("not a number")
    return value


def _prune(folder: str) -> None:
    with os.scandir(folder) as entries:
        files = [one for one in entries if one.name.startswith("index-")]
        if len(files) > LIMIT:
            files.sort(key=lambda one: one.stat().st_mtime_ns)
            for one in files[:-LIMIT]:
                _remove(one.path)


def _remove(path: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(path)
