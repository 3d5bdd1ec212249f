"""What ``g`` stands for."""

from __future__ import annotations

import typing as t

from kernos.globals import _cv_current_app

_sentinel = object()


class AppGlobals:
    """A namespace for the length of one application context: what ``g`` stands for."""

    if t.TYPE_CHECKING:  # any attribute may be set

        def __setattr__(self, name: str, value: t.Any) -> None: ...

    def __getattr__(self, name: str) -> t.Any:
        raise AttributeError(name)

    def __delattr__(self, name: str) -> None:
        try:
            del self.__dict__[name]
        except KeyError:
            raise AttributeError(name) from None

    def get(self, name: str, default: t.Any = None) -> t.Any:
        """Return an attribute, or ``default``."""
        return self.__dict__.get(name, default)

    def pop(self, name: str, default: t.Any = _sentinel) -> t.Any:
        """Remove an attribute and return it, or ``default``.

        Raises:
            KeyError: There is none, and no default.
        """
        if default is _sentinel:
            return self.__dict__.pop(name)
        return self.__dict__.pop(name, default)

    def setdefault(self, name: str, default: t.Any = None) -> t.Any:
        """Return an attribute, which is set to ``default`` if it is missing."""
        return self.__dict__.setdefault(name, default)

    def __contains__(self, name: str) -> bool:
        return name in self.__dict__

    def __iter__(self) -> t.Iterator[str]:
        return iter(self.__dict__)

    #: What ``repr`` calls it.
    _shown_as: t.ClassVar[str] = "kernos.g"

    def __repr__(self) -> str:
        ctx = _cv_current_app.get(None)
        if ctx is not None:
            return f"<{self._shown_as} of {ctx.app.name!r}>"
        return object.__repr__(self)
