"""Load real servers: the smallest application of each contestant behind granian and gunicorn.

Run with ``make bench-serve``; it needs wrk. Each server has one worker and a free port of
127.0.0.1. All stand at once and one is loaded at a time: the contestants take turns of a second,
since a shared machine is another one some seconds later. The load runs on the same machine, and
takes its share of it.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
import typing as t
import urllib.error
import urllib.request
from pathlib import Path

from benchmarks import machine, results
from benchmarks.measuring import turns

PROGRAMS = Path(__file__).parent / "programs"
CONTESTANTS = ("kernos", "kernos_flask", "flask", "bottle", "falcon", "bare")
HELLO = b"Hello, World!"
PATIENCE_SECONDS = 30
BIN = Path(sys.executable).parent
SERVERS: dict[str, list[str]] = {
    "granian": [
        *(
            str(BIN / "granian"),
            "--interface",
            "wsgi",
            "--workers",
            "1",
            "--blocking-threads",
            "1",
        ),
        *("--log-level", "warning", "--host", "127.0.0.1", "--port", "{port}", "{program}:app"),
    ],
    "gunicorn": [
        *(str(BIN / "gunicorn"), "--worker-class", "sync", "--workers", "1"),
        *("--log-level", "warning", "--bind", "127.0.0.1:{port}", "{program}:app"),
    ],
}
LATENCY = re.compile(r"^ +(50|99)% +([\d.]+)(us|ms|s)$", re.MULTILINE)
MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


def main() -> None:
    """Start, load, print, write."""
    options = _options()
    wrk = shutil.which("wrk")
    if wrk is None:
        raise SystemExit("wrk is not installed: apt-get install wrk, or brew install wrk")
    told = ("kernos", "flask", "bottle", "falcon")
    report = results.begin(
        "make bench-serve",
        told,
        rounds=options.rounds,
        seconds=options.seconds,
        connections=options.connections,
    )
    report["machine"]["versions"] |= machine.versions(SERVERS)
    out = results.screen(options)
    for server in options.server or SERVERS:
        rows: dict[str, dict[str, list[float]]] = {one: {} for one in CONTESTANTS}
        with contextlib.ExitStack() as standing:
            addresses = {
                one: standing.enter_context(serving(server, f"hello_{one}")) for one in CONTESTANTS
            }
            for name, counts in turns(CONTESTANTS, options.rounds):
                figures = load(wrk, addresses[name], options.seconds, options.connections)
                for key, figure in figures.items() if counts else ():
                    rows[name].setdefault(key, []).append(figure)
        report["cases"][server] = rows
        for name, figures_of in rows.items():
            line = "".join(
                f"{statistics.median(figures):>12,.2f} {key}"
                for key, figures in figures_of.items()
            )
            print(f"{server:<10}{name:<14}{line}", file=out, flush=True)
    results.finish(report, options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Load Kernos and its peers behind real servers.")
    parser.add_argument("--rounds", type=int, default=31, help="turns of each contestant (31)")
    parser.add_argument("--seconds", type=int, default=1, help="of load a turn (1)")
    parser.add_argument("--connections", type=int, default=16, help="open at a time (16)")
    parser.add_argument("--server", action="append", choices=SERVERS, help="only this one")
    results.add_options(parser)
    return parser.parse_args()


@contextlib.contextmanager
def serving(server: str, program: str) -> t.Iterator[str]:
    """Serve a program, yield its address once it answers rightly, and stop it by its id."""
    port = _free_port()
    command = [word.format(port=port, program=program) for word in SERVERS[server]]
    process = subprocess.Popen(
        command,
        cwd=PROGRAMS,
        env={**os.environ, "PYTHONPATH": _path()},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    address = f"http://127.0.0.1:{port}/"
    try:
        _wait(process, address)
        yield address
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # its own session: it and its worker
            process.wait()


def load(wrk: str, address: str, seconds: int, connections: int) -> dict[str, float]:
    """Return the requests a second, and the milliseconds that 50 and 99 of 100 stay under."""
    command = [wrk, "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", address]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    pace = re.search(r"^Requests/sec: +([\d.]+)$", text, re.MULTILINE)
    latency = {
        f"p{part} ms": float(number) * MILLISECONDS[unit]
        for part, number, unit in LATENCY.findall(text)
    }
    if not pace or len(latency) != 2 or "Non-2xx" in text:
        raise SystemExit(f"{address}: wrk says\n{text}")
    return {"requests/s": float(pace[1]), **latency}


def _wait(process: subprocess.Popen[bytes], address: str) -> None:
    """Wait for the right answer; refuse a wrong one."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise SystemExit(f"{address}: the server ended with status {process.returncode}")
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE_SECONDS) as answer:  # noqa: S310
                body = answer.read()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
            continue
        if body != HELLO:
            raise SystemExit(f"{address}: the body is {body!r}, not {HELLO!r}")
        return
    raise SystemExit(f"{address}: no answer within {PATIENCE_SECONDS} s")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _path() -> str:
    """Return the import path of this process, made absolute: a server runs in another folder."""
    given = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    return os.pathsep.join([str(PROGRAMS), *(os.path.abspath(one) for one in given if one)])


if __name__ == "__main__":
    main()
