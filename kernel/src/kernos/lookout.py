"""Changes to classes, noticed: what goes around their methods must do so no longer.

A :class:`WatchedClass` compares when one of its methods is replaced. A :class:`Lookout` keeps
what was found out about any classes, for as long as they do not change. A :class:`Flag` is
taken back when one of the first kind changes.

An extension may put its own method on a class at any time, and expects it to be called from
the next request on. To compare a dozen methods would cost every request, and CPython knows
more cheaply: in ``type.__flags__`` it marks a class whose attributes are in its
method cache, and a change to the class, or to one that it derives from, takes the mark away
(``Py_TPFLAGS_VALID_VERSION_TAG`` in the C API's page on type objects). A class that derives
from those that matter, and on which nobody else looks anything up, keeps its mark until then.

CPython does so up to 3.12. Where a Python keeps no marks, everything is found out each time.
"""

from __future__ import annotations

import operator
import threading
import typing as t
import weakref
from abc import ABCMeta
from functools import cache

_MARK = 1 << 19
#: Held while something is found out, so that no thread keeps what another knows to be old.
_looking = threading.RLock()


class _Root:
    """What a leaf derives from at first: from ``object`` alone it could not be moved."""


class _NoLeaf:
    """Stands for a leaf where there is none: it always seems to have changed."""

    __flags__ = -1


_NO_LEAF = _NoLeaf()


class Lookout:
    """Looks out for changes to classes, and to those that they derive from.

    ``lookout.leaf.__flags__ == lookout.seen`` tells that there were none since
    :meth:`look`, whose finding is ``found``. Whoever asks at each request writes that out.

    Args:
        kinds: The classes. Those that cannot have an heir in common seem to change always.
    """

    __slots__ = ("found", "kinds", "leaf", "seen")

    def __init__(self, *kinds: type) -> None:
        self.kinds = kinds
        self.leaf: t.Any = _leaf_of(kinds) if kinds and _marks_classes() else _NO_LEAF
        self.seen = 0
        self.found: t.Any = None

    @property
    def keeps_watch(self) -> bool:
        """Whether a change is noticed; if not, all seems to have changed always."""
        return self.leaf is not _NO_LEAF

    def look(self, find_out: t.Callable[[], t.Any]) -> t.Any:
        """Find out about the classes as they are now.

        Args:
            find_out: Asks the classes; its result is kept, and returned.
        """
        if self.leaf is _NO_LEAF:
            return find_out()
        with _looking:
            self.seen = 0
            seen = _mark(self.leaf)  # before: what changes meanwhile is looked at again
            self.found = found = find_out()
            self.seen = seen
            return found


def are_same(some: tuple[t.Any, ...], others: tuple[t.Any, ...]) -> bool:
    """Tell whether two tuples hold the same objects; what wraps one may well equal it."""
    return len(some) == len(others) and all(map(operator.is_, some, others))


def _mark(leaf: t.Any) -> int:
    """Have a leaf marked, and return its flags then; 0 where it is not marked."""
    getattr(leaf, "no such name", None)  # that it is missed goes into the cache
    flags: int = leaf.__flags__
    return flags if flags > 0 and flags & _MARK else 0


def _leaf_of(kinds: tuple[type, ...]) -> t.Any:
    # To make it of the classes would call their metaclass, and their __init_subclass__.
    leaf = type("_Leaf", (_Root,), {"__doc__": "Nobody looks anything up here."})
    try:
        leaf.__bases__ = kinds
    except TypeError:
        return _NO_LEAF
    return leaf


@cache
def _marks_classes() -> bool:
    """Tell, from trying it, whether this Python keeps the marks."""

    class Parent:
        def method(self) -> None: ...

    class Child(Parent): ...

    leaf = _leaf_of((Child,))
    for kind, name in ((Child, "method"), (Parent, "method"), (Parent, "__call__")):
        seen = _mark(leaf)
        setattr(kind, name, lambda self: None)
        Child().method()  # whoever uses the class itself marks that alone
        if not seen or leaf.__flags__ == seen:
            return False
    return True


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


class Flag:
    """An attribute that is True of some objects until it is taken back from all at once.

    So they keep what was found out about classes of which each change is told.

    Args:
        name: The attribute's name; where it is not True, the class says False.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._raised: weakref.WeakSet[t.Any] = weakref.WeakSet()
        self._lock = threading.RLock()
        #: How often it was taken back.
        self.times_taken_back = 0

    def raise_on(self, one: t.Any, since: int) -> None:
        """Make it True of an object, unless it was taken back since something was found out.

        Args:
            one: The object.
            since: :attr:`times_taken_back` before the finding out.
        """
        with self._lock:
            if since == self.times_taken_back:
                self._raised.add(one)
                setattr(one, self._name, True)

    def take_back(self) -> None:
        """Make it False of all."""
        with self._lock:
            self.times_taken_back += 1
            for one in self._raised:
                setattr(one, self._name, False)
            self._raised.clear()


#: Of applications whose sessions may be opened late: no class that keeps any has changed.
SESSIONS_WAIT = Flag("_sessions_wait")
