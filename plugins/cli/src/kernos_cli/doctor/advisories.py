"""Known advisories, read from files in the OSV format that the operator has fetched."""

from __future__ import annotations

import importlib.metadata
import json
import math
import os
import typing as t
import zipfile

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from kernos.hooks.checks import Finding, check
from kernos_cli.doctor.files import walk

if t.TYPE_CHECKING:
    from kernos import Kernos

Json: t.TypeAlias = t.Any
ECOSYSTEM = "PyPI"
#: One record is some kilobytes; what is larger is something else.
LIMIT_BYTES = 50_000_000


def named_path(app: Kernos, word: str) -> str | None:
    """Return the path that ``DOCTOR_<WORD>`` or ``[doctor]`` in kernos.toml names."""
    said = app.config.get(f"DOCTOR_{word.upper()}")
    return said or app._kernel_plugins.settings.file.doctor_paths.get(word)


@check("K-078", "No installed package has a known hole", level="error", deploy=True)
def nothing_has_a_known_hole(app: Kernos) -> t.Iterator[Finding]:
    """What an advisory tells everybody is tried on everybody.

    Asked where DOCTOR_ADVISORIES, ``[doctor] advisories`` in kernos.toml or ``--advisories``
    names a file, a folder or a zip archive of records in the OSV format, such as OSV's own
    archive of PyPI. Nothing is fetched.
    """
    path = named_path(app, "advisories")
    if path is None:
        return
    installed = _installed()
    count = 0
    try:
        for record in records(path):
            count += 1
            yield from _holes(record, installed)
    except (OSError, ValueError, RecursionError, zipfile.BadZipFile) as error:
        text = f"The advisories in {path} cannot be read: {type(error).__name__}: {error}"
        yield Finding(text, "fetch them anew")
        return
    if not count:
        yield Finding(f"There are no advisories in {path}.", "fetch them anew")


def _installed() -> dict[str, Version]:
    found: dict[str, Version] = {}
    for one in importlib.metadata.distributions():
        try:
            found.setdefault(canonicalize_name(one.metadata["Name"]), Version(one.version))
        except (InvalidVersion, TypeError, KeyError):
            continue  # what says no name or version is nobody's advisory
    return found


def records(path: str) -> t.Iterator[dict[str, Json]]:
    """Yield the records in a file, a folder of files, or a zip archive of files.

    Raises:
        OSError: It is not there, or may not be read.
        ValueError: A file holds no JSON, or something else than records.
    """
    if os.path.isdir(path):
        for name in walk(path, (), math.inf):
            if name.endswith(".json"):
                yield from records(name)
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                if member.file_size > LIMIT_BYTES:
                    raise ValueError(f"{member.filename} is too large")
                if member.filename.endswith(".json"):
                    yield from _records_in(archive.read(member))
    else:
        with open(path, "rb") as file:
            yield from _records_in(file.read(LIMIT_BYTES))


def _records_in(text: bytes) -> t.Iterator[dict[str, Json]]:
    data = json.loads(text)
    if isinstance(data, dict):
        data = data.get("vulns", [data])
    if not isinstance(data, list) or not all(isinstance(one, dict) for one in data):
        raise ValueError("no records in the OSV format")
    yield from data


def _holes(record: dict[str, Json], installed: t.Mapping[str, Version]) -> t.Iterator[Finding]:
    if record.get("withdrawn"):
        return
    for affected in record.get("affected", ()):
        package = affected.get("package", {})
        name = canonicalize_name(str(package.get("name", "")))
        version = installed.get(name)
        if version is None or package.get("ecosystem") != ECOSYSTEM:
            continue
        ranges = [one for one in affected.get("ranges", ()) if one.get("type") == "ECOSYSTEM"]
        listed = {_version(one) for one in affected.get("versions", ())}
        if version in listed or any(is_within(version, one.get("events", ())) for one in ranges):
            names = ", ".join([str(record.get("id", "?")), *map(str, record.get("aliases", ()))])
            summary = str(record.get("summary", "")).strip().rstrip(".")
            text = f"{name} {version}: {names}{f': {summary}' if summary else ''}."
            yield Finding(text, _cure(name, version, ranges))
            return


def is_within(version: Version, events: t.Iterable[dict[str, str]]) -> bool:
    """Tell whether a version lies in a range, as the OSV format defines one."""
    inside = False
    steps = [(_version(at), kind, at) for event in events for kind, at in event.items()]
    for point, kind, at in sorted(steps, key=lambda step: (step[0] or Version("0"), step[1])):
        if kind == "introduced" and (at == "0" or (point is not None and version >= point)):
            inside = True
        elif kind == "fixed" and point is not None and version >= point:
            inside = False
        elif kind == "last_affected" and point is not None and version > point:
            inside = False
    return inside


def _version(text: object) -> Version | None:
    try:
        return Version(str(text))
    except InvalidVersion:
        return None


def _cure(name: str, version: Version, ranges: t.Iterable[dict[str, Json]]) -> str:
    fixes = [
        point
        for one in ranges
        for event in one.get("events", ())
        if (point := _version(event.get("fixed"))) is not None and point > version
    ]
    return f"pip install '{name}>={min(fixes)}'" if fixes else f"pip uninstall {name}   # no fix"


CHECKS = (nothing_has_a_known_hole,)
