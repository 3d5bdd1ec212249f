"""Templates as Python's format strings: ``{name}``, ``{name.part[key]}``, ``{name|filter}``."""

from __future__ import annotations

import os
import string
import typing as t
import weakref

from werkzeug.security import safe_join

from kernos.contracts import template_folders

if t.TYPE_CHECKING:
    from kernos.app import Kernos


class MissingTemplate(LookupError):
    """There is no template of that name; the message has the places searched."""


class _Formatter(string.Formatter):
    """A formatter that knows filters; unlike its parent it takes no positions."""

    def __init__(self, filters: t.Mapping[str, t.Callable[..., t.Any]]) -> None:
        self.filters = filters

    def get_field(
        self, field_name: str, args: t.Sequence[t.Any], kwargs: t.Mapping[str, t.Any]
    ) -> tuple[t.Any, str]:
        name, *filters = field_name.split("|")
        value, first = super().get_field(name, args, kwargs)
        for one in filters:
            value = self.filters[one](value)
        return value, t.cast(str, first)


class MemoryTemplate:
    """A template that is ready to render."""

    def __init__(self, engine: MemoryTemplates, source: str, name: str | None = None) -> None:
        self.name = name
        self.source = source
        self._engine = engine

    def render(self, context: t.Mapping[str, t.Any], /) -> str:
        """Return the whole text."""
        return "".join(self.stream(context))

    def stream(self, context: t.Mapping[str, t.Any], /) -> t.Iterator[str]:
        """Yield the text field by field."""
        names = self._engine.app.template_names
        formatter = _Formatter(names.filters)
        values = {**names.globals, **context}
        for text, field, spec, conversion in formatter.parse(self.source):
            if text:
                yield text
            if field is not None:
                value, _ = formatter.get_field(field, (), values)
                value = formatter.convert_field(value, t.cast("t.Any", conversion))
                yield formatter.format_field(value, spec or "")


class MemoryTemplates:
    """Find templates in :attr:`sources`, then in the template folders.

    Args:
        app: The application; its template names are read at each rendering.
    """

    suffixes: tuple[str, ...] = (".txt",)

    def __init__(self, app: Kernos) -> None:
        self.app = t.cast("Kernos", weakref.proxy(app))
        #: Templates by name, to be filled by a test.
        self.sources: dict[str, str] = {}
        for kind, names in app.contributions("template_names").items():
            table = getattr(app.template_names, kind)
            for name, value in names.items():
                table.setdefault(name, value)

    def get_template(self, name: str) -> MemoryTemplate:
        """Return the template called ``name``."""
        if name in self.sources:
            return MemoryTemplate(self, self.sources[name], name)
        folders = template_folders(self.app)
        for folder in folders:
            path = safe_join(folder, name)
            if path is not None and os.path.isfile(path):
                with open(path, encoding="utf-8") as file:
                    return MemoryTemplate(self, file.read(), name)
        places = ", ".join(["memory", *folders])
        raise MissingTemplate(f"There is no template {name!r} in: {places}.")

    def from_string(self, source: str) -> MemoryTemplate:
        """Return a template made of ``source``."""
        return MemoryTemplate(self, source)
