"""The sessions of nox: the same steps as the Makefile's, in environments of nox's making.

``nox`` runs them all; ``nox -s tests-3.12`` runs one.
"""

from __future__ import annotations

from pathlib import Path

import nox

ROOT = Path(__file__).parent
MEMBERS = [
    "kernel",
    *sorted(str(p.parent.relative_to(ROOT)) for p in ROOT.glob("plugins/*/pyproject.toml")),
]
EXAMPLES = sorted(str(p.parent.relative_to(ROOT)) for p in ROOT.glob("examples/*/pyproject.toml"))
PYTHONS = ["3.11", "3.12", "3.13"]
DEFAULTS = {"KERNOS_COMPONENTS": "default"}

nox.options.error_on_missing_interpreters = False


def _install(session: nox.Session) -> None:
    session.install("--no-deps", "--require-hashes", "-r", "requirements.lock")
    editable = [word for member in MEMBERS for word in ("--editable", f"./{member}")]
    session.install("--no-deps", "--no-build-isolation", *editable)


@nox.session
def lint(session: nox.Session) -> None:
    """Check format, style, types and the floors."""
    _install(session)
    session.run("ruff", "format", "--check", ".")
    session.run("ruff", "check", ".")
    session.run("mypy", *(f"{member}/src" for member in [*MEMBERS, *EXAMPLES]))
    session.run("lint-imports")
    session.run("lint-imports", "--config", "tests/architecture/strangers.toml")


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run every test of every distribution, all together."""
    _install(session)
    session.run("pytest", *(session.posargs or ["-n", "2", "--dist", "worksteal"]), env=DEFAULTS)


@nox.session
def coverage(session: nox.Session) -> None:
    """Hold the kernel's own tests, and no others, to its lines and branches."""
    _install(session)
    told = session.posargs or ["-n", "2", "--dist", "worksteal"]
    gate = ("--cov", "--cov-report", "term:skip-covered", "--cov-fail-under", "97")
    session.run("pytest", "kernel/tests", *gate, *told, env=DEFAULTS)


@nox.session
@nox.parametrize("member", MEMBERS)
def alone(session: nox.Session, member: str) -> None:
    """Run one distribution's tests."""
    _install(session)
    session.run("pytest", f"{member}/tests", *session.posargs, env=DEFAULTS)


@nox.session
def parity(session: nox.Session) -> None:
    """Run others' tests, and httpbin, on Flask and on Kernos; write docs/reference/parity.md."""
    _install(session)
    session.install("pip")  # downloads source distributions, which uv does not
    peers = Path(session.create_tmp()).resolve() / "peers"
    pip = ("python", "-m", "pip", "--quiet", "install", "--no-deps", "--require-hashes")
    session.run(*pip, "--upgrade", "--target", str(peers), "-r", "benchmarks/requirements.lock")
    session.run("python", "tests/parity/suites/run.py", *(session.posargs or ["--write"]))
    told = {"KERNOS_PEERS": str(peers), "KERNOS_PARITY": "1"}
    session.run("pytest", "tests/parity", env={**DEFAULTS, **told})


@nox.session
def docs(session: nox.Session) -> None:
    """Write the generated pages of the reference."""
    _install(session)
    session.run("python", "docs/generate.py")
