"""``kernos run`` for real: each server answers over HTTP, and ends with its children."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import typing as t
from pathlib import Path

import httpx
import pytest

APP = """
import os
from kernos import Kernos

def create_app(greeting="hello"):
    app = Kernos(__name__)

    @app.get("/")
    def hello():
        return f"{greeting} {os.getpid()} {app.debug}"

    return app
"""

PATIENCE_SECONDS = 30.0

pytestmark = [pytest.mark.server, pytest.mark.timeout(120)]


class Running(t.NamedTuple):
    process: subprocess.Popen[bytes]
    url: str
    log: Path

    def get(self) -> str:
        """Ask until it answers; no server takes longer than a start of Python."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return httpx.get(self.url, trust_env=False, timeout=10).text
            except httpx.TransportError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    pytest.fail(f"no answer:\n{self.log.read_text()}")
                time.sleep(0.05)


Start = t.Callable[..., Running]


@pytest.fixture
def start(tmp_path: Path) -> t.Iterator[Start]:
    (tmp_path / "shop.py").write_text(APP)
    started: list[subprocess.Popen[bytes]] = []

    def run(*args: str, app: str = "shop", **env: str) -> Running:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        environment = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("KERNOS_", "FLASK_", "WERKZEUG_"))
        }
        environment |= {"KERNOS_COMPONENTS": "default", "KERNOS_RUN_PORT": str(port), **env}
        log = tmp_path / f"log-{port}.txt"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "kernos_cli", "--app", app, "run", *args],
                cwd=tmp_path,
                env=environment,
                stdin=subprocess.DEVNULL,
                # Whoever runs the tests in the background has SIGINT ignored, and so would it.
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        started.append(process)
        return Running(process, f"http://127.0.0.1:{port}/", log)

    yield run
    for process in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE_SECONDS)


def members(group: int) -> list[int]:
    """Return the processes of a process group that are not yet gone."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                state, _, owner = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
                if int(owner) == group and state != "Z":
                    found.append(int(entry.name))
    return found


def wait_until(condition: t.Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize(
    "args",
    [
        (),
        ("--reload",),
        # One worker, which has answered: a second might be told to end while it starts.
        ("--server", "gunicorn", "--workers", "1"),
        ("--server", "granian", "--workers", "1"),
    ],
    ids=["werkzeug", "reloader", "gunicorn", "granian"],
)
def test_a_server_answers_and_ends_with_its_children(
    start: Start, args: tuple[str, ...], number: signal.Signals
) -> None:
    running = start(*args)

    assert running.get().startswith("hello ")
    log = running.log.read_text()
    assert "Serving Kernos app 'shop'" in log
    assert "Debug mode: off" in log
    running.process.send_signal(number)

    assert running.process.wait(PATIENCE_SECONDS) == 0
    wait_until(lambda: members(running.process.pid) == [])


@pytest.mark.parametrize("server", ["werkzeug", "gunicorn", "granian"])
def test_a_factory_with_arguments_and_debug_mode_reach_every_server(
    start: Start, server: str
) -> None:
    running = start(
        *("--server", server, "--debug", "--no-reload", "--no-debugger"),
        app='shop:create_app("good day")',
    )

    greeting, _, debug = running.get().rpartition(" ")
    assert greeting.startswith("good day")
    assert debug == "True"


@pytest.mark.parametrize("server", ["gunicorn", "granian"])
def test_workers_are_processes_of_their_own(start: Start, server: str) -> None:
    running = start("--server", server, "--workers", "2")

    worker = int(running.get().split()[1])

    assert worker != running.process.pid
    wait_until(lambda: len(members(running.process.pid)) >= 3)


@pytest.mark.parametrize("server", ["werkzeug", "gunicorn"])
def test_a_change_of_the_code_is_served(start: Start, tmp_path: Path, server: str) -> None:
    running = start("--server", server, "--reload")
    assert running.get().startswith("hello")

    (tmp_path / "shop.py").write_text(APP.replace('"hello"', '"changed"'))

    def is_changed() -> bool:
        # Gunicorn answers before it has taken note of the files: change it once more.
        (tmp_path / "shop.py").touch()
        return running.get().startswith("changed")

    wait_until(is_changed)


def test_an_error_in_the_code_is_survived(start: Start, tmp_path: Path) -> None:
    running = start("--reload")
    running.get()

    (tmp_path / "shop.py").write_text("1 / 0")
    wait_until(lambda: "hello" not in running.get())
    assert "ZeroDivisionError" in running.log.read_text()
    (tmp_path / "shop.py").write_text(APP.replace('"hello"', '"mended"'))

    wait_until(lambda: running.get().startswith("mended"))


def test_the_reloaders_child_ends_in_order(start: Start, tmp_path: Path) -> None:
    farewell = f"\nimport atexit, pathlib\natexit.register(pathlib.Path('bye').touch)\n{APP}"
    (tmp_path / "shop.py").write_text(
        farewell.replace(
            "atexit.register", "os.environ.get('WERKZEUG_RUN_MAIN') and atexit.register"
        ).replace("import atexit", "import os, atexit")
    )
    running = start("--reload")
    running.get()

    running.process.terminate()
    running.process.wait(PATIENCE_SECONDS)

    assert (tmp_path / "bye").exists()


@pytest.mark.parametrize("server", ["werkzeug", "gunicorn", "granian"])
def test_an_application_that_is_not_there_ends_the_server(start: Start, server: str) -> None:
    running = start("--server", server, app="nothing")

    assert running.process.wait(PATIENCE_SECONDS) != 0
    assert "Could not import 'nothing'" in running.log.read_text()
