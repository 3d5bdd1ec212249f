"""Time one request through Kernos and through Flask: one process, interleaved, checked first.

Run with ``make bench``; ``make bench ARGS="--rounds 31"`` passes options on. A figure is the
time of one WSGI call in process, from ``app(environ, start_response)`` to the closed body, in
microseconds: the median of all rounds. Within a round the contestants take turns in an order
that rotates, so that a busy machine is slow for all of them; the ratio is the median of the
rounds' own ratios.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import platform
import statistics
import sys
import typing as t
from collections import defaultdict
from importlib import metadata
from time import perf_counter_ns

# Alternatives and plugins may be installed; what is compared is what everybody gets.
os.environ.setdefault("KERNOS_COMPONENTS", "default")
os.environ.setdefault("KERNOS_PLUGINS", "none")

if t.TYPE_CHECKING:
    from collections.abc import Iterable

    App = t.Callable[[dict[str, t.Any], t.Any], Iterable[bytes]]

PEER = "flask"


class Case(t.NamedTuple):
    """One request, and the answer that every contestant must give before it is timed."""

    name: str
    path: str
    query: str
    status: str
    content_type: str
    body: bytes


TEXT = "text/html; charset=utf-8"
CASES = [
    Case("hello", "/", "", "200 OK", TEXT, b"Hello, World!"),
    Case("json", "/json", "", "200 OK", "application/json", b'{"message":"Hello, World!"}\n'),
    Case("int parameter", "/user/42", "", "200 OK", TEXT, b"User 42"),
    Case("query", "/search", "q=clay+ring&page=2", "200 OK", TEXT, b"clay ring, page 2"),
    Case("404", "/nothing/here", "", "404 NOT FOUND", TEXT, b"<h1>Not Found</h1>"),
]


def make_flask() -> App:
    """Return the application on the real Flask."""
    import flask

    if "kernos" in str(flask.__file__):
        raise SystemExit("`import flask` is answered by Kernos: nothing to compare with")
    return with_routes(flask.Flask("benchmark"), flask.request)


def make_kernos() -> App:
    """Return the application on Kernos, with its own strict defaults."""
    import kernos

    return with_routes(kernos.Kernos("benchmark"), kernos.request)


def make_kernos_flask() -> App:
    """Return the application on Kernos under Flask's name, with Flask's defaults."""
    import kernos
    import kernos_flask

    return with_routes(kernos_flask.Flask("benchmark"), kernos.request)


CONTESTANTS: dict[str, t.Callable[[], App]] = {
    PEER: make_flask,
    "kernos": make_kernos,
    "kernos_flask": make_kernos_flask,
}


def with_routes(app: t.Any, request: t.Any) -> App:
    """Give an application the routes of all cases: the same functions for everybody."""

    @app.get("/")
    def hello() -> str:
        return "Hello, World!"

    @app.get("/json")
    def as_json() -> dict[str, str]:
        return {"message": "Hello, World!"}

    @app.get("/user/<int:number>")
    def user(number: int) -> str:
        return f"User {number}"

    @app.get("/search")
    def search() -> str:
        return f"{request.args['q']}, page {request.args.get('page', 1, type=int)}"

    return t.cast("App", app)


def environ_of(case: Case) -> dict[str, t.Any]:
    """Return what a server would hand over for the case, as a browser asks for it."""
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": case.path,
        "QUERY_STRING": case.query,
        "REQUEST_URI": f"{case.path}?{case.query}" if case.query else case.path,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "REMOTE_PORT": "50000",
        "HTTP_HOST": "127.0.0.1:8000",
        "HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64)",
        "HTTP_ACCEPT": "text/html,application/json;q=0.9,*/*;q=0.8",
        "HTTP_ACCEPT_ENCODING": "gzip, deflate, br",
        "HTTP_ACCEPT_LANGUAGE": "en",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def check(name: str, app: App, case: Case) -> None:
    """Refuse to time an answer that is not the right one."""
    seen: dict[str, t.Any] = {}

    def start_response(
        status: str, headers: list[tuple[str, str]], exc_info: object = None
    ) -> None:
        seen.update(status=status, headers=dict(headers))

    body = app(environ_of(case), start_response)
    text = b"".join(body)
    close(body)
    headers = seen["headers"]
    wrong = {
        "status": (seen["status"], case.status),
        "content type": (headers.get("Content-Type"), case.content_type),
        "content length": (headers.get("Content-Length"), str(len(text))),
        "body": (
            text if case.status.startswith("2") else case.body in text and case.body,
            case.body,
        ),
    }
    for what, (given, due) in wrong.items():
        if given != due:
            raise SystemExit(f"{name}, {case.name}: the {what} is {given!r}, not {due!r}")


def close(body: Iterable[bytes]) -> None:
    """Close a body as a server does."""
    closing = getattr(body, "close", None)
    if closing is not None:
        closing()


def microseconds(app: App, case: Case, requests: int) -> float:
    """Return the time of one request, over ``requests`` of them one after the other."""

    def start_response(status: str, headers: object, exc_info: object = None) -> None:
        pass

    # Each request gets an environ of its own, made before the clock starts.
    environs = [environ_of(case) for _ in range(requests)]
    began = perf_counter_ns()
    for environ in environs:
        body = app(environ, start_response)
        for _ in body:
            pass
        close(body)
    return (perf_counter_ns() - began) / requests / 1000


def measure(
    apps: t.Mapping[str, App], case: Case, rounds: int, requests: int
) -> dict[str, list[float]]:
    """Return each contestant's microseconds, round by round."""
    names = list(apps)
    times: dict[str, list[float]] = defaultdict(list)
    for number in range(rounds + 1):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            spent = microseconds(apps[name], case, requests)
            if number:  # the first round warms up
                times[name].append(spent)
    return times


