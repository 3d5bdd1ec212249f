"""Where installed files come from, and whether they are those that were installed."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import os
import site
import sys
import typing as t

from kernos.hooks.checks import Finding, check
from kernos_cli.doctor.advisories import named_path
from kernos_cli.doctor.attestations import read_attested

if t.TYPE_CHECKING:
    from kernos import Kernos

#: ``.pth`` files with code that installers and virtual environments themselves write.
KNOWN_PTH = ("distutils-precedence.pth", "_virtualenv.pth", "a1_coverage.pth", "__editable__")
LIMIT_BYTES = 50_000_000


def _folders(app: Kernos) -> dict[str, str]:
    """Return the metadata folder of each distribution that offers a plugin."""
    return {
        one.distribution: one.folder for one in app._kernel_plugins.installed.offers if one.folder
    }


@check("K-071", "Plugins' files are those that were installed", level="error", deploy=True)
def files_are_unchanged(app: Kernos) -> t.Iterator[Finding]:
    """Somebody has changed code after its installation."""
    left = LIMIT_BYTES
    for name, folder in _folders(app).items():
        changed = []
        for path, digest, size in _recorded(folder):
            left -= size
            if left < 0:
                return
            if not _is_as_recorded(path, digest):
                changed.append(path)
        if changed:
            text = f"{len(changed)} files of {name} are not as installed, such as {changed[0]}."
            yield Finding(text, f"pip install --force-reinstall {name}")


def _recorded(folder: str) -> t.Iterator[tuple[str, str, int]]:
    home = os.path.dirname(folder)
    try:
        with open(os.path.join(folder, "RECORD"), newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))
    except (OSError, ValueError):
        return
    for row in rows:
        if len(row) == 3 and row[1].startswith("sha256="):
            size = int(row[2]) if row[2].isdigit() else 0
            yield os.path.join(home, row[0]), row[1].removeprefix("sha256="), size


def _is_as_recorded(path: str, digest: str) -> bool:
    try:
        with open(path, "rb") as file:
            found = hashlib.sha256(file.read()).digest()
    except OSError:
        return False
    return base64.urlsafe_b64encode(found).rstrip(b"=").decode() == digest


@check("K-073", "Plugins lie where pip installs for this environment", deploy=True)
def plugins_are_at_home(app: Kernos) -> t.Iterator[Finding]:
    """What comes through PYTHONPATH or the user's folder was reviewed with nothing else."""
    named = [one for one in os.environ.get("PYTHONPATH", "").split(os.pathsep) if one]
    user = site.getusersitepackages() if site.ENABLE_USER_SITE else ""
    for name, folder in _folders(app).items():
        home = os.path.realpath(os.path.dirname(folder))
        if home in map(os.path.realpath, named):
            yield Finding(f"{name} is found through PYTHONPATH.", f"pip install {name}")
        elif user and home == os.path.realpath(user):
            yield Finding(f"{name} is found in the user's folder.", f"pip install {name}")


@check("K-074", "No .pth file runs code at the start", level="info", deploy=True)
def pth_files_are_plain(app: Kernos) -> t.Iterator[Finding]:
    """Such a line runs in every process of this Python, before anything else."""
    for folder in dict.fromkeys(path for path in sys.path if os.path.isdir(path)):
        if os.path.basename(folder) not in ("site-packages", "dist-packages"):
            continue
        for name in sorted(os.listdir(folder)):
            if not name.endswith(".pth") or name.startswith(KNOWN_PTH):
                continue
            with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
                if any(line.startswith(("import ", "import\t")) for line in file):
                    yield Finding(f"{name} runs code at every start.", f"read {folder}/{name}")


@check("K-075", "Plugins are those of kernos.lock", level="error", deploy=True)
def lock_is_kept(app: Kernos) -> t.Iterator[Finding]:
    """Something else would run than what was tested. Without a lock there is nothing to ask."""
    from kernos_cli.platform.lockfile import differences, lock_path, read_lock

    path = lock_path(app)
    if os.path.isfile(path):
        for line in differences(read_lock(path), app):
            yield Finding(f"kernos.lock: {line}", "kernos plugins lock   # if it is meant")


@check("K-080", "Plugins come with their publisher's attestation", level="info", deploy=True)
def plugins_are_attested(app: Kernos) -> t.Iterator[Finding]:
    """An attestation says which repository a file was built from, and who built it.

    Installers keep none, so this is asked where DOCTOR_ATTESTATIONS, ``[doctor] attestations``
    in kernos.toml or ``--attestations`` names a folder of them, as an index serves them (PEP
    740). Whether each plugin has one is told; signatures are for ``pypi-attestations``.
    """
    folder = named_path(app, "attestations")
    if folder is None:
        return
    attested = read_attested(folder)
    for offer in {one.distribution: one for one in app._kernel_plugins.installed.offers}.values():
        key = offer.distribution, offer.version
        recorded = _installed_digest(offer.folder)
        if key not in attested:
            text = f"{offer.distribution} {offer.version} has no attestation in {folder}."
            yield Finding(text, "pypi-attestations verify pypi pypi:FILE   # tells who has one")
        elif recorded is not None and recorded not in attested[key]:
            text = f"{offer.distribution} was installed from another file than was attested."
            fix = f"pip install --force-reinstall {offer.distribution}=={offer.version}"
            yield Finding(text, fix, "error")


def _installed_digest(folder: str) -> str | None:
    """Return the digest of the file that was installed, where the installer kept it."""
    try:
        with open(os.path.join(folder, "direct_url.json"), encoding="utf-8") as file:
            return str(json.load(file)["archive_info"]["hashes"]["sha256"])
    except (OSError, ValueError, LookupError, TypeError):
        return None


CHECKS = (
    files_are_unchanged,
    plugins_are_at_home,
    pth_files_are_plain,
    lock_is_kept,
    plugins_are_attested,
)
