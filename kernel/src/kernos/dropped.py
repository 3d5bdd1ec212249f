"""Attributes that Flask 2.2 documents and Flask 3 dropped: they work, and warn."""

from __future__ import annotations

import typing as t
import warnings


class Dropped:
    """A deprecated attribute; absent where a class says ``_shows_dropped = False``.

    Programs probe for such names to tell Flask's version, so that under Flask's own
    name the attribute must not be there at all.
    """

    def __init__(self, instead: str) -> None:
        self.instead = instead

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: t.Any, owner: type) -> t.Any:
        own = {} if instance is None else instance.__dict__
        if self.name not in own and not getattr(owner, "_shows_dropped", True):
            raise AttributeError(f"{owner.__name__!r} has no attribute {self.name!r}")
        return own.get(self.name)

    def __set__(self, instance: t.Any, value: t.Any) -> None:
        if getattr(type(instance), "_shows_dropped", True):
            warnings.warn(
                f"{self.name!r} is deprecated: use {self.instead} instead.",
                DeprecationWarning,
                stacklevel=2,
            )
        instance.__dict__[self.name] = value
