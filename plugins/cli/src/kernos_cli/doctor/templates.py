"""Templates and static files."""

from __future__ import annotations

import os
import re
import stat
import typing as t

from kernos.hooks.checks import Finding, check
from kernos_cli.doctor.files import (
    LIMIT_BYTES,
    is_within,
    others_may,
    static_folders,
    template_folders,
    walk,
)

if t.TYPE_CHECKING:
    from kernos import Kernos

_SAFE = re.compile(r"\|\s*safe\b")
_UPLOADS = re.compile(r"(UPLOAD|MEDIA).*(FOLDER|DIR|DIRECTORY|PATH|DEST|ROOT)$")
WRITABLE = stat.S_IWOTH


def _environment(app: Kernos) -> t.Any:
    """Return the Jinja environment; None where no template is there to be rendered."""
    if not template_folders(app) and "create_jinja_environment" not in vars(type(app)):
        return None
    try:
        return app.jinja_env
    except Exception:
        return None


@check("K-050", "HTML templates escape what they are given", level="error")
def html_is_escaped(app: Kernos) -> t.Iterator[Finding]:
    """What a visitor wrote becomes part of the page, scripts too."""
    try:
        env = _environment(app)
        if env is None:
            return
        escape = getattr(env, "autoescape", True)
        on = escape("page.html") if callable(escape) else bool(escape)
    except Exception:
        return
    if not on:
        yield Finding("Autoescape is off for .html.", "env.autoescape = True")


@check("K-051", "No template takes a value for HTML without a look", level="info", deploy=True)
def safe_is_rare(app: Kernos) -> t.Iterator[Finding]:
    """Each ``|safe`` is a promise that nobody but the application wrote the value."""
    for folder in template_folders(app):
        for path in walk(folder):
            if os.path.getsize(path) > LIMIT_BYTES:
                continue
            with open(path, encoding="utf-8", errors="replace") as file:
                count = len(_SAFE.findall(file.read()))
            if count:
                shown = os.path.relpath(path, app.root_path)
                yield Finding(f"{shown} has {count} times '|safe'.", "Markup where it is made")


@check("K-052", "Nobody else may write templates", level="error")
def templates_are_ours(app: Kernos) -> t.Iterator[Finding]:
    """A template is code: who writes it runs it."""
    folders = template_folders(app)
    cache = getattr(getattr(_environment(app), "bytecode_cache", None), "directory", None)
    for folder in [*folders, *([cache] if isinstance(cache, str) else [])]:
        if others_may(folder, WRITABLE):
            yield Finding(f"Everybody may write into {folder}.", f"chmod o-w {folder}")


@check("K-053", "Static folders hold nothing that is hidden or elsewhere", level="error")
def static_files_are_meant(app: Kernos) -> t.Iterator[Finding]:
    """Whoever asks for ``/static/.git/config`` or a link's target may be given it."""
    for folder in static_folders(app):
        for root, folders, files in os.walk(folder):
            for name in sorted([*folders, *files]):
                path = os.path.join(root, name)
                shown = os.path.relpath(path, app.root_path)
                if name.startswith(".") and name != ".well-known":
                    yield Finding(f"{shown} is hidden, and may be served.", f"rm -r {shown}")
                elif os.path.islink(path) and not is_within(path, folder):
                    yield Finding(f"{shown} leads out of the static folder.", f"rm {shown}")
            folders[:] = [name for name in folders if not name.startswith(".")][:200]


@check("K-054", "What is uploaded is not served as static files", level="error")
def uploads_are_apart(app: Kernos) -> t.Iterator[Finding]:
    """An uploaded page runs its scripts in the name of the site."""
    for key, value in app.config.items():
        if isinstance(value, str) and _UPLOADS.search(key):
            path = os.path.join(app.root_path, value)
            if any(is_within(path, folder) for folder in static_folders(app)):
                yield Finding(f"{key} lies in a static folder.", "app.instance_path")


CHECKS = (
    html_is_escaped,
    safe_is_rare,
    templates_are_ours,
    static_files_are_meant,
    uploads_are_apart,
)
