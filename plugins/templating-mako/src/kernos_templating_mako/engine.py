"""The template engine: Mako, whose templates are Python."""

from __future__ import annotations

import typing as t
import weakref
from functools import lru_cache
from types import TracebackType

from mako.exceptions import RichTraceback  # type: ignore[import-untyped]
from mako.exceptions import TopLevelLookupException
from mako.lookup import TemplateLookup  # type: ignore[import-untyped]
from mako.template import Template  # type: ignore[import-untyped]

from kernos_templating_mako.folders import Folders
from kernos_templating_mako.names import Names

if t.TYPE_CHECKING:
    from kernos import Kernos

#: Every expression is escaped; ``| n`` prints one as it is.
OPTIONS: dict[str, t.Any] = {"default_filters": ["h"]}

#: How many templates that were given as text are kept compiled.
LIMIT = 256


class MakoTemplate:
    """A template that is ready to render.

    Args:
        template: Mako's own.
        name: The name it was loaded by; None when it came from a string.
        names: What it can use beside the context.
    """

    def __init__(self, template: Template, name: str | None, names: Names) -> None:
        self.template = template
        self.name = name
        self._names = names

    def render(self, context: t.Mapping[str, t.Any], /) -> str:
        """Return the whole text.

        Raises:
            Exception: What the template's Python raises, with a note that says where.
        """
        try:
            text: str = self.template.render_unicode(**{**self._names.now(), **context})
        except Exception as error:
            _say_where(error)
            raise
        return text

    def stream(self, context: t.Mapping[str, t.Any], /) -> t.Iterator[str]:
        """Yield the whole text as one piece: Mako renders in one go."""
        yield self.render(context)


class Lookup(TemplateLookup):  # type: ignore[misc]  # Mako has no types
    """Mako's lookup, in the folders of an application instead of its own.

    Args:
        folders: The folders.
        reloads: Tells whether files may have changed since they were read.
    """

    def __init__(self, folders: Folders, reloads: t.Callable[[], bool]) -> None:
        super().__init__(filesystem_checks=True, **OPTIONS)
        self._folders = folders
        self._reloads = reloads

    def get_template(self, uri: str) -> Template:
        """Return a template; those that include or inherit others ask for them here."""
        reloads = self._reloads()
        if not reloads and uri in self._collection:
            return self._collection[uri]
        path = self._folders.find(uri.lstrip("/"), again=reloads)
        if uri in self._collection:
            try:
                return self._check(uri, self._collection[uri])
            except TopLevelLookupException:  # it was removed, and made again elsewhere
                pass
        return self._load(path, uri)


class MakoEngine:
    """Load templates by Mako. One instance serves all threads.

    Args:
        app: The application that it renders for.
    """

    suffixes: tuple[str, ...] = (".mako",)

    def __init__(self, app: Kernos) -> None:
        self._app = t.cast("Kernos", weakref.proxy(app))
        self._names = Names(self._app)
        self.lookup = Lookup(Folders(self._app), self._reloads)
        self._compile = lru_cache(maxsize=LIMIT)(self._compile_text)

    def get_template(self, name: str) -> MakoTemplate:
        """Return the template called ``name``.

        Raises:
            TemplateMissing: There is none; a LookupError that names the places searched.
            mako.exceptions.MakoException: It cannot be compiled; the message says where.
        """
        return MakoTemplate(self.lookup.get_template(name), name, self._names)

    def from_string(self, source: str) -> MakoTemplate:
        """Return a template made of ``source``, compiled once while it is in use."""
        return MakoTemplate(self._compile(source), None, self._names)

    def _compile_text(self, source: str) -> Template:
        return Template(  # noqa: S702 - OPTIONS escape what is printed
            text=source, lookup=self.lookup, **OPTIONS
        )

    def _reloads(self) -> bool:
        reload = self._app.config["TEMPLATES_AUTO_RELOAD"]
        return bool(self._app.debug if reload is None else reload)


def _say_where(error: Exception) -> None:
    """Add a note to an error: the innermost template that it comes from, and the line."""
    innermost = None
    step = error.__traceback__
    while step is not None:
        if "_template_uri" in step.tb_frame.f_globals:  # a module that Mako compiled
            innermost = step
        step = step.tb_next
    if innermost is None:
        return
    frame = innermost.tb_frame
    uri = frame.f_globals["_template_uri"]
    alone = TracebackType(None, frame, innermost.tb_lasti, innermost.tb_lineno)
    for _, _, _, _, _, line, text, _ in RichTraceback(error, alone).records:
        name = "<string>" if uri.startswith("memory:") else uri
        error.add_note(f"in the template {name!r}, line {line}: {str(text).strip()}")


__all__ = ["LIMIT", "OPTIONS", "Lookup", "MakoEngine", "MakoTemplate"]
