"""Many threads at once, and no error of theirs that gets lost."""

from __future__ import annotations

import sys
import threading
import typing as t
from concurrent.futures import ThreadPoolExecutor

Answer = t.TypeVar("Answer")

#: How often threads take turns, in seconds: a thousandth of what is usual, so that they meet.
SWITCH_SECONDS = 5e-6


def in_threads(work: t.Callable[[int], Answer], count: int = 8) -> list[Answer]:
    """Call ``work`` with 0, 1, 2 … in as many threads, which start together.

    Returns:
        What each call returned, in order; the error of one is raised.
    """
    gate = threading.Barrier(count)

    def begin(number: int) -> Answer:
        gate.wait()
        return work(number)

    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        with ThreadPoolExecutor(count) as pool:
            return list(pool.map(begin, range(count)))
    finally:
        sys.setswitchinterval(before)


__all__ = ["in_threads"]
