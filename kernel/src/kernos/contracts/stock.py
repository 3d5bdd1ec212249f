"""Whether an object has what its class was written with, where a short way does without."""

from __future__ import annotations

from kernos.lookout import Lookout, are_same

#: How many classes are remembered: a program may make more, and forget them.
_KNOWN_LIMIT = 64


class Stock:
    """What a short way does not ask an object, a request say, as one class has it.

    Classes and objects are changed at any moment, so that both are asked each time.

    Args:
        kind: The class.
        names: Its attributes.
        own: What is in the place of one when an object has it of its own.
    """

    def __init__(self, kind: type, names: tuple[str, ...], own: tuple[str, ...]) -> None:
        self._names = names
        self._values = self._read(kind)
        self._own = own
        self._lookouts: dict[type, Lookout] = {}

    def is_in(self, one: object) -> bool:
        """Tell whether an object and its class have nothing in their place."""
        kind = type(one)
        lookout = self._lookouts.get(kind)
        if lookout is None or lookout.leaf.__flags__ != lookout.seen:
            if not self._look_at(kind):
                return False
        elif not lookout.found:
            return False
        state = one.__dict__  # which an object of another class need not have
        for name in self._own:
            if name in state:
                return False
        return True

    def _look_at(self, kind: type) -> bool:
        lookout = self._lookouts.get(kind)
        if lookout is None:
            if len(self._lookouts) >= _KNOWN_LIMIT:
                self._lookouts = {}
            lookout = self._lookouts[kind] = Lookout(kind)
        return bool(lookout.look(lambda: self._is_in_class(kind)))

    def _is_in_class(self, kind: type) -> bool:
        try:
            return are_same(self._read(kind), self._values)
        except AttributeError:
            return False

    def _read(self, kind: type) -> tuple[object, ...]:
        return tuple([getattr(kind, name) for name in self._names])


__all__ = ["Stock"]
