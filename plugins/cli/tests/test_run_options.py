"""What ``kernos run`` understands, and what it refuses before it serves."""

from __future__ import annotations

import os
import ssl
import sys
import types
import typing as t
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from kernos import Kernos
from kernos_cli import KernosGroup, run_command, show_server_banner
from kernos_cli.dialect import FLASK
from kernos_cli.servers import is_loopback

HERE = __file__


def cert_of(*args: str) -> t.Any:
    return run_command.make_context("run", list(args)).params["cert"]


def test_a_certificate_and_its_key_belong_together() -> None:
    for args in (["--cert", HERE], ["--key", HERE]):
        with pytest.raises(click.BadParameter):
            cert_of(*args)

    assert cert_of("--cert", HERE, "--key", HERE) == (HERE, HERE)
    assert cert_of("--key", HERE, "--cert", HERE) == (HERE, HERE)


def test_an_ad_hoc_certificate_needs_cryptography(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography", None)
    with pytest.raises(click.BadParameter, match="pip install cryptography"):
        cert_of("--cert", "adhoc")

    monkeypatch.setitem(sys.modules, "cryptography", types.ModuleType("cryptography"))
    assert cert_of("--cert", "adhoc") == "adhoc"
    with pytest.raises(click.BadParameter, match="adhoc"):
        cert_of("--cert", "adhoc", "--key", HERE)


def test_a_certificate_may_be_an_ssl_context(monkeypatch: pytest.MonkeyPatch) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    monkeypatch.setitem(sys.modules, "held_context", context)
    monkeypatch.setitem(sys.modules, "not_here", None)

    assert cert_of("--cert", "held_context") is context
    with pytest.raises(click.BadParameter, match="SSLContext"):
        cert_of("--cert", "held_context", "--key", HERE)
    for wrong in ("not_here", "kernos"):
        with pytest.raises(click.BadParameter):
            cert_of("--cert", wrong)


def test_a_certificate_needs_ssl(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ssl", None)

    with pytest.raises(click.BadParameter, match="SSL"):
        cert_of("--cert", "adhoc")


def test_several_paths_stand_in_one_value(tmp_path: Path) -> None:
    paths = os.pathsep.join([HERE, str(tmp_path)])

    ctx = run_command.make_context("run", ["--extra-files", paths, "--exclude-patterns", HERE])

    assert ctx.params["extra_files"] == [HERE, str(tmp_path)]
    assert ctx.params["exclude_patterns"] == [HERE]


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("localhost", True),
        ("::1", True),
        ("unix:///tmp/socket", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.0.2.7", False),
        ("", False),
    ],
)
def test_a_host_is_this_machines_own_or_not(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


class Served(t.NamedTuple):
    args: tuple[t.Any, ...]
    options: dict[str, t.Any]


class Run(t.Protocol):
    served: list[Served]

    def __call__(self, *args: str, **env: str) -> Result: ...


@pytest.fixture
def run(app: Kernos, runner: CliRunner, monkeypatch: pytest.MonkeyPatch) -> t.Any:
    """Run ``kernos run`` with a Werkzeug that only writes down what it is to serve."""

    class Invoke:
        served: t.ClassVar[list[Served]] = []

        def __call__(self, *args: str, **env: str) -> Result:
            # The variable that --debug sets must not reach the next run.
            group = KernosGroup(create_app=lambda: app)
            return runner.invoke(group, ["run", *args], env={"KERNOS_DEBUG": None, **env})

    def run_simple(*args: t.Any, **options: t.Any) -> None:
        Invoke.served.append(Served(args, options))

    monkeypatch.setattr("werkzeug.serving.run_simple", run_simple)
    monkeypatch.setattr("signal.signal", lambda *args: None)
    return Invoke()


def test_it_serves_on_this_machine_without_reloader_and_debugger(run: Run, app: Kernos) -> None:
    result = run()

    assert result.exit_code == 0
    assert " * Debug mode: off" in result.output
    (served,) = run.served
    assert served.args == ("127.0.0.1", 5000, app)
    assert served.options["use_reloader"] is served.options["use_debugger"] is False
    assert served.options["threaded"] is True
    assert "reloader_type" not in served.options


def test_debug_mode_brings_both(run: Run, app: Kernos) -> None:
    result = run("--debug")

    assert " * Debug mode: on" in result.output
    options = run.served[0].options
    assert options["use_reloader"] is options["use_debugger"] is True
    assert app.debug is True


def test_both_can_be_set_apart_from_debug_mode(run: Run) -> None:
    run("--debug", "--no-reload")
    run("--reload")
    run("--no-debugger", KERNOS_DEBUG="1")

    told = [(one.options["use_reloader"], one.options["use_debugger"]) for one in run.served]
    assert told == [(False, True), (True, False), (True, False)]


def test_options_come_from_the_environment_too(run: Run) -> None:
    run(KERNOS_RUN_PORT="8123", KERNOS_RUN_HOST="localhost")

    assert run.served[0].args[:2] == ("localhost", 8123)


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_the_debugger_is_refused_to_other_machines(run: Run, host: str) -> None:
    result = run("--debug", "--host", host)

    assert result.exit_code == 2
    assert "--no-debugger" in result.stderr
    assert run.served == []


def test_without_the_debugger_every_host_is_served(run: Run) -> None:
    assert run("--debug", "--no-debugger", "--host", "0.0.0.0").exit_code == 0
    assert run("--host", "0.0.0.0").exit_code == 0


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--workers", "2"], "--server gunicorn"),
        (["--server", "gunicorn", "--debugger"], "--debugger"),
        (["--server", "granian", "--debugger"], "--debugger"),
        (["--server", "granian", "--extra-files", HERE], "--extra-files"),
        (["--server", "gunicorn", "--exclude-patterns", HERE], "--exclude-patterns"),
        (["--server", "nothing"], "nothing"),
        (["--workers", "0"], "workers"),
    ],
)
def test_what_a_server_cannot_do_is_refused(run: Run, args: list[str], words: str) -> None:
    result = run(*args)

    assert result.exit_code == 2
    assert words in result.stderr


