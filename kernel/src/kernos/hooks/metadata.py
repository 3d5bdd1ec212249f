"""Read one distribution's metadata folder, without ``importlib.metadata``.

Importing that module costs more than all of the reading does.
"""

from __future__ import annotations

import itertools
import os
import re
from dataclasses import dataclass

from kernos._version import __version__
from kernos.hooks.offers import PREFIX
from kernos.hooks.offers import Offer
from kernos.hooks.offers import normalise


class UnreadableMetadata(ValueError):
    """A metadata folder that does not say whose it is. Never leaves the hooks."""


@dataclass(frozen=True, slots=True)
class Entries:
    """The entry points of a distribution that are in Kernos' groups."""

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
    """Return the offers of one distribution.

    Raises:
        UnreadableMetadata: The folder lacks a name or a version.
    """
    try:
        with open(metadata_path(folder), encoding="utf-8", errors="replace") as file:
            head = file.read().partition("\n\n")[0]
    except OSError as error:
        raise UnreadableMetadata(f"{folder} has no readable metadata") from error
    requirements = _headers(head, "Requires-Dist") + _legacy_requirements(folder)
    return make_entries(
        folder, _headers(head, "Name"), _headers(head, "Version"), requirements, text
    )


def make_entries(
    folder: str, names: list[str], versions: list[str], requirements: list[str], text: str
) -> Entries:
    """Turn what a distribution's metadata says into offers.

    Raises:
        UnreadableMetadata: There is no name or no version.
    """
    if not names or not versions:
        raise UnreadableMetadata(f"{folder} does not say its name and version")
    distribution = normalise(names[0])
    requirement, fits = kernel_range(requirements)
    offers: dict[tuple[str, str], Offer] = {}
    problems = []
    for group, name, value in parse_entry_points(text):
        if (group, name) in offers:
            problems.append(f"{distribution} {versions[0]} declares {name!r} twice in {group}")
            continue
        offers[group, name] = Offer(
            group, name, distribution, versions[0], value, requirement, folder, fits
        )
    return Entries(tuple(offers.values()), tuple(problems))


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
    from packaging.requirements import InvalidRequirement
    from packaging.requirements import Requirement

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