def ratio(times: t.Mapping[str, list[float]], name: str) -> float:
    """Return how many times faster than the peer a contestant is: the median round's."""
    return statistics.median(
        peer / own for peer, own in zip(times[PEER], times[name], strict=True)
    )


def main() -> None:
    """Check, measure, print."""
    parser = argparse.ArgumentParser(description="Time one request through Kernos and Flask.")
    parser.add_argument("--rounds", type=int, default=15, help="interleaved rounds (15)")
    parser.add_argument("--requests", type=int, default=1000, help="requests a round (1000)")
    parser.add_argument("--case", action="append", help="only this case; may be repeated")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--require", type=float, metavar="N", help="fail when kernos' hello is not N times faster"
    )
    options = parser.parse_args()

    apps = {name: make() for name, make in CONTESTANTS.items()}
    cases = [case for case in CASES if not options.case or case.name in options.case]
    for case in cases:
        for name, app in apps.items():
            check(name, app, case)

    results = {}
    if not options.json:
        print_head(options)
    for case in cases:
        times = results[case.name] = measure(apps, case, options.rounds, options.requests)
        if not options.json:
            print_row(case, times)
    if options.json:
        print(json.dumps(results))
    if options.require and ratio(results["hello"], "kernos") < options.require:
        raise SystemExit(f"hello: not {options.require:g} times faster than {PEER}")


def print_head(options: argparse.Namespace) -> None:
    """Say what is measured, on what."""
    versions = ", ".join(
        f"{name} {metadata.version(name)}" for name in ("flask", "werkzeug", "kernos")
    )
    print(f"Python {platform.python_version()}, {versions}")
    print(
        f"one request in process, µs: median of {options.rounds} interleaved rounds "
        f"of {options.requests} requests (best round)\n"
    )
    print(f"{'case':<15}" + "".join(f"{name:>22}{'':>9}" for name in CONTESTANTS))


def print_row(case: Case, times: t.Mapping[str, list[float]]) -> None:
    """Print one case: each contestant's median and best, and how many times faster it is."""
    row = f"{case.name:<15}"
    for name in CONTESTANTS:
        own = times[name]
        factor = "" if name == PEER else f"  x{ratio(times, name):.1f}"
        row += f"{statistics.median(own):>12.1f} ({min(own):>7.1f}){factor:<9}"
    print(row, flush=True)


if __name__ == "__main__":
    main()
