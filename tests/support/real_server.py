"""Real servers for tests: started on a free port of 127.0.0.1, stopped by their pid."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import typing as t
from collections.abc import Callable

import httpx
import pytest

if t.TYPE_CHECKING:
    from pathlib import Path

#: How each server is told what to serve, after ``python -m``.
SERVERS: dict[str, Callable[[int], list[str]]] = {
    "gunicorn": lambda port: [
        *("gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4"),
        *("--graceful-timeout", "5", "guestbook:create_app()"),
    ],
    "granian": lambda port: [
        *("granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", "2", "--blocking-threads", "4", "--factory", "guestbook:create_app"),
    ],
}


#: Serves the guestbook until the context ends: ``start(name, **environment)``.
Start = Callable[..., contextlib.AbstractContextManager["Server"]]


class Server(t.NamedTuple):
    """A server that answers."""

    name: str
    url: str
    process: subprocess.Popen[bytes]
    log: Path


def launch(name: str, environment: dict[str, str], folder: Path) -> Server:
    """Start a server; another process may take the free port first, so try thrice."""
    for attempt in range(3):
        port = free_port()
        log = folder / f"log-{attempt}.txt"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", *SERVERS[name](port)],
                env=environment,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        running = Server(name, f"http://127.0.0.1:{port}", process, log)
        try:
            if answers(running):
                return running
        except BaseException:
            stop(process)
            raise
        stop(process)
    pytest.fail(f"{name} did not start:\n{log.read_text()}")


def answers(server: Server, patience_seconds: float = 60) -> bool:
    """Wait until the server answers; False when it ended or took too long."""
    deadline = time.monotonic() + patience_seconds
    while server.process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(httpx.TransportError):
            answer = httpx.get(f"{server.url}/api/entries", timeout=20, trust_env=False)
            # Anything else comes from whoever took the port first: this server will end.
            if answer.is_success:
                return server.process.poll() is None
        time.sleep(0.05)
    return False


def stop(process: subprocess.Popen[bytes]) -> int:
    """Stop a server kindly, then its whole group for certain; return its exit status."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(15)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    return process.wait(15)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return t.cast("int", probe.getsockname()[1])
