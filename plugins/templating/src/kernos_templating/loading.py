"""Where templates come from: the application's folder, then each blueprint's.

Source: Flask's page "Blueprints and Views", "Templates".
"""

from __future__ import annotations

import os
import typing as t

from jinja2 import BaseLoader, FileSystemLoader, TemplateNotFound

from kernos_templating.explaining import Attempt, Source, explain_attempts, places, searched

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    import jinja2

    from kernos import Blueprint, Kernos


class DispatchingJinjaLoader(BaseLoader):
    """Look into the application's loader, then into those of its blueprints, in order.

    Args:
        app: The application; with its EXPLAIN_TEMPLATE_LOADING, each search is logged.
    """

    def __init__(self, app: Kernos) -> None:
        self.app = app

    def get_source(self, environment: jinja2.Environment, template: str) -> Source:
        """Return the source of the first template of that name.

        Raises:
            TemplateNotFound: There is none; the message has the places searched.
        """
        if self.app.config["EXPLAIN_TEMPLATE_LOADING"]:
            return self._explained(environment, template)
        for _, loader in self.loaders():
            try:
                return loader.get_source(environment, template)
            except TemplateNotFound:
                continue
        raise self._not_found(template)

    def _explained(self, environment: jinja2.Environment, template: str) -> Source:
        """Ask every loader, also behind the first that has the template, and tell."""
        attempts: list[Attempt] = []
        for holder, loader in self.loaders():
            try:
                source: Source | None = loader.get_source(environment, template)
            except TemplateNotFound:
                source = None
            attempts.append((loader, holder, source))
        self.app.logger.info(explain_attempts(template, attempts))
        for _, _, source in attempts:
            if source is not None:
                return source
        raise self._not_found(template)

    def _not_found(self, template: str) -> TemplateNotFound:
        return TemplateNotFound(template, f"{template} {searched(self.searchpath)}")

    @property
    def searchpath(self) -> list[str]:
        """The places that are searched, in order."""
        return [place for _, loader in self.loaders() for place in places(loader)]

    def loaders(self) -> Iterator[tuple[Kernos | Blueprint, BaseLoader]]:
        """Yield the loaders and whose they are, in the order in which they are asked."""
        holders: list[Kernos | Blueprint] = [self.app, *self.app.iter_blueprints()]
        for holder in holders:
            loader = loader_of(holder)
            if loader is not None:
                yield holder, loader

    def list_templates(self) -> list[str]:
        """Return the names of all templates, each once, sorted."""
        return sorted({name for _, loader in self.loaders() for name in loader.list_templates()})


def loader_of(holder: Kernos | Blueprint) -> BaseLoader | None:
    """Return an application's or a blueprint's own loader, which it may override."""
    try:
        return t.cast("BaseLoader | None", holder.jinja_loader)
    except AttributeError as error:
        if error.name != "jinja_loader":
            raise
        return folder_loader(holder)  # no engine of the application's is Jinja


def folder_loader(holder: Kernos | Blueprint) -> FileSystemLoader | None:
    """Return a loader of a holder's template folder, None where it has none."""
    if holder.template_folder is None:
        return None
    return FileSystemLoader(os.path.join(holder.root_path, holder.template_folder))
