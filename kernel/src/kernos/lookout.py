"""What was found out about classes, for as long as they do not change.

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
