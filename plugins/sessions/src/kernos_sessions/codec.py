"""Which serializer an application's sessions are written with."""

from __future__ import annotations

import threading
import typing as t
import weakref

from kernos.contracts.own_names import asked_of
from kernos.errors import ContributionConflict
from kernos_sessions.tagged import JSONTag, TaggedJSONSerializer

if t.TYPE_CHECKING:
    from kernos import Kernos

Tags: t.TypeAlias = tuple[type[JSONTag], ...]

# By application, since one interface may serve several.
_contributed: weakref.WeakKeyDictionary[Kernos, Tags] = weakref.WeakKeyDictionary()
_extended: weakref.WeakKeyDictionary[Kernos, tuple[t.Any, list[JSONTag], t.Any]] = (
    weakref.WeakKeyDictionary()
)
_lock = threading.Lock()


def serializer_for(app: Kernos, base: t.Any) -> t.Any:
    """Return ``base`` with the tags that plugins contribute to the application.

    Those are asked before all others, since each may be a special case of one. A tag
    that the application registered itself stands in place of a contributed one with the
    same key.

    Args:
        app: Asked for its ``session_tags`` once.
        base: A tagged serializer; any other object is returned as it is.

    Raises:
        ContributionConflict: A plugin contributes a tag with the key of a standard one.
    """
    tags = _tags(app)
    if not tags or not isinstance(base, TaggedJSONSerializer):
        return base
    held = _extended.get(app)
    if held is not None and held[0] is base and held[1] == base.order:
        return held[2]
    extended = base.with_tags(tag for tag in tags if _is_wanted(tag, base))
    _extended[app] = (base, [*base.order], extended)
    return extended


def _tags(app: Kernos) -> Tags:
    tags = _contributed.get(app)
    if tags is None:
        with _lock:
            tags = _contributed.get(app)
            if tags is None:
                ask = asked_of(app, "contributions", None)
                tags = _contributed[app] = () if ask is None else tuple(ask("session_tags"))
    return tags


def _is_wanted(tag_class: type[JSONTag], base: TaggedJSONSerializer) -> bool:
    there = base.tags.get(tag_class.key) if tag_class.key else None
    if there is None:
        return True
    if type(there) in TaggedJSONSerializer.default_tags:
        raise ContributionConflict(
            f"{tag_class.__module__}.{tag_class.__qualname__} has the key {tag_class.key!r}.",
            why=f"that is {type(there).__name__}'s, and cookies out there are written with it",
            fix=f"key = {tag_class.key + 'x'!r}   # in {tag_class.__qualname__}",
        )
    return False


__all__ = ["serializer_for"]
