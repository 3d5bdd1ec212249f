"""Components with one fault each, and the kit's tests that must fail for it."""

from __future__ import annotations

import sys
import types
import typing as t
from collections import defaultdict
from pathlib import Path

import pytest

from kernos.testing.conformance.kit import Kit

#: A plain pytest, as a third party may have it; what else is installed stays out.
OPTIONS = ("-q", "-p", "no:cacheprovider", "-W", "error", "--strict-markers", "--tb=no")


class PlantedFaults:
    """The faults of one kit.

    Args:
        sound: The kit's class for a component that passes; what it tests is its attribute
            ``component``, which each fault replaces.
        controls: Tests that fail for no other fault than their own: a component of which
            nothing works would be found by any test.
    """

    def __init__(self, sound: t.Any, *controls: str) -> None:
        self.sound: type[Kit] = sound
        self.controls = set(controls)
        #: For each fault the names of the tests that must fail.
        self.expected: dict[str, set[str]] = {}
        self._kits: dict[str, type[Kit]] = {}
        assert self.controls <= self.tests(), self.controls - self.tests()

    def plant(self, *tests: str) -> t.Callable[[t.Any], t.Any]:
        """Decorate a faulty component with the names of the tests that find it."""
        assert tests, "a fault that nothing finds is none"
        assert set(tests) <= self.tests(), set(tests) - self.tests()

        def decorator(component: t.Any) -> t.Any:
            name = component.__name__
            assert name not in self._kits, name
            self.expected[name] = set(tests)
            self._kits[name] = type(f"Test{name}", (self.sound,), {"component": component})
            return component

        return decorator

    def tests(self) -> set[str]:
        """Return the names of the kit's tests."""
        return {name for name in dir(self.sound) if name.startswith("test")}

    def run(self, folder: Path) -> dict[str, set[str]]:
        """Run each fault's tests and the controls in a pytest of its own.

        Returns:
            The tests that failed for each fault.
        """
        name = f"planted_in_{folder.name}"
        module = types.ModuleType(name)
        vars(module).update({kit.__name__: kit for kit in self._kits.values()})
        file = folder / f"test_{name}.py"  # one file of a name is imported by a process
        file.write_text(f"from {name} import *\n", "utf-8")
        (folder / "pytest.ini").write_text("[pytest]\n", "utf-8")
        seen = _Seen()
        wanted = [
            f"{file}::Test{fault}::{test}"
            for fault, tests in self.expected.items()
            for test in sorted(tests | self.controls)
        ]
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(sys.modules, name, module)
            patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
            patch.delenv("PYTEST_ADDOPTS", raising=False)
            patch.delenv("PYTEST_PLUGINS", raising=False)
            patch.chdir(folder)
            status = pytest.main([*OPTIONS, "--rootdir", str(folder), *wanted], [seen])
        assert status == pytest.ExitCode.TESTS_FAILED, status
        for fault, tests in self.expected.items():
            assert seen.ran[fault] == tests | self.controls
        return seen.failed


class _Seen:
    """A plugin that keeps which tests of which class ran and failed."""

    def __init__(self) -> None:
        self.ran: dict[str, set[str]] = defaultdict(set)
        self.failed: dict[str, set[str]] = defaultdict(set)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: t.Any) -> t.Generator[None, t.Any, t.Any]:
        report = yield
        fault = item.cls.__name__.removeprefix("Test")
        self.ran[fault].add(item.originalname)
        if report.failed:
            # What breaks around a test is no answer of the kit's.
            name = item.originalname if report.when == "call" else f"{report.when} of a test"
            self.failed[fault].add(name)
        return report
