"""A session that notices its changes."""

from __future__ import annotations

import typing as t

from kernos.contracts import SessionMixin

_missing = object()


class TrackedSession(dict, SessionMixin):  # type: ignore[type-arg]
    """A dictionary whose ``modified`` turns True when it is changed.

    Changes inside a value that is itself mutable go unnoticed: set ``modified`` then.
    ``accessed`` is the request context's to set, when somebody takes the session.
    """

    new = False
    modified = False
    accessed = False

    def __setitem__(self, key: str, value: t.Any) -> None:
        super().__setitem__(key, value)
        self.modified = True

    def __delitem__(self, key: str) -> None:
        super().__delitem__(key)
        self.modified = True

    def clear(self) -> None:
        """Remove all; the cookie goes too, unless something is written again."""
        super().clear()
        self.modified = True

    def pop(self, key: str, default: t.Any = _missing) -> t.Any:
        """Remove a value and return it, or the default.

        Raises:
            KeyError: There is neither.
        """
        if key not in self:
            return super().pop(key) if default is _missing else default
        value = super().pop(key)
        self.modified = True
        return value

    def popitem(self) -> tuple[str, t.Any]:
        """Remove the value that was added last; return its key and it."""
        item = super().popitem()
        self.modified = True
        return item

    def setdefault(self, key: str, default: t.Any = None) -> t.Any:
        """Return a value, which is set to ``default`` if it is missing."""
        if key not in self:
            self.modified = True
        return super().setdefault(key, default)

    def update(self, *args: t.Any, **kwargs: t.Any) -> None:
        """Take the values of a mapping, of pairs, of keywords."""
        super().update(*args, **kwargs)
        self.modified = True

    def __ior__(self, other: t.Any) -> t.Self:  # type: ignore[misc]
        self.update(other)
        return self

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {super().__repr__()}>"


__all__ = ["TrackedSession"]
