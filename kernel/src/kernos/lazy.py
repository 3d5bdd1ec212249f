"""Attributes that are made when they are first read: an object's, and a module's."""

from __future__ import annotations

import importlib
import typing as t

T = t.TypeVar("T")

_set_attribute = object.__setattr__


class lazy(t.Generic[T]):  # noqa: N801 - used as a decorator, like property
    """Make an attribute of a method that is called at the first read only.

    The value is then an attribute of the instance: later reads cost nothing,
    and assigning or deleting it works as for any attribute. Two threads that read at
    the same time may both call the method; the last value stays.
    """

    def __init__(self, make: t.Callable[[t.Any], T]) -> None:
        self.make = make
        self.name = make.__name__
        self.home: type | None = None
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name
        self.home = owner

    @t.overload
    def __get__(self, instance: None, owner: type) -> t.Self: ...

    @t.overload
    def __get__(self, instance: object, owner: type) -> T: ...

    def __get__(self, instance: object | None, owner: type) -> T | t.Self:
        if instance is None:
            return self
        value = self.make(instance)
        # To read an attribute like this one on a class takes a call.
        at_home = owner is self.home and owner.__dict__.get(self.name) is self
        if at_home or getattr(owner, self.name) is self:
            # Once `__dict__` is touched, all attributes of the instance are read more slowly.
            _set_attribute(instance, self.name, value)
        else:  # a subclass has a property of this name, and asks for ours
            instance.__dict__[self.name] = value
        return value


def lazy_names(
    namespace: dict[str, t.Any], homes: t.Mapping[str, str]
) -> t.Callable[[str], t.Any]:
    """Return a module's ``__getattr__``, which imports names when they are first used.

    What an application never uses, its start does not wait for (PEP 562). The import
    system's own locks make that safe in threads.

    Args:
        namespace: The module's ``vars()``, where the names are kept.
        homes: Where the names are: ``module``, or ``module:name`` where it has another
            name there. A submodule that has the name itself is returned whole.
    """

    def get(name: str) -> t.Any:
        if name not in homes:
            module_name = namespace["__name__"]
            raise AttributeError(f"module {module_name!r} has no attribute {name!r}")
        home, _, there = homes[name].partition(":")
        found: t.Any = importlib.import_module(home, namespace["__package__"])
        if there or home.rpartition(".")[2] != name:
            found = getattr(found, there or name)
        namespace[name] = found
        return found

    return get


__all__ = ["lazy", "lazy_names"]
