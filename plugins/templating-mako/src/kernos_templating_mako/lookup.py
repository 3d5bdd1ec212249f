"""Mako's own part: templates, and the lookup that finds them."""

from __future__ import annotations

import typing as t
from types import TracebackType

from mako.exceptions import (  # type: ignore[import-untyped]
    RichTraceback,
    TopLevelLookupException,
)
from mako.lookup import TemplateLookup  # type: ignore[import-untyped]
from mako.template import Template  # type: ignore[import-untyped]

from kernos.contracts.compiling import COMPILING

if t.TYPE_CHECKING:
    from kernos_templating_mako.folders import Folders
    from kernos_templating_mako.names import Names

#: Every expression is escaped; ``| n`` prints one as it is.
OPTIONS: dict[str, t.Any] = {"default_filters": ["h"]}


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

    def compile(self, source: str) -> Template:
        """Return a template made of ``source``."""
        with COMPILING:
            return Template(  # noqa: S702 - OPTIONS escape what is printed
                text=source, lookup=self, **OPTIONS
            )

    def _load(self, filename: str, uri: str) -> Template:
        with COMPILING:
            return super()._load(filename, uri)

    def make(self, template: Template, name: str | None, names: Names) -> MakoTemplate:
        """Return a template of Mako's as Kernos has it."""
        return MakoTemplate(template, name, names)


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


__all__ = ["OPTIONS", "Lookup", "MakoTemplate"]
