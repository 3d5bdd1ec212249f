"""Where templates come from: the application's folder, then each blueprint's.

Source: Flask's page "Blueprints and Views", "Templates".
"""

from __future__ import annotations

import typing as t

from jinja2 import BaseLoader
from jinja2 import FileSystemLoader
from jinja2 import TemplateNotFound

from kernos import has_request_context
from kernos import request

if t.TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterator

    import jinja2

    from kernos import Blueprint
    from kernos import Kernos

#: Where it is documented in which folders templates are looked for.
BLUEPRINT_TEMPLATES = "https://flask.palletsprojects.com/blueprints/#templates"

Source = tuple[str, t.Union[str, None], t.Union["Callable[[], bool]", None]]


class DispatchingJinjaLoader(BaseLoader):
    """Look into the application's loader, then into those of its blueprints, in order."""

    def __init__(self, app: Kernos) -> None:
        self.app = app

    def get_source(self, environment: jinja2.Environment, template: str) -> Source:
        """Return the source of the first template of that name.

        Raises:
            TemplateNotFound: There is none; the message has the places searched.
        """
        explain = bool(self.app.config["EXPLAIN_TEMPLATE_LOADING"])
        attempts: list[tuple[BaseLoader, Kernos | Blueprint, Source | None]] = []
        found: Source | None = None
        for holder, loader in self._iter_loaders():
            try:
                source: Source | None = loader.get_source(environment, template)
            except TemplateNotFound:
                source = None
            attempts.append((loader, holder, source))
            found = found or source
            if found is not None and not explain:
                break
        if explain:
            self.app.logger.info(explain_attempts(template, attempts))
        if found is None:
            raise TemplateNotFound(template, _not_found(template, attempts))
        return found

    def _iter_loaders(self) -> Iterator[tuple[Kernos | Blueprint, BaseLoader]]:
        holders: list[Kernos | Blueprint] = [self.app, *self.app.iter_blueprints()]
        for holder in holders:
            loader = holder.jinja_loader
            if loader is not None:
                yield holder, loader

    def list_templates(self) -> list[str]:
        """Return the names of all templates, each once, sorted."""
        names: set[str] = set()
        for _, loader in self._iter_loaders():
            names.update(loader.list_templates())
        return sorted(names)


def _places(loader: BaseLoader) -> list[str]:
    """Return what a loader searches, as a person would say it."""
    if isinstance(loader, FileSystemLoader):
        return [str(path) for path in loader.searchpath]
    return [f"{type(loader).__name__}"]


def _not_found(template: str, attempts: list[tuple[t.Any, t.Any, t.Any]]) -> str:
    places = [place for loader, _, _ in attempts for place in _places(loader)]
    searched = ", ".join(places) if places else "no folder: none is set"
    return f"{template} (searched: {searched})"


def explain_attempts(
    template: str, attempts: list[tuple[BaseLoader, t.Any, Source | None]]
) -> str:
    """Return the text that EXPLAIN_TEMPLATE_LOADING logs for one template."""
    lines = [f"Locating template {template!r}:"]
    found = 0
    for number, (loader, holder, source) in enumerate(attempts, 1):
        kind = "application" if not hasattr(holder, "register") else "blueprint"
        where = f" ({holder.import_name})" if kind == "blueprint" else ""
        lines.append(f"{number:5}: trying loader of {kind} {holder.name!r}{where}")
        lines.append(f"       class: {type(loader).__module__}.{type(loader).__name__}")
        lines += [f"       place: {place}" for place in _places(loader)]
        if source is None:
            lines.append("       -> no match")
        else:
            found += 1
            lines.append(f"       -> found ({source[1] or 'a string'!r})")
    if found == 0:
        lines.append("Error: the template could not be found.")
    elif found > 1:
        lines.append("Warning: multiple loaders returned a match for the template;")
        lines.append("         the first of them was taken.")
    blueprint = request.blueprint if has_request_context() else None
    if blueprint is not None and found != 1:
        lines.append(
            "  The template was looked up from an endpoint that belongs to the blueprint"
            f" {blueprint!r}."
        )
        lines.append("  Is it in the blueprint's own template folder, and is that one set?")
        lines.append(f"  See {BLUEPRINT_TEMPLATES}")
    return "\n".join(lines)
