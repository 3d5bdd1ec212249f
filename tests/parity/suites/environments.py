"""Two environments for each suite, equal but for who answers ``import flask``."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from suites.catalogue import FLASK, Suite

ROOT = Path(__file__).parents[3]

#: Where sources and environments lie; ignored by git.
PLACE = ROOT / ".venv" / "parity"

#: What stands in for Flask: the kernel, the standard components, the import names.
MEMBERS = (
    "kernel",
    *(f"plugins/{name}" for name in ("json", "sessions", "routing", "templating", "cli", "flask")),
)

SHARED = (f"flask[async]=={FLASK}", "werkzeug>=3.1,<3.2", "pytest>=8,<9", "pytest-timeout")
BOOT = "import kernos_flask; kernos_flask.install()\n"


class StepFailed(Exception):
    """A command that prepares a suite failed; holds the end of its output."""


def run(*command: str | Path) -> str:
    """Run one command and return what it printed."""
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, check=False
    )
    if done.returncode:
        shown = " ".join(str(word) for word in command[:5])
        raise StepFailed(f"{shown} …\n{(done.stdout + done.stderr)[-1500:]}")
    return done.stdout


def source(suite: Suite) -> Path:
    """Return the suite's unpacked source distribution, downloading it if need be."""
    folder = PLACE / "sources" / f"{suite.distribution}-{suite.version}"
    if folder.exists():
        return folder
    archives = PLACE / "archives"
    wanted = f"{suite.distribution}=={suite.version}"
    pip = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
    run(*pip, "download", "--no-deps", "--no-binary", ":all:", "--dest", archives, wanted)
    stem = f"{suite.distribution}-{suite.version}".replace("-", "_").lower()
    archive = next(
        path for path in archives.glob("*.tar.gz")
        if path.name[: -len(".tar.gz")].replace("-", "_").lower() == stem
    )  # fmt: skip
    rough = folder.with_suffix(".part")
    with tarfile.open(archive) as packed:
        packed.extractall(rough, filter="data")
    next(rough.iterdir()).rename(folder)
    rough.rmdir()
    return folder


def environments(suite: Suite) -> dict[str, Path]:
    """Return the interpreters with Flask and with Kernos; the same versions in both."""
    name = suite.name.lower().replace(" ", "-")
    flask, kernos = (PLACE / "environments" / f"{name}-{kind}" for kind in ("flask", "kernos"))
    pinned = flask / "pinned.txt"
    wanted = (*SHARED, suite.requirement, *suite.requires)
    if not _is_made(flask, "\n".join(wanted)):
        _make(flask)
        _install(flask, *wanted)
        pinned.write_text(_frozen(flask), encoding="utf-8")
        (flask / "made").write_text("\n".join(wanted), encoding="utf-8")
    projects = [(ROOT / name / "pyproject.toml").read_text(encoding="utf-8") for name in MEMBERS]
    of = pinned.read_text(encoding="utf-8") + "".join(projects)
    if not _is_made(kernos, of):
        _make(kernos)
        _install(kernos, "--requirement", pinned)
        _install(kernos, *(word for name in MEMBERS for word in ("--editable", ROOT / name)))
        _replace_flask(kernos)
        (kernos / "made").write_text(of, encoding="utf-8")
    return {"flask": _python(flask), "kernos": _python(kernos)}


def _is_made(environment: Path, of: str) -> bool:
    """Tell whether an environment is there, and was made of the same."""
    marker = environment / "made"
    return marker.exists() and marker.read_text(encoding="utf-8") == of


def _replace_flask(environment: Path) -> None:
    """Delete Flask's code, keep its metadata, and let every process meet Kernos."""
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = Path(run(_python(environment), "-c", ask).strip())
    shutil.rmtree(packages / "flask")
    # Read last, when the editable installations have been.
    (packages / "zzz-kernos-as-flask.pth").write_text(BOOT, encoding="utf-8")


def _python(environment: Path) -> Path:
    return environment / "bin" / "python"


def _make(environment: Path) -> None:
    if shutil.which("uv"):
        run("uv", "venv", "--quiet", "--clear", "--python", sys.executable, environment)
    else:
        run(sys.executable, "-m", "venv", "--clear", environment)


def _install(environment: Path, *words: str | Path) -> None:
    python = _python(environment)
    if shutil.which("uv"):
        run("uv", "pip", "install", "--quiet", "--python", python, *words)
    else:
        run(python, "-m", "pip", "install", "--quiet", *words)


def _frozen(environment: Path) -> str:
    python = _python(environment)
    if shutil.which("uv"):
        return run("uv", "pip", "freeze", "--python", python)
    return run(python, "-m", "pip", "freeze")
