"""What ``kernos plugins new`` writes builds, installs and passes its tests as it is."""

from __future__ import annotations

import typing as t

import pytest
from fresh_environment import Environment, build_wheel

if t.TYPE_CHECKING:
    from pathlib import Path

KINDS = ["json", "sessions", "routing", "templating", "cli", "feature"]


@pytest.fixture(scope="module")
def standard(environment: Environment) -> Environment:
    """Return the environment with the standard components and what tests need."""
    environment.install("kernos[standard,testing]")
    return environment


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_plugin_builds_installs_and_passes(
    standard: Environment, tmp_path: Path, kind: str
) -> None:
    name = f"acme-{kind}-new"
    option = ("--feature",) if kind == "feature" else ("--slot", kind)
    written = standard.run("-m", "kernos_cli", "plugins", "new", name, *option, cwd=tmp_path)
    assert written.status == 0, written.errors
    wheel = build_wheel(tmp_path / name, tmp_path, from_sdist=True)
    standard.install(wheel, deps=False)
    try:
        tested = standard.run("-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=tmp_path / name)
        assert tested.status == 0, tested.output + tested.errors
        # K-077 tells how long imports took, which a busy machine decides.
        doctor = standard.run("-m", "kernos_cli", "doctor", "--ignore", "K-077", cwd=tmp_path)
        assert doctor.status == 0
        assert doctor.output.startswith("No findings"), doctor.output
    finally:
        standard.uninstall(name)
