"""The kits are in the kernel's wheel, and need nothing beside ``kernos[testing]``."""

from __future__ import annotations

import textwrap
import typing as t

import pytest
from fresh_environment import Environment

if t.TYPE_CHECKING:
    from pathlib import Path

TESTS = """
    from kernos.testing.conformance.cli import CommandLineKit
    from kernos.testing.conformance.json import JSONProviderKit
    from kernos.testing.conformance.routing import RouterKit
    from kernos.testing.conformance.sessions import SessionInterfaceKit
    from kernos.testing.conformance.templating import TemplateEngineKit
    from kernos.testing.doubles import MemoryCommandLine
    from kernos.testing.doubles import MemoryJSON
    from kernos.testing.doubles import MemorySessions
    from kernos.testing.doubles import doubles

    class TestJSON(JSONProviderKit):
        others = doubles()

        def make_provider(self, app=None):
            return MemoryJSON(app)

    class TestSessions(SessionInterfaceKit):
        others = doubles()

        def make_interface(self):
            return MemorySessions()

    class TestCommandLine(CommandLineKit):
        others = doubles()

        def make_command_line(self, app=None):
            return MemoryCommandLine(app)
    """


@pytest.fixture(scope="module")
def kernel(environment: Environment) -> Environment:
    """Return the environment with the kernel and what its extra for tests brings."""
    environment.install("kernos[testing]")
    return environment


def test_a_third_party_runs_them_with_the_kernel_alone(
    kernel: Environment, tmp_path: Path
) -> None:
    names = kernel.ask("""
        from importlib.metadata import distributions
        print(*(one.name.lower() for one in distributions()))
        """)
    assert [name for name in names.split() if name.startswith("kernos")] == ["kernos"]
    (tmp_path / "test_components.py").write_text(textwrap.dedent(TESTS), "utf-8")
    ran = kernel.run("-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=tmp_path)
    assert ran.status == 0, ran.output + ran.errors
    assert "skipped" not in ran.output
