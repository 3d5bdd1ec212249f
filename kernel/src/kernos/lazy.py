"""Attributes that are made when they are first read: an object's, and a module's."""

from __future__ import annotations

import importlib
import sys
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


def lazy_names(package: str, homes: t.Mapping[str, str]) -> t.Callable[[str], t.Any]:
    """Return a package's ``__getattr__``, which imports names when they are first used.

    What an application never uses, its start does not wait for (PEP 562). The import
    system's own locks make that safe in threads.

    Args:
        package: Its name.
        homes: The modules that the names are in; a module that is itself the name is
            returned whole.
    """

    def get(name: str) -> t.Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module = importlib.import_module(homes[name])
        is_module = homes[name] == f"{package}.{name}"
        found = sys.modules[package].__dict__[name] = (
            module if is_module else getattr(module, name)
        )
        return found

    return get
