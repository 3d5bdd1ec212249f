"""Load real servers: the smallest application of each contestant behind granian and gunicorn.

Run with ``make bench-serve``; it needs wrk. Each server has one worker and a free port of
127.0.0.1, and all stand at once. The load runs on the same machine, and takes its share of it.

The contestants take turns of a second, since a shared machine is another one some seconds later.
Behind gunicorn, which is most of the cost, two of them differ by less than one second does from
the next. These are loaded at the same time as well and share one processor, which gives each as
much of its time as the other: who needs less of it for a request answers more.
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
#: Who is loaded beside whom behind a server, too: Kernos and the peer that its goal names.
BESIDE = {"gunicorn": ("kernos", "falcon")}
#: How often those are started anew, so that no one pair of processes is all that counts.
STARTS = 4
LATENCY = re.compile(r"^ +(50|99)% +([\d.]+)(us|ms|s)$", re.MULTILINE)
MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1000.0}

#: A contestant, and what it comes to in one round.
Figures: t.TypeAlias = tuple[str, dict[str, float]]
#: What all come to: their figures of each round.
Rows: t.TypeAlias = dict[str, dict[str, list[float]]]


def main() -> None:
    """Start, load, print, write."""
    options = _options()
    wrk = shutil.which("wrk")
    if wrk is None:
        raise SystemExit("wrk is not installed: apt-get install wrk, or brew install wrk")
    servers = options.server or list(SERVERS)
    if set(BESIDE).intersection(servers):
        processors()
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
    for server in servers:
        keep(report, out, server, in_turns(server, wrk, options))
        if server in BESIDE:
            case = f"{server}, {' beside '.join(BESIDE[server])}"
            keep(report, out, case, beside(server, wrk, options))
    results.finish(report, options)


def keep(report: dict[str, t.Any], out: t.TextIO, case: str, found: t.Iterable[Figures]) -> None:
    """Put the figures of a case into the report, and print their medians."""
    rows: Rows = {}
    for name, figures in found:
        for key, figure in figures.items():
            rows.setdefault(name, {}).setdefault(key, []).append(figure)
    report["cases"][case] = {one: rows[one] for one in CONTESTANTS if one in rows}
    for name, figures_of in report["cases"][case].items():
        line = "".join(
            f"{statistics.median(figures):>12,.2f} {key}" for key, figures in figures_of.items()
        )
        print(f"{case:<32}{name:<14}{line}", file=out, flush=True)


def in_turns(server: str, wrk: str, options: argparse.Namespace) -> t.Iterator[Figures]:
    """Load one contestant after the other, and yield what each comes to in each round."""
    with standing(server, CONTESTANTS) as addresses:
        for name, counts in turns(CONTESTANTS, options.rounds):
            with load(wrk, addresses[name], options) as one:
                figures = read(one)
            if counts:
                yield name, figures


def beside(server: str, wrk: str, options: argparse.Namespace) -> t.Iterator[Figures]:
    """Load two at the same time on one processor, from the others."""
    pair, (first, *others) = BESIDE[server], processors()
    for _ in range(STARTS):
        with running_on({first}), standing(server, pair) as addresses, running_on(others):
            for number in range(1 + options.rounds):
                line = pair if number % 2 else pair[::-1]  # one begins a moment before the other
                with contextlib.ExitStack() as running:
                    loads = [
                        running.enter_context(load(wrk, addresses[one], options)) for one in line
                    ]
                    figures = [read(one) for one in loads]
                if number:
                    yield from zip(line, figures, strict=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Load Kernos and its peers behind real servers.")
    parser.add_argument("--rounds", type=int, default=31, help="turns of each contestant (31)")
    parser.add_argument("--seconds", type=int, default=1, help="of load a turn (1)")
    parser.add_argument("--connections", type=int, default=16, help="open at a time (16)")
    parser.add_argument("--server", action="append", choices=SERVERS, help="only this one")
    results.add_options(parser)
    return parser.parse_args()


def processors() -> list[int]:
    """Return the processors that this process may use; refuse where nobody can be held to one."""
    found = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    if len(found) < 2:
        raise SystemExit(
            f"behind {', '.join(BESIDE)} servers have a processor of their own: Linux with two "
            "processors is needed; --server granian does without"
        )
    return found


@contextlib.contextmanager
def running_on(numbers: t.Iterable[int]) -> t.Iterator[None]:
    """Hold this process, and those that it starts, to some processors."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, numbers)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextlib.contextmanager
def standing(server: str, names: t.Iterable[str]) -> t.Iterator[dict[str, str]]:
    """Serve contestants, and yield their addresses."""
    with contextlib.ExitStack() as servers:
        yield {one: servers.enter_context(serving(server, f"hello_{one}")) for one in names}


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


def load(wrk: str, address: str, options: argparse.Namespace) -> subprocess.Popen[str]:
    """Begin to load an address."""
    many = f"-c{options.connections}", f"-d{options.seconds}s"
    return subprocess.Popen(
        [wrk, "-t1", *many, "--latency", address], stdout=subprocess.PIPE, text=True
    )


def read(one: subprocess.Popen[str]) -> dict[str, float]:
    """Return the requests a second, and the milliseconds that 50 and 99 of 100 stay under."""
    text, _ = one.communicate()
    pace = re.search(r"^Requests/sec: +([\d.]+)$", text, re.MULTILINE)
    latency = {
        f"p{part} ms": float(number) * MILLISECONDS[unit]
        for part, number, unit in LATENCY.findall(text)
    }
    if one.returncode or not pace or len(latency) != 2 or "Non-2xx" in text:
        raise SystemExit(f"{one.args!r} says\n{text}")
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
