"""Import a program, put a first request to each path given, print the time and the memory.

``first_answer.py PROGRAM PATH …`` prints the nanoseconds since its own first line, the processor's
and those that passed, and the bytes of memory that the process then holds. It imports next to
nothing itself.
"""

from time import perf_counter_ns, process_time_ns

BEGAN = process_time_ns(), perf_counter_ns()

import importlib  # noqa: E402
import io  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402


def main(program: str, *paths: str) -> None:
    """Answer, then tell."""
    app = importlib.import_module(program).app
    for path in paths:
        ask(app, path)
    spent = process_time_ns() - BEGAN[0], perf_counter_ns() - BEGAN[1]
    with open("/proc/self/statm", encoding="ascii") as numbers:
        resident = int(numbers.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    print(*spent, resident)


def ask(app, path):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201
    """Put one request, and refuse a wrong answer."""
    seen = []

    def start_response(status, headers, exc_info=None):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
        seen.append(status)

    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1:8000",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    body = app(environ, start_response)
    text = b"".join(body)
    if hasattr(body, "close"):
        body.close()
    if not seen[0].startswith("200") or b"Hello, World!" not in text:
        sys.exit(f"{path}: {seen[0]}, {text[:200]!r}")


if __name__ == "__main__":
    main(*sys.argv[1:])
