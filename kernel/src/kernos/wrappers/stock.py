"""Whether a request is as it came, in what a short way does without."""

from __future__ import annotations

import typing as t
from functools import lru_cache
from operator import attrgetter

from kernos.lookout import Lookout


class Stock:
    """What a short way does not ask a request, as the kernel has it.

    Classes and requests are changed at any moment, so that both are asked each time.

    Args:
        kind: The kernel's class.
        names: Its attributes.
        own: What is in the place of one when a request has it of its own.
    """

    def __init__(self, kind: type, names: tuple[str, ...], own: tuple[str, ...]) -> None:
        self._read = attrgetter(*names)
        self._values: t.Any = self._read(kind)
        self._own = frozenset(own)
        self._lookout_for = lru_cache(maxsize=64)(Lookout)

    def is_in(self, request: object) -> bool:
        """Tell whether a request and its class have nothing in their place."""
        if not self._own.isdisjoint(request.__dict__):
            return False
        kind: t.Any = type(request)
        lookout_for = self._lookout_for
        lookout = lookout_for(kind)
        if lookout.leaf.__flags__ != lookout.seen:
            lookout.look(lambda: self._read(kind) == self._values)
        return bool(lookout.found)
