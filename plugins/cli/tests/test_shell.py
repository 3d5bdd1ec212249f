"""``kernos shell``."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from kernos import Kernos
from kernos_cli import KernosGroup


def shell(app: Kernos, typed: str, **env: str) -> str:
    result = CliRunner().invoke(
        KernosGroup(create_app=lambda: app), ["shell"], input=typed, env=env
    )
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(autouse=True)
def _no_comfort(monkeypatch: pytest.MonkeyPatch) -> None:
    # Else the tests would write the history file of whoever runs them.
    monkeypatch.delattr(sys, "__interactivehook__", raising=False)


def test_the_prompt_is_inside_the_context(app: Kernos) -> None:
    output = shell(
        app, "from kernos import current_app\nprint(current_app.name, app is not None)\n"
    )

    assert "tested True" in output
    assert f"App: {app.import_name}" in output
    assert f"Instance: {app.instance_path}" in output
    assert sys.version.splitlines()[0] in output


def test_names_come_from_the_shell_context(app: Kernos) -> None:
    app.shell_context_processor(lambda: {"answer": 6 * 7})

    assert "answer is 42" in shell(app, "print('answer is', answer)\n")


def test_the_startup_file_is_run_first(app: Kernos, tmp_path: Path) -> None:
    (tmp_path / "startup.py").write_text("early = 'bird'\n")

    assert "<bird>" in shell(
        app, "print(f'<{early}>')\n", PYTHONSTARTUP=str(tmp_path / "startup.py")
    )


def test_the_terminal_is_made_comfortable(app: Kernos, monkeypatch: pytest.MonkeyPatch) -> None:
    called = []
    monkeypatch.setattr(sys, "__interactivehook__", lambda: called.append(1), raising=False)

    shell(app, "")

    assert called == [1]
