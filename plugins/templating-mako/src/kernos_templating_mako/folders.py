"""The files of templates: in the application's folder, then in its blueprints'."""

from __future__ import annotations

import os
import typing as t

from werkzeug.security import safe_join

from kernos.contracts.templating import template_folders
from kernos.errors import KernosError

if t.TYPE_CHECKING:
    from kernos import Kernos


class TemplateMissing(KernosError, LookupError):
    """There is no template of a name; ``why`` names the places searched."""


class Folders:
    """Find templates, and remember where they are.

    Args:
        app: The application whose folders are searched.
    """

    def __init__(self, app: Kernos) -> None:
        self._app = app
        self._found: dict[str, str] = {}

    def find(self, name: str, *, again: bool) -> str:
        """Return the path of a template's file.

        Args:
            name: Relative to a template folder; it cannot lead out of it.
            again: Look for it although it was found before.

        Raises:
            TemplateMissing: There is none.
        """
        path = None if again else self._found.get(name)
        if path is None:
            path = self._found[name] = self._search(name)
        return path

    def _search(self, name: str) -> str:
        folders = template_folders(self._app)
        for folder in folders:
            path = safe_join(folder, name)
            if path is not None and "\0" not in path and os.path.isfile(path):
                return path
        raise TemplateMissing(
            f"There is no template {name!r}.",
            why=f"searched: {', '.join(folders) or 'nothing, since no template folder is set'}",
            fix=f"touch {os.path.join(folders[0] if folders else 'templates', name)}",
        )


__all__ = ["Folders", "TemplateMissing"]
