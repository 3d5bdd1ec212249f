"""Calls, errors and wall time of plugins' hooks: counted only where it was asked for.

``KERNOS_METRICS=1`` counts from the constructor on, ``PLUGIN_METRICS = True`` in the
configuration from the freeze on. Where nobody asks, no callable is wrapped, and a request
pays nothing.
"""

from __future__ import annotations

import threading
import time
import typing as t

from kernos.hooks.settings import METRICS_KEY as CONFIG_KEY, wants_metrics as wanted_by_environment


class Measure(t.NamedTuple):
    """What was counted of one hook of one plugin, since the process began."""

    #: ``distribution:name``; the name of one given in code.
    plugin: str
    hook: str
    calls: int
    errors: int
    #: Wall time, what the hook itself called and waited for included; of a wrapper its own
    #: parts alone, without what it stands around.
    seconds: float


class _Counts:
    """What is counted of one hook of one plugin; under one lock, so that it is read whole."""

    __slots__ = ("calls", "errors", "metrics", "seconds")

    def __init__(self, metrics: Metrics) -> None:
        self.metrics = metrics
        self.calls = self.errors = 0
        self.seconds = 0.0

    def add(self, calls: int, errors: int, seconds: float) -> None:
        with self.metrics._lock:
            self.calls += calls
            self.errors += errors
            self.seconds += seconds


class _Counted:
    """One run of a wrapper: its own steps are timed, and errors that are its own counted."""

    __slots__ = ("_counts", "_generator", "_started")

    def __init__(self, generator: t.Generator[None, t.Any, t.Any], counts: _Counts) -> None:
        self._generator, self._counts, self._started = generator, counts, False

    def send(self, value: t.Any) -> None:
        self._step(self._generator.send, value)

    def throw(self, error: BaseException) -> None:
        self._step(self._generator.throw, error)

    def close(self) -> None:
        self._generator.close()

    def _step(self, resume: t.Callable[[t.Any], object], outcome: t.Any) -> None:
        """Go on to the yield, which comes once, or from there to the end."""
        first, self._started = not self._started, True
        failed = not first
        begun = time.perf_counter()
        try:
            resume(outcome)
        except StopIteration:
            failed = first
            raise
        except BaseException as error:
            # What it lets pass is not its own; a StopIteration cannot pass as itself.
            failed = error is not outcome and (
                not isinstance(outcome, StopIteration) or error.__cause__ is not outcome
            )
            raise
        finally:
            self._counts.add(first, failed, time.perf_counter() - begun)


class Metrics:
    """The counts of one application's plugins. Threads may read and count at will."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], _Counts] = {}
        self._lock = threading.Lock()

    def read(self) -> list[Measure]:
        """Return what was counted so far, by plugin and hook."""
        with self._lock:
            return [
                Measure(*key, one.calls, one.errors, one.seconds)
                for key, one in sorted(self._counts.items())
            ]

    def counted(
        self, call: t.Callable[..., t.Any], plugin: str, hook: str, *, wrapper: bool = False
    ) -> t.Callable[..., t.Any]:
        """Return ``call``, which is counted and timed from now on."""
        counts = self._counts.setdefault((plugin, hook), _Counts(self))
        if wrapper:
            return lambda *args: _Counted(call(*args), counts)
        clock = time.perf_counter

        def counting(*args: t.Any) -> t.Any:
            started = clock()
            failed = True
            try:
                result = call(*args)
                failed = False
                return result
            finally:
                counts.add(1, failed, clock() - started)

        return counting

    def after_fork(self) -> None:
        """Begin with a free lock in a forked process."""
        self._lock = threading.Lock()


__all__ = ["CONFIG_KEY", "Measure", "Metrics", "wanted_by_environment"]
