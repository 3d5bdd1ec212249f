"""Whether a context class still has the kernel's own methods."""

from __future__ import annotations

import typing as t


class ContextClass(type):
    """The class of the context classes: it notices when a method is replaced.

    Serving a request takes a shorter way than ``push`` and ``pop``. Extensions and tracers
    wrap these methods, on the class and at any time, and expect theirs to be called; to
    compare the methods at each request would cost as much as the short way saves.
    """

    #: The methods that serving goes around and that are not the kernel's own any more.
    replaced: frozenset[str]
    #: Whether there are none.
    is_stock: bool
    #: The names of those methods, and what they are in the kernel's class.
    _own: dict[str, object]

    def __init__(
        cls,
        name: str,
        bases: tuple[type, ...],
        namespace: dict[str, t.Any],
        watched: tuple[str, ...] = (),
    ) -> None:
        super().__init__(name, bases, namespace)
        if watched:
            cls._own = {one: getattr(cls, one) for one in watched}
        cls._compare()

    def __new__(
        mcs,
        name: str,
        bases: tuple[type, ...],
        namespace: dict[str, t.Any],
        watched: tuple[str, ...] = (),  # noqa: ARG004 - the constructor's
    ) -> t.Any:
        return super().__new__(mcs, name, bases, namespace)

    def __setattr__(cls, name: str, value: object) -> None:
        super().__setattr__(name, value)
        if name in cls._own:
            cls._compare()

    def __delattr__(cls, name: str) -> None:
        super().__delattr__(name)
        if name in cls._own:
            cls._compare()

    def _compare(cls) -> None:
        replaced = frozenset(
            name for name, method in cls._own.items() if getattr(cls, name) is not method
        )
        type.__setattr__(cls, "replaced", replaced)
        type.__setattr__(cls, "is_stock", not replaced)
        subclasses: t.Any = cls.__subclasses__()
        for subclass in subclasses:
            subclass._compare()
