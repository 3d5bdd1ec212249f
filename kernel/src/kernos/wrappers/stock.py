"""Whether a request is as it came, in what a short way does without."""

from __future__ import annotations

import typing as t
from operator import attrgetter


class Stock:
    """What a short way does not ask a request, as the kernel has it.

    It is compared each time: classes and requests are changed at any moment.

    Args:
        kind: The kernel's class.
        names: Its attributes.
        own: What is in the place of one when a request has it of its own.
    """

    def __init__(self, kind: type, names: tuple[str, ...], own: tuple[str, ...]) -> None:
        self._read = attrgetter(*names)
        self._values: t.Any = self._read(kind)
        self._own = frozenset(own)

    def is_in(self, request: object) -> bool:
        """Tell whether a request and its class have nothing in their place."""
        return self._own.isdisjoint(request.__dict__) and bool(
            self._read(type(request)) == self._values
        )
