"""Calls, errors and wall time of plugins' hooks: counted only where it was asked for.

``KERNOS_METRICS=1`` counts from the constructor on, ``PLUGIN_METRICS = True`` in the
configuration from the freeze on. Where nobody asks, no callable is wrapped, and a request
pays nothing.
"""

from __future__ import annotations

import os
import threading
import time
import typing as t
from dataclasses import dataclass

CONFIG_KEY = "PLUGIN_METRICS"
_OFF = ("", "0", "false", "no", "off")


@dataclass(frozen=True, slots=True)
class Measure:
    """What was counted of one hook of one plugin, since the process began."""

    #: ``distribution:name``; the name of one given in code.
    plugin: str
    hook: str
    calls: int
    errors: int
    #: Wall time, what the hook itself called and waited for included.
    seconds: float


class Metrics:
    """The counts of one application's plugins. Threads may read and count at will.

    Wrappers are not counted: their time is that of what they stand around.
    """

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], list[t.Any]] = {}
        self._lock = threading.Lock()

    def read(self) -> list[Measure]:
        """Return what was counted so far, by plugin and hook."""
        with self._lock:
            found = [(key, tuple(counts)) for key, counts in self._counts.items()]
        return [Measure(*key, *counts) for key, counts in sorted(found)]

    def counted(
        self, call: t.Callable[..., t.Any], plugin: str, hook: str
    ) -> t.Callable[..., t.Any]:
        """Return ``call``, which is counted and timed from now on."""
        counts = self._counts.setdefault((plugin, hook), [0, 0, 0.0])
        clock = time.perf_counter

        def counting(*args: t.Any) -> t.Any:
            started = clock()
            failed = True
            try:
                result = call(*args)
                failed = False
                return result
            finally:
                spent = clock() - started
                with self._lock:
                    counts[0] += 1
                    counts[1] += failed
                    counts[2] += spent

        return counting

    def after_fork(self) -> None:
        """Begin with a free lock in a forked process."""
        self._lock = threading.Lock()


def wanted_by_environment() -> bool:
    """Tell whether ``KERNOS_METRICS`` asks for counting."""
    return os.environ.get("KERNOS_METRICS", "").lower() not in _OFF


__all__ = ["CONFIG_KEY", "Measure", "Metrics", "wanted_by_environment"]
