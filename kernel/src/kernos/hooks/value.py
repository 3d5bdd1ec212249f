"""Values: what discovery, settings and plugins are described with."""

from __future__ import annotations

import typing as t


@t.dataclass_transform(frozen_default=True)
class Value:
    """Named values, given once: equal where all are, and usable as a key.

    A named tuple and a frozen dataclass are too, and take twenty times as long to define:
    each start of each application defines all of these.
    """

    _fields: t.ClassVar[tuple[str, ...]] = ()
    _defaults: t.ClassVar[dict[str, t.Any]] = {}

    def __init_subclass__(cls) -> None:
        cls._fields = tuple(cls.__annotations__)
        own = vars(cls)
        cls._defaults = {name: own[name] for name in cls._fields if name in own}

    def __init__(self, *values: t.Any, **named: t.Any) -> None:
        state = {**self._defaults, **dict(zip(self._fields, values, strict=False)), **named}
        in_order = self._fields[: len(values)]
        if (
            len(in_order) < len(values)
            or not named.keys().isdisjoint(in_order)
            or state.keys() != set(self._fields)
        ):
            raise TypeError(
                f"{type(self).__name__} takes {', '.join(self._fields)}; it was given "
                f"{len(values)} in order, and {', '.join(named) or 'none'} by name"
            )
        self.__dict__.update(state)

    def __setattr__(self, name: str, value: object) -> t.NoReturn:
        raise AttributeError(f"{type(self).__name__}.{name} is given once")

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash(tuple([self.__dict__[name] for name in self._fields]))

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={self.__dict__[name]!r}" for name in self._fields)
        return f"{type(self).__name__}({values})"
