"""Where a template was looked for, said to people."""

from __future__ import annotations

import typing as t

from jinja2 import BaseLoader, ChoiceLoader, PackageLoader, PrefixLoader

from kernos import has_request_context, request

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from kernos import Blueprint, Kernos

#: What a loader returns: the text, its file, and whether it is up to date.
Source = tuple[str, t.Union[str, None], t.Union["t.Callable[[], bool]", None]]

#: One loader that was asked, whose it is, and what it answered.
Attempt = tuple[BaseLoader, t.Union["Kernos", "Blueprint"], t.Union[Source, None]]

#: Where it is documented in which folders templates are looked for.
BLUEPRINT_TEMPLATES = "https://flask.palletsprojects.com/blueprints/#templates"


def places(loader: BaseLoader) -> list[str]:
    """Return what a loader searches: folders, or else its class's name."""
    try:
        return _places(loader)
    except Exception:  # a subclass may lack what its base class reads; this is a message
        return [type(loader).__name__]


def _places(loader: BaseLoader) -> list[str]:
    if isinstance(loader, PackageLoader):
        return [f"{loader.package_name}:{loader.package_path}"]
    if isinstance(loader, ChoiceLoader):
        return [place for one in loader.loaders for place in places(one)]
    if isinstance(loader, PrefixLoader):
        return [place for one in loader.mapping.values() for place in places(one)]
    folders = getattr(loader, "searchpath", None)
    return [type(loader).__name__] if folders is None else [str(path) for path in folders]


def searched(found: list[str]) -> str:
    """Return the end of a message about a missing template."""
    return f"(searched: {', '.join(found) or 'nothing, since no template folder is set'})"


def explain_attempts(template: str, attempts: t.Iterable[Attempt]) -> str:
    """Return the text that EXPLAIN_TEMPLATE_LOADING logs for one template.

    Args:
        template: Its name.
        attempts: All loaders, in their order.
    """
    found: list[Kernos | Blueprint] = []
    lines = [f"Locating template {template!r}:"]
    for number, (loader, holder, source) in enumerate(attempts, 1):
        lines.append(f"{number:5}: trying loader of {_name(holder)}")
        lines += [f"       {line}" for line in _describe(loader)]
        if source is None:
            lines.append("       -> no match")
        else:
            found.append(holder)
            lines.append(f"       -> found ({source[1] or 'not in a file'!r})")
    if len(found) == 1:
        return "\n".join(lines)
    if found:
        lines.append(f"Warning: {len(found)} loaders have the template.")
        lines.append(f"  That of {_name(found[0])} is used; it stands first.")
    else:
        lines.append("Error: the template could not be found.")
    blueprint = request.blueprint if has_request_context() else None
    if blueprint is not None:
        lines.append(
            "  The template was looked up from an endpoint that belongs to the blueprint"
            f" {blueprint!r}."
        )
        lines.append("  Is it in that blueprint's template folder, and is the folder set?")
        lines.append(f"  See {BLUEPRINT_TEMPLATES}")
    return "\n".join(lines)


def _name(holder: Kernos | Blueprint) -> str:
    if hasattr(holder, "wsgi_app"):
        return f"application {holder.import_name!r}"
    return f"blueprint {holder.name!r} ({holder.import_name})"


def _describe(loader: BaseLoader) -> Iterator[str]:
    """Yield a loader's class and settings, a line each."""
    yield f"class: {type(loader).__module__}.{type(loader).__qualname__}"
    for name, value in sorted(vars(loader).items()):
        if name.startswith("_"):
            continue
        if isinstance(value, (str, int, float)):
            yield f"{name}: {value!r}"
        elif isinstance(value, (list, tuple)) and all(isinstance(one, str) for one in value):
            yield f"{name}:"
            yield from (f"  - {one}" for one in value)
