"""How two requests that changed one session at the same time are brought together."""

from __future__ import annotations

import typing as t

#: Stands for a value that is not there.
_ABSENT: t.Final = object()


def merge(
    base: dict[str, t.Any], mine: dict[str, t.Any], theirs: dict[str, t.Any]
) -> tuple[dict[str, t.Any], list[str]]:
    """Apply to ``theirs`` what was changed between ``base`` and ``mine``.

    A value that only one side changed is that side's. Dictionaries are merged key by
    key, at any depth. Lists to which both only appended keep both additions, theirs
    first. Of a value that both changed in another way, mine is kept.

    Args:
        base: What both began with.
        mine: What this request made of it.
        theirs: What the other made of it, and stored.

    Returns:
        The merged data, and the names of the values of which theirs is lost, with dots
        between the keys.
    """
    lost: list[str] = []
    return _merge_keys(base, mine, theirs, "", lost), lost


def changed_keys(base: dict[str, t.Any], mine: dict[str, t.Any]) -> list[str]:
    """Return the keys whose values differ, or that only one of the two has."""
    return [
        key
        for key in {**base, **mine}
        if not _same(base.get(key, _ABSENT), mine.get(key, _ABSENT))
    ]


def _merge_keys(
    base: dict[str, t.Any],
    mine: dict[str, t.Any],
    theirs: dict[str, t.Any],
    path: str,
    lost: list[str],
) -> dict[str, t.Any]:
    merged = {}
    for key in {**theirs, **mine}:
        value = _merge_value(
            base.get(key, _ABSENT),
            mine.get(key, _ABSENT),
            theirs.get(key, _ABSENT),
            f"{path}{key}",
            lost,
        )
        if value is not _ABSENT:
            merged[key] = value
    return merged


def _merge_value(base: t.Any, mine: t.Any, theirs: t.Any, path: str, lost: list[str]) -> t.Any:
    if _same(mine, theirs) or _same(mine, base):
        return theirs
    if _same(theirs, base):
        return mine
    if isinstance(mine, dict) and isinstance(theirs, dict):
        return _merge_keys(base if isinstance(base, dict) else {}, mine, theirs, f"{path}.", lost)
    if isinstance(mine, list) and isinstance(theirs, list):
        start = base if isinstance(base, list) else []
        size = len(start)
        if _same(mine[:size], start) and _same(theirs[:size], start):
            return [*theirs, *mine[size:]]
    lost.append(path)
    return mine


def _same(one: t.Any, other: t.Any) -> bool:
    # True equals 1 in Python, and is another value in a session.
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)


__all__ = ["changed_keys", "merge"]
