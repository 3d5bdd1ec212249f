"""What a client may ask for, and rules that a matcher could be caught by."""

from __future__ import annotations

import signal
import threading
import typing as t
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import RequestRedirect
from werkzeug.test import create_environ

from kernos.app import Kernos
from kernos.contracts import Rule
from kernos.testing.conformance.routing.subject import Subject

#: How much of the processor's time a match may take, in seconds. A matcher that tries all
#: ways takes centuries, any other milliseconds: little depends on the number.
BUDGET_SECONDS = 1

#: Paths as a server hands them over: each character is a byte.
PATHS = (
    *("", "/", "//", "/" * 1000, "/.", "/..", "/../../etc/passwd", "/%2e%2e/", "/a//b", "/a/./b"),
    *(
        "/\0",
        "/a\r\nX-Header: 1",
        "/a\tb",
        "/\x7f",
        "/\xff\xfe",
        "/\xc3",
        "/\xed\xa0\x80",
        "/;a=b",
    ),
    *(
        "/?",
        "/#",
        "/%",
        "/%zz",
        "/%00",
        "/<x>",
        "/{x}",
        "/*",
        "/(",
        "/[a-",
        "/\\",
        "/a\\b",
        "a",
        "*",
    ),
    *("http://evil.example/", "/http://evil.example", "/" + "a" * 100_000, "/" + "a/" * 10_000),
)


class HostileInput(Subject):
    """Paths that lead elsewhere, or nowhere, or that take long to refuse."""

    def test_bytes_that_are_no_utf8_are_text_all_the_same(self) -> None:
        app = self.make_app()
        app.router.add("/<x>", "page", {"GET"})
        environ = {**create_environ("/"), "PATH_INFO": "/a\xff"}
        assert app.router.match(environ)[1] == {"x": "a\ufffd"}

    @pytest.mark.parametrize("path", ["//evil.example/s", "///evil.example/s", "/\\evil.example"])
    def test_a_redirect_stays_on_the_host(self, path: str) -> None:
        app = self.make_app()
        app.router.add("/<path:x>/", "page", {"GET"})
        with pytest.raises(RequestRedirect) as caught:
            app.router.match({**create_environ("/"), "PATH_INFO": path})
        url = urlsplit(caught.value.new_url)
        assert url.netloc in ("", "localhost")
        assert url.path.startswith("/")
        assert not url.path.startswith("//")

    @pytest.mark.parametrize("path", PATHS, ids=range(len(PATHS)))
    def test_any_path_is_matched_or_an_http_error(self, path: str) -> None:
        app = self.make_app()
        for one in ("/", "/<x>", "/<x>/", "/<x>/<int:y>", "/in/<path:x>/", "/<path:x>/"):
            app.router.add(one, one, {"GET"})
        for method in ("GET", "POST", "HEAD", "get", "X" * 1000, "\xff"):
            environ = {**create_environ("/"), "PATH_INFO": path, "REQUEST_METHOD": method}
            found = self._answer(app, environ)
            if isinstance(found, str):
                assert urlsplit(found).netloc in ("", "localhost")
                assert not found.startswith(("//", "/\\"))  # to a browser, another host
                assert not set(found) & set("\r\n\0")
            elif found is not None:
                assert found[0] in list(app.router.rules())
                assert isinstance(found[1], dict)

    def test_an_empty_path_is_the_root(self) -> None:
        app = self.make_app()
        app.router.add("/", "root", {"GET"})
        found = self._answer(app, {**create_environ("/"), "PATH_INFO": ""})
        if isinstance(found, str):
            assert urlsplit(found).path == "/"
        else:
            assert found is not None
            assert found[0].endpoint == "root"

    def _answer(
        self, app: Kernos, environ: dict[str, t.Any]
    ) -> tuple[Rule, dict[str, t.Any]] | str | None:
        """Return what matches, the URL of a redirect, or None for another HTTP error."""
        try:
            return app.router.match(environ)
        except RequestRedirect as redirect:
            return redirect.new_url
        except HTTPException:
            return None

    @pytest.mark.parametrize(
        ("rule", "path"),
        [
            ("/<a>-<b>-<c>-<d>-<e>!", "/" + "-" * 3000),
            ("/<a>.<b>.<c>.<d>.<e>.html", "/" + "." * 3000),
            ("/<path:a>/<path:b>/<path:c>/<path:d>/<path:e>!", "/a" * 3000),
        ],
    )
    def test_a_path_that_could_be_cut_in_many_ways_is_soon_refused(
        self, rule: str, path: str
    ) -> None:
        app = self.make_app()
        try:
            app.router.add(rule, "page", {"GET"})
        except ValueError:
            return  # a router that cannot do it well need not do it
        with processor_budget(BUDGET_SECONDS), pytest.raises(NotFound):
            self.match(app, path)

    @pytest.mark.parametrize(
        "value", ["", "a/b", "..", "?", "#", "%2f", "\r\nX: 1", "//evil", "\0"]
    )
    def test_a_value_does_not_leave_its_place_in_a_url(self, value: str) -> None:
        app = self.make_app()
        app.router.add("/in/<x>/end", "page", {"GET"})
        ctx = app.test_request_context()
        for values in ({"x": value}, {"x": "x", "q": value}, {"x": "x", value: "q"}):
            url = app.router.build("page", values, ctx=ctx)
            assert url.startswith("/in/")
            assert urlsplit(url).path.endswith("/end")
            assert not set(url) & set("\r\n\0#")


@contextmanager
def processor_budget(seconds: float) -> t.Iterator[None]:
    """Fail what uses more of the processor's time than this; others' use does not count.

    Only where there are such timers, and in the main thread; elsewhere it runs on.
    """
    if not hasattr(signal, "setitimer") or (
        threading.current_thread() is not threading.main_thread()
    ):
        yield
        return

    def stop(*_: object) -> t.NoReturn:
        raise AssertionError(f"it goes on after {seconds} s of the processor's time")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


__all__ = ["HostileInput", "processor_budget"]
