"""Classes that notice when one of their methods is replaced."""

from __future__ import annotations

import typing as t
from abc import ABCMeta


class WatchedClass(ABCMeta):
    """The class of classes whose methods the kernel may go around.

    Serving a request takes shorter ways than a context's ``push`` or a response's
    ``set_data``. Extensions and tracers wrap such methods, on the class and at any time,
    and expect theirs to be called; to compare the methods at each request would cost as
    much as the short ways save.

    It is an ABC's class, so that a class may be both. ``isinstance`` asks no registry.
    """

    #: The methods that are not those of the class that watches them.
    _replaced: frozenset[str]
    #: Whether there are none.
    _is_stock: bool
    #: The names of those methods, and what they are in the class that watches them.
    _own: dict[str, object] = {}  # noqa: RUF012 - each class that watches has its own

    #: Whether a subclass's own method counts as replaced, or only what it is wrapped in.
    _overriding_replaces = True

    __instancecheck__ = type.__instancecheck__
    __subclasscheck__ = type.__subclasscheck__

    def __init__(
        cls,
        name: str,
        bases: tuple[type, ...],
        namespace: dict[str, t.Any],
        watched: tuple[str, ...] = (),
        **kwargs: t.Any,
    ) -> None:
        super().__init__(name, bases, namespace, **kwargs)
        if watched:
            cls._own = {one: getattr(cls, one, None) for one in watched}
        elif not cls._overriding_replaces:
            cls._own = {one: namespace.get(one, own) for one, own in cls._own.items()}
        cls._compare()

    def __new__(
        mcs,
        name: str,
        bases: tuple[type, ...],
        namespace: dict[str, t.Any],
        watched: tuple[str, ...] = (),  # noqa: ARG004 - the constructor's
        **kwargs: t.Any,
    ) -> t.Any:
        return super().__new__(mcs, name, bases, namespace, **kwargs)

    def __setattr__(cls, name: str, value: object) -> None:
        super().__setattr__(name, value)
        if name in cls._own:
            cls._compare()

    def __delattr__(cls, name: str) -> None:
        super().__delattr__(name)
        if name in cls._own:
            cls._compare()

    def _note_replaced(cls) -> None:
        """Do what is to be done when something was replaced, or put back."""

    def _compare(cls) -> None:
        replaced = frozenset(
            name for name, method in cls._own.items() if getattr(cls, name, None) is not method
        )
        type.__setattr__(cls, "_replaced", replaced)
        type.__setattr__(cls, "_is_stock", not replaced)
        cls._note_replaced()
        subclasses: list[t.Any] = cls.__subclasses__()
        for subclass in subclasses:
            if isinstance(subclass, WatchedClass):  # a lookout's leaf is none
                subclass._compare()
