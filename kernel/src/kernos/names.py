"""How nested names are read: ``parent.child.endpoint``."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=1024)
def _path(name: str) -> tuple[str, ...]:
    parts = name.split(".")
    return tuple(".".join(parts[:end]) for end in range(len(parts), 0, -1))


@lru_cache(maxsize=1024)
def table_keys(endpoint: str | None) -> tuple[str | None, ...]:
    """Return the keys of an endpoint in the tables of functions and handlers.

    They are the names of its blueprints, inmost first, and None for the application.
    """
    blueprint, dot, _ = (endpoint or "").rpartition(".")
    return (*_path(blueprint), None) if dot else (None,)


def split_blueprint_path(name: str) -> list[str]:
    """Return a blueprint's full name and those of its parents, inmost first."""
    return list(_path(name))
