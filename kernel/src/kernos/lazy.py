"""An attribute that is made when it is first read."""

from __future__ import annotations

import typing as t

T = t.TypeVar("T")


class lazy(t.Generic[T]):  # noqa: N801 - used as a decorator, like property
    """Make an attribute of a method that is called at the first read only.

    The value then stands in the instance's ``__dict__``: later reads cost nothing,
    and assigning or deleting it works as for any attribute. Two threads that read at
    the same time may both call the method; the last value stays.
    """

    def __init__(self, make: t.Callable[[t.Any], T]) -> None:
        self.make = make
        self.name = make.__name__
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @t.overload
    def __get__(self, instance: None, owner: type) -> t.Self: ...

    @t.overload
    def __get__(self, instance: object, owner: type) -> T: ...

    def __get__(self, instance: object | None, owner: type) -> T | t.Self:
        if instance is None:
            return self
        value = self.make(instance)
        instance.__dict__[self.name] = value
        return value
