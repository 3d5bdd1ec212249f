"""Put requests to an application in this process, as a server would; time them.

No server stands on either side: a WSGI application is called with an environ and its body read
and closed; an ASGI application is awaited, in one event loop, with a scope, a ``receive`` that
hands over the body and a ``send`` that takes the answer. What a server makes for each request
(environ, scope) is fresh for each request, and made before the clock starts. The clock is the
processor's for this thread: it stands still while something else runs.
"""

from __future__ import annotations

import asyncio
import gc
import io
import sys
import typing as t
from time import thread_time_ns

if t.TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.cases import Case

#: How many requests are made, and then put to an application, before more are made.
BATCH = 50

HEADERS = {
    "Host": "127.0.0.1:8000",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64)",
    "Accept": "text/html,application/json;q=0.9,*/*;q=0.8",
    "Accept-Encoding": "gzip, deflate, br",
    "Accept-Language": "en",
}


class Answer(t.NamedTuple):
    """What an application said."""

    status: int
    headers: dict[str, str]
    body: bytes


class Driver(t.Protocol):
    """A way to call applications of one kind."""

    def ask(self, app: t.Any, case: Case, cookie: str = "") -> Answer:
        """Put the case's request once, and return the answer."""
        ...

    def microseconds(self, app: t.Any, case: Case, cookie: str, requests: int) -> float:
        """Return the time of one request, over ``requests`` of them one after the other."""
        ...


class WSGI:
    """From ``app(environ, start_response)`` to the closed body."""

    def ask(self, app: t.Any, case: Case, cookie: str = "") -> Answer:
        seen: dict[str, t.Any] = {}

        def start_response(
            status: str, headers: list[tuple[str, str]], exc_info: object = None
        ) -> None:
            seen.update(status=status, headers=headers)

        body = app(environ_of(case, cookie), start_response)
        text = b"".join(body)
        _close(body)
        return Answer(int(seen["status"][:3]), _lower(seen["headers"]), text)

    def microseconds(self, app: t.Any, case: Case, cookie: str, requests: int) -> float:
        def start_response(status: str, headers: object, exc_info: object = None) -> None:
            pass

        gc.collect()  # everybody starts with the same counts, and pays for what it leaves
        spent = 0
        for batch in _batches(requests):
            environs = [environ_of(case, cookie) for _ in range(batch)]
            began = thread_time_ns()
            for environ in environs:
                body = app(environ, start_response)
                for _ in body:
                    pass
                _close(body)
            spent += thread_time_ns() - began
        return spent / requests / 1000


class ASGI:
    """From ``await app(scope, receive, send)`` to its end."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()

    def ask(self, app: t.Any, case: Case, cookie: str = "") -> Answer:
        sent: list[dict[str, t.Any]] = []

        async def send(message: dict[str, t.Any]) -> None:
            sent.append(message)

        self._loop.run_until_complete(app(scope_of(case, cookie), _receiver(case), send))
        start = sent[0]
        headers = [(k.decode("latin-1"), v.decode("latin-1")) for k, v in start["headers"]]
        text = b"".join(message.get("body", b"") for message in sent[1:])
        return Answer(start["status"], _lower(headers), text)

    def microseconds(self, app: t.Any, case: Case, cookie: str, requests: int) -> float:
        async def send(message: object) -> None:
            pass

        async def run(batch: int) -> int:
            calls = [(scope_of(case, cookie), _receiver(case)) for _ in range(batch)]
            began = thread_time_ns()
            for scope, receive in calls:
                await app(scope, receive, send)
            return thread_time_ns() - began

        gc.collect()
        spent = sum(self._loop.run_until_complete(run(batch)) for batch in _batches(requests))
        return spent / requests / 1000


def _batches(requests: int) -> t.Iterator[int]:
    """Divide requests: what a server has just made is in the processor's cache."""
    for done in range(0, requests, BATCH):
        yield min(BATCH, requests - done)


def environ_of(case: Case, cookie: str = "") -> dict[str, t.Any]:
    """Return what a WSGI server would hand over for the case, as a browser asks for it."""
    environ = {
        "REQUEST_METHOD": case.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": case.path,
        "QUERY_STRING": case.query,
        "REQUEST_URI": f"{case.path}?{case.query}" if case.query else case.path,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "REMOTE_PORT": "50000",
        **{f"HTTP_{name.upper().replace('-', '_')}": text for name, text in HEADERS.items()},
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(case.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if case.body:
        environ |= {"CONTENT_TYPE": case.content_type, "CONTENT_LENGTH": str(len(case.body))}
    if cookie:
        environ["HTTP_COOKIE"] = cookie
    return environ


def scope_of(case: Case, cookie: str = "") -> dict[str, t.Any]:
    """Return what an ASGI server would hand over for the case."""
    headers = dict(HEADERS)
    if case.body:
        headers |= {"Content-Type": case.content_type, "Content-Length": str(len(case.body))}
    if cookie:
        headers["Cookie"] = cookie
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": case.method,
        "scheme": "http",
        "path": case.path,
        "raw_path": case.path.encode("ascii"),
        "query_string": case.query.encode("ascii"),
        "root_path": "",
        "headers": [
            (name.lower().encode("ascii"), text.encode("latin-1"))
            for name, text in headers.items()
        ],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8000),
        "state": {},
    }


def _receiver(case: Case) -> t.Callable[[], t.Awaitable[dict[str, t.Any]]]:
    """Return a ``receive`` for one request: the body, then a client that stays silent."""
    messages = [{"type": "http.request", "body": case.body, "more_body": False}]

    async def receive() -> dict[str, t.Any]:
        if messages:
            return messages.pop()
        return await asyncio.get_running_loop().create_future()

    return receive


def _close(body: Iterable[bytes]) -> None:
    """Close a body as a server does."""
    closing = getattr(body, "close", None)
    if closing is not None:
        closing()


def _lower(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name.lower(): text for name, text in headers}
