"""Which files belong to an application, within bounds that keep doctor quick."""

from __future__ import annotations

import os
import typing as t

if t.TYPE_CHECKING:
    from kernos import Kernos

#: More files than one looks at in a second; what is beyond goes unread.
LIMIT_FILES = 5_000
LIMIT_BYTES = 1_000_000
SKIPPED = frozenset({".git", ".venv", "venv", "node_modules", "site-packages", "__pycache__"})


def walk(
    folder: str, skipped: t.Container[str] = SKIPPED, limit: float = LIMIT_FILES
) -> t.Iterator[str]:
    """Yield the paths below a folder, ``limit`` at most, without following links."""
    count = 0
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in skipped)
        for name in sorted(files):
            count += 1
            if count > limit:
                return
            yield os.path.join(root, name)


def python_sources(app: Kernos) -> t.Iterator[str]:
    """Yield the Python files of an application: of its package, or its one module."""
    import sys

    if not os.path.isfile(os.path.join(app.root_path, "__init__.py")):
        file = getattr(sys.modules.get(app.import_name), "__file__", None)
        if file and file.endswith(".py") and os.path.isfile(file):
            yield file
        return
    for path in walk(app.root_path):
        if path.endswith(".py") and os.path.getsize(path) <= LIMIT_BYTES:
            yield path


def template_folders(app: Kernos) -> list[str]:
    """Return the folders of templates that exist, the application's and its blueprints'."""
    found = []
    for holder in (app, *app.iter_blueprints()):
        if holder.template_folder:
            path = os.path.join(holder.root_path, holder.template_folder)
            if os.path.isdir(path) and path not in found:
                found.append(path)
    return found


def static_folders(app: Kernos) -> list[str]:
    """Return the folders of static files that exist, the application's and its blueprints'."""
    found = []
    for holder in (app, *app.iter_blueprints()):
        path = holder.static_folder
        if path and os.path.isdir(path) and path not in found:
            found.append(path)
    return found


def is_within(path: str, folder: str) -> bool:
    """Tell whether a path lies in a folder, or is it, links resolved."""
    path, folder = os.path.realpath(path), os.path.realpath(folder)
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def others_may(path: str, bits: int) -> bool:
    """Tell whether a folder's mode has one of the bits; False where it is not there."""
    try:
        return bool(os.stat(path).st_mode & bits)
    except OSError:
        return False
