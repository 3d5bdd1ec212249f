"""The contract of the ``templating`` slot."""

from __future__ import annotations

import os
import typing as t

if t.TYPE_CHECKING:
    from kernos.app import Kernos
    from kernos.scaffold import Scaffold


@t.runtime_checkable
class Template(t.Protocol):
    """A template that is ready to render. One instance serves all threads."""

    #: The name it was loaded by; None when it came from a string.
    name: str | None

    def render(self, context: t.Mapping[str, t.Any], /) -> str:
        """Return the whole text. ``context`` is not changed."""
        ...

    def stream(self, context: t.Mapping[str, t.Any], /) -> t.Iterator[str]:
        """Yield the text piece by piece, as it is rendered."""
        ...


@t.runtime_checkable
class TemplateEngine(t.Protocol):
    """Load templates by name or from a string.

    One instance serves all threads: keep no request's state on ``self``. Filters,
    tests and globals are read from ``app.template_names`` at each rendering, so
    that one added late is seen at once.
    """

    #: The file suffixes it renders, with the dot: ``(".html", ".txt")``.
    suffixes: tuple[str, ...]

    def get_template(self, name: str) -> Template:
        """Return the template called ``name``.

        Raises:
            LookupError: There is none; the message names the places searched.
        """
        ...

    def from_string(self, source: str) -> Template:
        """Return a template made of ``source``."""
        ...


def template_folders(app: Kernos, blueprint: str | None = None) -> list[str]:
    """Return the folders to look for templates in, in the order of looking.

    Args:
        app: The application: its own folder comes first.
        blueprint: Ask for one blueprint's folder only; None adds the folders of
            all blueprints behind the application's, in order of registration.

    Returns:
        Absolute paths; a folder need not exist.
    """
    if blueprint is not None:
        return _folder(app.blueprints[blueprint])
    found = _folder(app)
    for one in app.iter_blueprints():
        found += _folder(one)
    return found


def _folder(holder: Scaffold) -> list[str]:
    if holder.template_folder is None:
        return []
    return [os.path.join(holder.root_path, holder.template_folder)]
