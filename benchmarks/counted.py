"""The applications whose work is counted, and the two ways to count it.

*Bytecode instructions* are counted in this process by a trace function. That is quick, needs
nothing, and comes out the same on each run; but a loop inside a function of C, such as a regular
expression's, counts as the one instruction that calls it. *Machine instructions* are counted by
valgrind, and hide nothing; under it everything takes some fifty times longer.

As a program, ``python -m benchmarks.counted SUBJECT …`` is what valgrind runs: each subject's
application is made once and warmed up, then one child answers nothing and another answers
``REQUESTS``; the difference of what the two executed is those requests' work.
"""

from __future__ import annotations

import gc
import json
import os
import re
import shutil
import subprocess
import sys
import typing as t
from types import SimpleNamespace

from benchmarks.cases import CASES
from benchmarks.contestants import flask_api
from benchmarks.driving import environ_of

if t.TYPE_CHECKING:
    from benchmarks.cases import Case

PLUGINS = 20
REQUESTS = 200
WARM_UP = 30
HELLO = next(case for case in CASES if case.name == "hello")


class Subject(t.NamedTuple):
    """An application, made when called, and what it is asked."""

    make: t.Callable[[], t.Any]
    case: Case
    routes: int = 0


def subjects() -> dict[str, Subject]:
    """Return what is counted, by name."""
    table = {}
    for case in CASES:
        if case.app.startswith("routes "):
            number = int(case.app.split()[1])
            table[case.name] = Subject(lambda number=number: _with_routes(number), case, number)
    for number in (0, PLUGINS):
        table[f"{number} plugins"] = Subject(lambda number=number: _with_plugins(number), HELLO)
    return table


def _with_routes(number: int) -> t.Any:
    import kernos

    return flask_api.make_routes(kernos.Kernos, kernos, number)


def _with_plugins(number: int) -> t.Any:
    """Return the application of the case hello with feature plugins that hook into no request."""
    import kernos

    def make(name: str) -> t.Any:
        return kernos.Kernos(name, plugins=[_feature(one) for one in range(number)])

    return flask_api.make_plain(make, kernos)


def _feature(number: int) -> t.Any:
    from kernos.hooks import hookimpl

    @hookimpl
    def kernos_register_config(app: t.Any) -> dict[str, t.Any]:
        return {f"FEATURE_{number}": number}

    @hookimpl
    def kernos_register_template_names(app: t.Any) -> dict[str, t.Any]:
        return {"filters": {f"feature_{number}": str}}

    return SimpleNamespace(
        __name__=f"feature{number}",
        kernos_register_config=kernos_register_config,
        kernos_register_template_names=kernos_register_template_names,
    )


def answer(app: t.Any, environ: dict[str, t.Any]) -> bytes:
    """Put one request to an application, as a server does."""
    body = app(environ, _start_response)
    text = b"".join(body)
    closing = getattr(body, "close", None)
    if closing is not None:
        closing()
    return text


def _start_response(status: str, headers: object, exc_info: object = None) -> None:
    if status != "200 OK":
        raise SystemExit(f"the answer is {status}")


def warm(subject: Subject) -> t.Any:
    """Return the subject's application, after it answered some requests, rightly."""
    app = subject.make()
    for _ in range(WARM_UP):
        text = answer(app, environ_of(subject.case))
        if text.decode() != subject.case.answer:
            raise SystemExit(f"{subject.case.name}: the body is {text!r}")
    return app


# --- bytecode instructions -----------------------------------------------------------------


def bytecode(subject: Subject) -> int:
    """Return how many bytecode instructions one request executes."""
    app, environ = warm(subject), environ_of(subject.case)
    count = 0

    def trace(frame: t.Any, event: str, arg: object) -> t.Any:
        nonlocal count
        frame.f_trace_opcodes = True
        frame.f_trace_lines = False
        count += event == "opcode"
        return trace

    before = sys.gettrace()
    gc.disable()
    sys.settrace(trace)
    try:
        answer(app, environ)
    finally:
        sys.settrace(before)
        gc.enable()
    return count


# --- machine instructions ------------------------------------------------------------------


def machine_instructions(names: t.Sequence[str]) -> dict[str, float]:
    """Return how many instructions of the processor one request of each subject executes."""
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        raise SystemExit("valgrind is not installed: apt-get install valgrind, or your system's")
    # `cache-sim=no` leaves of cachegrind what is asked for: the number of instructions.
    tool = [valgrind, "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
    ran = subprocess.run(
        [*tool, sys.executable, "-m", "benchmarks.counted", *names],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONHASHSEED": "0"},
    )
    if ran.returncode:
        raise SystemExit(ran.stderr)
    totals = {
        int(process): int(number.replace(",", ""))
        for process, number in re.findall(r"==(\d+)== I +refs: +([\d,]+)", ran.stderr)
    }
    pairs: dict[str, tuple[int, int]] = json.loads(ran.stdout)
    return {name: (totals[busy] - totals[idle]) / REQUESTS for name, (idle, busy) in pairs.items()}


def _child(work: t.Callable[[], object]) -> int:
    """Do the work in a process of its own, and return that process' number."""
    process = os.fork()
    if not process:
        try:
            work()
        finally:
            os._exit(0)
    os.waitpid(process, 0)
    return process


def main() -> None:
    """Print which two children answered nothing and ``REQUESTS`` of each subject named."""
    table = subjects()
    pairs = {}
    for name in sys.argv[1:]:
        app, case = warm(table[name]), table[name].case
        environs = [environ_of(case) for _ in range(REQUESTS)]
        gc.collect()
        gc.freeze()
        idle = _child(lambda: None)
        busy = _child(lambda a=app, e=environs: [answer(a, one) for one in e])  # type: ignore[misc]
        pairs[name] = (idle, busy)
    print(json.dumps(pairs))


if __name__ == "__main__":
    main()
