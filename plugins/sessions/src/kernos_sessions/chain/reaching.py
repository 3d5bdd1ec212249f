"""Waiting for a store: never longer than agreed, and hardly at all once it is known down."""

from __future__ import annotations

import os
import queue
import threading
import time
import typing as t

R = t.TypeVar("R")

#: So many failures in a row, and the store is taken to be down.
_FAILURES = 5
#: While it is, one request in this time tries it; the others fail at once.
_PAUSE_SECONDS = 0.25


class Patience:
    """How long the requests of a process wait for one store.

    Args:
        timeout_seconds: The longest that one call waits.

    The calls run in threads aside, so that one that does not end can be left there: no
    client library keeps a time-out for all of connecting, resolving, reading.
    """

    def __init__(self, timeout_seconds: float) -> None:
        self._timeout = timeout_seconds
        self._lock = threading.Lock()
        self._failures = 0
        self._next_try = 0.0
        self._forget_threads()

    def _forget_threads(self) -> None:
        self._pid = os.getpid()
        self._idle: list[_Aside] = []

    def call(
        self, operation: t.Callable[..., R], *args: t.Any, errors: tuple[type[BaseException], ...]
    ) -> R:
        """Return what ``operation`` returns.

        Args:
            operation: A method of the store.
            args: Its arguments.
            errors: What it raises when the store cannot be reached; OSError among them.

        Raises:
            TimeoutError: It took too long.
            ConnectionError: It was not tried, since the store has been down just now.
        """
        if self._failures >= _FAILURES and not self._may_try():
            raise ConnectionError("not tried: it has failed several times just now")
        try:
            result = self._wait(operation, args)
        except errors:
            with self._lock:
                self._failures += 1
                self._next_try = time.monotonic() + _PAUSE_SECONDS
            raise
        self._failures = 0
        return result

    def _may_try(self) -> bool:
        with self._lock:
            now = time.monotonic()
            if now < self._next_try:
                return False
            self._next_try = now + _PAUSE_SECONDS
            return True

    def _wait(self, operation: t.Callable[..., R], args: tuple[t.Any, ...]) -> R:
        if self._pid != os.getpid():  # a fork leaves the threads behind
            self._forget_threads()
        try:
            aside = self._idle.pop()
        except IndexError:
            aside = _Aside(self._idle)
        answer: queue.SimpleQueue[tuple[t.Any, BaseException | None]] = queue.SimpleQueue()
        aside.tasks.put((operation, args, answer))
        try:
            result, error = answer.get(timeout=self._timeout)
        except queue.Empty:
            raise TimeoutError(f"no answer in {self._timeout} s") from None
        if error is not None:
            raise error
        return t.cast(R, result)


class _Aside:
    """A thread that does one task after another, and offers itself again after each."""

    def __init__(self, idle: list[_Aside]) -> None:
        self.tasks: queue.SimpleQueue[tuple[t.Any, tuple[t.Any, ...], t.Any]] = queue.SimpleQueue()
        self._idle = idle
        threading.Thread(target=self._run, name="session store", daemon=True).start()

    def _run(self) -> None:
        while True:
            operation, args, answer = self.tasks.get()
            outcome: tuple[t.Any, BaseException | None]
            try:
                outcome = (operation(*args), None)
            except BaseException as error:
                outcome = (None, error)
            self._idle.append(self)
            answer.put(outcome)
            del operation, args, answer, outcome  # nothing of a request waits here


__all__ = ["Patience"]
