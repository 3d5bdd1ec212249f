"""The template engine: Mako, whose templates are Python."""

from __future__ import annotations

import threading
import typing as t
import weakref
from functools import lru_cache

from kernos_templating_mako.folders import Folders
from kernos_templating_mako.names import Names

if t.TYPE_CHECKING:
    from kernos import Kernos
    from kernos_templating_mako.lookup import Lookup, MakoTemplate

#: How many templates that were given as text are kept compiled.
LIMIT = 256


class MakoEngine:
    """Load templates by Mako. One instance serves all threads.

    Args:
        app: The application that it renders for.
    """

    suffixes: tuple[str, ...] = (".mako",)

    def __init__(self, app: Kernos) -> None:
        self._app = t.cast("Kernos", weakref.proxy(app))
        self._names = Names(self._app)
        self._lock = threading.Lock()
        self._made: Lookup | None = None
        self._compile = lru_cache(maxsize=LIMIT)(self._compile_text)

    @property
    def lookup(self) -> Lookup:
        """Mako's lookup, made for the first template; an application may have none of Mako's."""
        if self._made is None:
            with self._lock:
                if self._made is None:
                    from kernos_templating_mako.lookup import Lookup

                    self._made = Lookup(Folders(self._app), self._reloads)
        return self._made

    def get_template(self, name: str) -> MakoTemplate:
        """Return the template called ``name``.

        Raises:
            TemplateMissing: There is none; a LookupError that names the places searched.
            mako.exceptions.MakoException: It cannot be compiled; the message says where.
        """
        return self.lookup.make(self.lookup.get_template(name), name, self._names)

    def from_string(self, source: str) -> MakoTemplate:
        """Return a template made of ``source``, compiled once while it is in use."""
        return self.lookup.make(self._compile(source), None, self._names)

    def _compile_text(self, source: str) -> t.Any:
        return self.lookup.compile(source)

    def _reloads(self) -> bool:
        reload = self._app.config["TEMPLATES_AUTO_RELOAD"]
        return bool(self._app.debug if reload is None else reload)


__all__ = ["LIMIT", "MakoEngine"]
