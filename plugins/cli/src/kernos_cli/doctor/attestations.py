"""Attestations of published files (PEP 740), as an index serves them and people keep them."""

from __future__ import annotations

import base64
import json
import math
import os
import re
import typing as t

from kernos_cli.doctor.files import LIMIT_BYTES, walk

Attested: t.TypeAlias = dict[tuple[str, str], set[str]]


def read_attested(folder: str) -> Attested:
    """Return the digests of attested files, by distribution and version.

    Files that hold something else are passed over. No signature is looked at.
    """
    found: Attested = {}
    for path in walk(folder, (), math.inf):
        if os.path.getsize(path) > LIMIT_BYTES:
            continue
        try:
            with open(path, encoding="utf-8") as file:
                data = json.load(file)
            for statement in _statements(data):
                for subject in statement["subject"]:
                    key = _distribution_of(subject["name"])
                    found.setdefault(key, set()).add(subject["digest"]["sha256"])
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            continue
    return found


def _statements(data: t.Any) -> t.Iterator[t.Any]:
    """Yield the statements of one attestation, or of all in a provenance object."""
    bundles = data.get("attestation_bundles")
    alone = (
        [data] if bundles is None else [one for each in bundles for one in each["attestations"]]
    )
    for attestation in alone:
        yield json.loads(base64.b64decode(attestation["envelope"]["statement"]))


def _distribution_of(file_name: str) -> tuple[str, str]:
    """Return what a wheel or an sdist holds, by its name."""
    if file_name.endswith(".whl"):
        name, version = file_name.split("-")[:2]
    else:
        name, version = file_name.removesuffix(".tar.gz").removesuffix(".zip").rsplit("-", 1)
    return re.sub(r"[-_.]+", "-", name).lower(), version
