"""Read the metadata of all that is installed, where the index does not know it."""

from __future__ import annotations

import os
import typing as t

from kernos.hooks import metadata
from kernos.hooks.discovery import stamp
from kernos.hooks.offers import PREFIX, Installed, Offer

if t.TYPE_CHECKING:
    from kernos.hooks.discovery import Snapshot


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
                watched.append(stamp(os.path.join(folder, "entry_points.txt")))
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
    from packaging.version import InvalidVersion, Version

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


__all__ = ["scan"]
