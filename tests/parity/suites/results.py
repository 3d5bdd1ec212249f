"""What a run of pytest said, test by test."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

from suites.catalogue import Suite

LIMIT_SECONDS = 1800
LIMIT_OF_ONE_TEST_SECONDS = 60


@dataclass(frozen=True)
class Results:
    """The outcome of each test, by its name."""

    outcomes: dict[str, str] = field(default_factory=dict)

    def those(self, outcome: str) -> set[str]:
        """Return the names of the tests with an outcome: passed, failed, skipped."""
        return {name for name, one in self.outcomes.items() if one == outcome}


@dataclass(frozen=True)
class Comparison:
    """One suite on both."""

    suite: Suite
    flask: Results
    kernos: Results

    @property
    def lost(self) -> list[str]:
        """The tests that pass on Flask and do not on Kernos."""
        return sorted(self.flask.those("passed") - self.kernos.those("passed"))

    @property
    def gained(self) -> list[str]:
        """The tests that pass on Kernos and do not on Flask."""
        return sorted(self.kernos.those("passed") - self.flask.those("passed"))


def run_suite(suite: Suite, source: Path, python: Path) -> Results:
    """Run a suite's tests in a copy of its source; return what each came to."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(source, tree, symlinks=True)
        # Nothing but what is installed may answer `import flask`.
        shutil.rmtree(tree / "src" / "flask", ignore_errors=True)
        report = Path(folder) / "report.xml"
        command = [python, "-m", "pytest", "-q", "--continue-on-collection-errors"]
        # What they configure for coverage and the like is not wanted here.
        command += ["-o", "addopts=", "-o", "required_plugins=", "-p", "no:cacheprovider"]
        command += [f"--timeout={LIMIT_OF_ONE_TEST_SECONDS}", f"--junitxml={report}"]
        done = subprocess.run(
            [str(word) for word in (*command, *suite.arguments)],
            cwd=tree / suite.folder,
            env=_environment(python),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT_SECONDS,
            check=False,
        )
        if not report.exists():
            return Results({f"no report: {done.stdout[-500:]}{done.stderr[-500:]}": "failed"})
        return Results(dict(_outcome(case) for case in ET.parse(report).iter("testcase")))


def _outcome(case: ET.Element) -> tuple[str, str]:
    name = f"{case.get('classname')}::{case.get('name')}"
    tags = {child.tag for child in case}
    if tags & {"failure", "error"}:
        return name, "failed"
    return name, "skipped" if "skipped" in tags else "passed"


def _environment(python: Path) -> dict[str, str]:
    """Return the variables of a shell in which the environment is active."""
    strip = ("FLASK_", "KERNOS_", "PYTEST_", "PYTHON", "COV_", "XDG_", "REQUESTS_CA", "CURL_CA")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(strip)}
    kept["PATH"] = f"{python.parent}{os.pathsep}{kept['PATH']}"
    kept["VIRTUAL_ENV"] = str(python.parent.parent)
    return kept