@pytest.mark.parametrize(
    ("server", "module"), [("gunicorn", "gunicorn.app.base"), ("granian", "granian")]
)
def test_a_server_that_is_missing_is_named_with_its_cure(
    run: Run, monkeypatch: pytest.MonkeyPatch, server: str, module: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)

    result = run("--server", server)

    assert result.exit_code == 2
    assert f"pip install {server}" in result.stderr


@pytest.mark.parametrize("server", ["gunicorn", "granian"])
def test_only_files_are_certificates_for_other_servers(
    run: Run, monkeypatch: pytest.MonkeyPatch, server: str
) -> None:
    monkeypatch.setitem(sys.modules, "cryptography", types.ModuleType("cryptography"))

    result = run("--server", server, "--cert", "adhoc")

    assert result.exit_code == 2
    assert "files" in result.stderr


def test_an_application_that_breaks_ends_the_first_start(runner: CliRunner) -> None:
    def create_app() -> Kernos:
        raise ValueError("oh no")

    result = runner.invoke(KernosGroup(create_app=create_app), ["run"])

    assert isinstance(result.exception, ValueError)


def test_in_the_reloaders_process_a_broken_application_answers_with_its_error(
    run: Run, runner: CliRunner
) -> None:
    def create_app() -> Kernos:
        raise ValueError("oh no")

    result = runner.invoke(
        KernosGroup(create_app=create_app), ["run"], env={"WERKZEUG_RUN_MAIN": "true"}
    )

    assert result.exit_code == 0
    with pytest.raises(ValueError, match="oh no"):
        run.served[0].args[2]({}, lambda *args: None)


def test_the_banner_is_shown_once(capsys: pytest.CaptureFixture[str]) -> None:
    show_server_banner(True, "shop", dialect=FLASK)
    show_server_banner(None, None)
    os.environ["WERKZEUG_RUN_MAIN"] = "true"
    show_server_banner(True, "shop")

    assert capsys.readouterr().out == " * Serving Flask app 'shop'\n * Debug mode: on\n"
