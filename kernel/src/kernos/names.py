"""How nested names are read: ``parent.child.endpoint``."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=1024)
def _path(name: str) -> tuple[str, ...]:
    parts = name.split(".")
    return tuple(".".join(parts[:end]) for end in range(len(parts), 0, -1))


def split_blueprint_path(name: str) -> list[str]:
    """Return a blueprint's full name and those of its parents, inmost first."""
    return list(_path(name))
