"""Read one distribution's metadata folder, without ``importlib.metadata``.

Importing that module costs more than all of the reading does.
"""

from __future__ import annotations

import itertools
import os
import re

from kernos._version import __version__
from kernos.hooks.offers import PREFIX, Offer, normalise
from kernos.hooks.value import Value


class UnreadableMetadata(ValueError):
    """A metadata folder that does not say whose it is. Never leaves the hooks."""


class Entries(Value):
    """The entry points of a distribution that are in Kernos' groups."""

    distribution: str
    offers: tuple[Offer, ...]
    problems: tuple[str, ...] = ()


def name_of_folder(folder_name: str) -> str:
    """Return the distribution's normalised name that a metadata folder's name tells."""
    stem = folder_name.removesuffix(".dist-info").removesuffix(".egg-info")
    stem = re.sub(r"-py\d[\d.]*$", "", stem)
    name, dash, version = stem.rpartition("-")
    return normalise(name if dash and version[:1].isdigit() else stem)


def metadata_path(folder: str) -> str:
    """Return where a metadata folder keeps name and version."""
    return os.path.join(folder, "METADATA" if folder.endswith(".dist-info") else "PKG-INFO")


def read_entry_points(folder: str) -> str | None:
    """Return the text of ``entry_points.txt`` when a group of Kernos' may be in it."""
    try:
        with open(os.path.join(folder, "entry_points.txt"), encoding="utf-8") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError):
        return None
    return text if f"[{PREFIX}" in text.replace(" ", "") else None


def read_entries(folder: str, text: str) -> Entries:
    """Return the offers of the distribution that a metadata folder is of.

    Raises:
        UnreadableMetadata: It does not say its name and version.
    """
    try:
        with open(metadata_path(folder), encoding="utf-8", errors="replace") as file:
            head = file.read()
    except OSError:
        head = ""
    return make_entries(folder, head, _legacy_requirements(folder), text)


def make_entries(place: str, head: str, requirements: list[str], text: str) -> Entries:
    """Turn what a distribution's metadata says into offers.

    Args:
        place: Where it was found.
        head: The headers of the metadata, perhaps with a text behind them.
        requirements: What it requires beside what the headers say.
        text: The entry points.

    Raises:
        UnreadableMetadata: There is no name or no version.
    """
    head = head.replace("\r\n", "\n").partition("\n\n")[0]
    names, versions = _headers(head, "Name"), _headers(head, "Version")
    if not names or not versions:
        raise UnreadableMetadata("its metadata has no name or no version")
    distribution, version = normalise(names[0]), versions[0]
    requirement, fits = kernel_range(_headers(head, "Requires-Dist") + requirements)
    offers: dict[tuple[str, str], Offer] = {}
    problems = []
    for group, name, value in parse_entry_points(text):
        if (group, name) in offers:
            problems.append(f"{distribution} {version} declares {name!r} twice in {group}")
            continue
        offers[group, name] = Offer(
            group, name, distribution, version, value, requirement, place, fits
        )
    return Entries(distribution, tuple(offers.values()), tuple(problems))


def parse_entry_points(text: str) -> list[tuple[str, str, str]]:
    """Return (group, name, value) of each entry point in one of Kernos' groups."""
    found = []
    group = ""
    for line in map(str.strip, text.splitlines()):
        if not line or line[0] in "#;":
            continue
        if line[0] == "[" and line[-1] == "]":
            group = line[1:-1].strip()
        elif group.startswith(PREFIX):
            name, equals, value = line.partition("=")
            if equals:
                # What follows the object are extras, which nothing reads any more.
                found.append((group, name.strip(), value.partition("[")[0].strip()))
    return found


def kernel_range(requirements: list[str]) -> tuple[str | None, bool]:
    """Return the range on ``kernos``, and whether the running kernel is in it.

    Only here is ``packaging`` imported: the answer is kept in the index.
    """
    ours = [one for one in requirements if re.match(r"kernos\s*($|[^\w.\s-])", one, re.IGNORECASE)]
    if not ours:
        return None, True
    from packaging.requirements import InvalidRequirement, Requirement

    ranges = []
    fits = True
    for one in ours:
        try:
            requirement = Requirement(one)
        except InvalidRequirement:
            ranges.append(one)
            fits = False
            continue
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        if requirement.specifier:
            ranges.append(str(requirement.specifier))
            fits = fits and requirement.specifier.contains(__version__, prereleases=True)
    return ",".join(ranges) or None, fits


def _headers(head: str, name: str) -> list[str]:
    start = name.lower() + ":"
    return [
        line[len(start) :].strip()
        for line in head.splitlines()
        if line[: len(start)].lower() == start and line[len(start) :].strip()
    ]


def _legacy_requirements(folder: str) -> list[str]:
    """Requirements of an egg-info folder; those under a section belong to extras."""
    if not folder.endswith(".egg-info"):
        return []
    try:
        with open(os.path.join(folder, "requires.txt"), encoding="utf-8") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError):
        return []
    lines = itertools.takewhile(lambda line: line[:1] != "[", text.splitlines())
    return [line.strip() for line in lines if line.strip()]
