"""Applications on doubles, requests as a server sends them, and what must hold after each."""

from __future__ import annotations

import gc
import logging
import os
import threading
import typing as t
import weakref
from collections import Counter
from dataclasses import dataclass, field
from wsgiref.validate import validator

from werkzeug.test import EnvironBuilder

from kernos import Kernos, has_app_context, has_request_context
from kernos.globals import request_ctx
from kernos.testing.doubles import doubles

#: Stands in errors that tests raise, and must never reach a client.
SECRET = "s3cret-of-the-operator"


def make_app(
    name: str = "kernel_under_test", kind: type[Kernos] = Kernos, **options: t.Any
) -> t.Any:
    """Return an application on doubles, without static files or plugins unless asked for."""
    options.setdefault("static_folder", None)
    options.setdefault("plugins", [])
    options.setdefault("components", doubles())
    return kind(name, **options)


@dataclass
class Answer:
    """What a server was told: status line, headers in order, and the body."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes = b""
    started: int = 1
    raw: t.Any = None

    @property
    def code(self) -> int:
        return int(self.status[:3])

    @property
    def text(self) -> str:
        return self.body.decode()

    def header(self, name: str) -> str | None:
        found = [value for key, value in self.headers if key.lower() == name.lower()]
        return found[0] if found else None


def environ(path: str = "/", method: str = "GET", **options: t.Any) -> dict[str, t.Any]:
    """Return the environment of a request; upper-case options go into it as they are."""
    raw = {key: options.pop(key) for key in list(options) if key.isupper() or "." in key}
    builder = EnvironBuilder(path, method=method, **options)
    try:
        return {**builder.get_environ(), **raw}
    finally:
        builder.close()


def begin(app: t.Any, env: dict[str, t.Any], validate: bool = True) -> Answer:
    """Call an application as a server does, and leave the body to be read and closed."""
    told: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: t.Any, exc_info: t.Any = None) -> t.Any:
        told.append((status, headers))
        return lambda data: None

    raw = (validator(app) if validate else app)(env, start_response)
    status, headers = told[-1] if told else ("", [])
    return Answer(status, headers, started=len(told), raw=raw)


def call(
    app: t.Any, path: str = "/", method: str = "GET", validate: bool = True, **options: t.Any
) -> Answer:
    """Send one request, read the whole answer, and close it."""
    answer = begin(app, environ(path, method, **options), validate)
    try:
        answer.body = b"".join(answer.raw)
    finally:
        if hasattr(answer.raw, "close"):
            answer.raw.close()
    return answer


class Log(logging.Handler):
    """Keep what an application logs as an error."""

    def __init__(self, app: t.Any) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []
        # A logger of its own, since pytest keeps what others log, with all its frames.
        app.logger = logging.Logger(app.name)  # noqa: LOG001
        app.logger.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@dataclass
class Watch:
    """An application that is watched: each fault is followed by a look at all invariants.

    The letters are those of the project's list: I1 a complete response, I2 its status,
    I3 no context left, I4 each teardown function once a request, I5 the next ten requests
    succeed, I6 the error logged once, I7 nothing secret in the body, I8 nothing kept.
    """

    app: t.Any
    requests: int = 0
    torn: Counter[str] = field(default_factory=Counter)
    errors: list[BaseException | None] = field(default_factory=list)
    contexts: list[weakref.ref[t.Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        app = self.app
        self.log = Log(app)
        app.add_url_rule("/still-well", "still_well", lambda: "well")

        @app.teardown_request
        def first(error: BaseException | None) -> None:
            self.torn["first"] += 1
            self.errors.append(error)
            self.contexts.append(weakref.ref(request_ctx._get_current_object()))

        @app.teardown_request
        def second(error: BaseException | None) -> None:
            self.torn["second"] += 1

        @app.teardown_appcontext
        def outer(error: BaseException | None) -> None:
            self.torn["outer"] += 1

    def fault(
        self,
        path: str = "/",
        method: str = "GET",
        *,
        code: int = 500,
        logged: int = 1,
        **options: t.Any,
    ) -> Answer:
        """Send a request that goes wrong, and check that all else goes well."""
        threads, files = threading.active_count(), _open_files()
        answer = call(self.app, path, method, **options)
        assert answer.started == 1
        length = answer.header("Content-Length")
        if length is not None and method != "HEAD":
            assert int(length) == len(answer.body)  # I1
        assert answer.code == code  # I2
        self.check(logged=logged)
        assert SECRET not in answer.text  # I7
        assert (threading.active_count(), _open_files()) == (threads, files)  # I8
        return answer

    def check(self, *, logged: int = 0, requests: int = 1) -> None:
        """Check what must hold after a request, however it ended."""
        assert not has_request_context()  # I3
        assert not has_app_context()
        self.requests += requests
        self._check_teardown()
        messages = [record.getMessage() for record in self.log.records]
        assert len(messages) == logged, messages  # I6
        self.log.records.clear()
        error = self.errors[-1] if self.errors else None
        for _ in range(10):  # I5
            well = call(self.app, "/still-well")
            assert (well.code, well.body) == (200, b"well")
            self.requests += 1
        self._check_teardown()
        assert not self.log.records
        self.errors.append(error)

    def _check_teardown(self) -> None:
        torn = {name: self.torn[name] for name in ("first", "second", "outer")}
        assert torn == dict.fromkeys(torn, self.requests)  # I4

    @property
    def last_error(self) -> BaseException | None:
        """What the teardown functions were told of the fault."""
        return self.errors[-1]

    def check_freed(self) -> None:
        """Check that no request's context is kept alive; errors hold theirs, so drop them."""
        self.errors.clear()
        gc.collect()
        assert [ref() for ref in self.contexts if ref() is not None] == []  # I8


def watch(app: t.Any) -> Watch:
    """Watch an application; to be called before it serves."""
    return Watch(app)


def _open_files() -> int:
    return len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0


def raising(error: BaseException | type[BaseException]) -> t.Callable[..., t.Any]:
    """Return a function that raises, whatever it is called with."""

    def raise_it(*args: t.Any, **kwargs: t.Any) -> t.NoReturn:
        raise error

    return raise_it


def install(
    patch: t.Any, folder: t.Any, distribution: str, group: str, source: str, version: str = "1.2.3"
) -> None:
    """Make one installed distribution visible: an entry point ``it`` and its module."""
    module = distribution.replace("-", "_")
    (folder / f"{module}.py").write_text(source, "utf-8")
    metadata = folder / f"{module}-{version}.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Name: {distribution}\nVersion: {version}\n", "utf-8")
    (metadata / "entry_points.txt").write_text(f"[{group}]\nit = {module}\n", "utf-8")
    patch.syspath_prepend(str(folder))
    patch.setattr("kernos.hooks.discovery.search_path", lambda: [str(folder)])
