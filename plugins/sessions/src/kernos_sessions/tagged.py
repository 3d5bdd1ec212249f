"""Tagged JSON: a compact text that keeps tuples, bytes, dates and more.

A value that JSON has no form for becomes an object with one key, its *tag*. The texts
are Flask's, byte for byte, and do not follow the application's JSON provider: a cookie
must still be read when that is replaced.

Source: Flask's API page, "Tagged JSON".
"""

from __future__ import annotations

import copy
import dataclasses
import json
import typing as t
from base64 import b64decode, b64encode
from datetime import date, datetime
from uuid import UUID

# Comes with Werkzeug, which the kernel requires.
from markupsafe import Markup

from kernos_sessions.dates import http_date, parse_date

#: How deep a session may nest; what is deeper was made to do harm.
DEPTH_LIMIT = 500

_TOO_DEEP = "The tagged JSON nests too deep."


class JSONTag:
    """How one type becomes JSON and comes back.

    A subclass writes :meth:`check`, :meth:`to_json` and :meth:`to_python`.

    Args:
        serializer: Whom the tag serves; asked to tag what a value holds.
    """

    __slots__ = ("serializer",)

    #: Marks the value in JSON. Empty for a step that leaves no mark.
    key: str = ""

    def __init__(self, serializer: TaggedJSONSerializer) -> None:
        self.serializer = serializer

    def check(self, value: t.Any) -> bool:
        """Tell whether ``value`` is this tag's to convert."""
        raise NotImplementedError

    def to_json(self, value: t.Any) -> t.Any:
        """Return a form of ``value`` that JSON has, still without the tag."""
        raise NotImplementedError

    def to_python(self, value: t.Any) -> t.Any:
        """Return the value that :meth:`to_json` was given; the tag is gone already."""
        raise NotImplementedError

    def tag(self, value: t.Any) -> t.Any:
        """Return the form of ``value`` in JSON with the tag around it."""
        return {self.key: self.to_json(value)}


class TagDict(JSONTag):
    """A dictionary that would be taken for a tagged value: its key gets a tail."""

    __slots__ = ()
    key = " di"

    def check(self, value: t.Any) -> bool:
        if not isinstance(value, dict) or len(value) != 1:
            return False
        return next(iter(value)) in self.serializer.tags

    def to_json(self, value: t.Any) -> t.Any:
        ((key, inner),) = value.items()
        return {f"{key}__": self.serializer.tag(inner)}

    def to_python(self, value: t.Any) -> t.Any:
        ((key, inner),) = value.items()
        return {key.removesuffix("__"): inner}


class PassDict(JSONTag):
    """Any other dictionary: JSON's own, but what it holds may need tags."""

    __slots__ = ()

    def check(self, value: t.Any) -> bool:
        return isinstance(value, dict)

    def to_json(self, value: t.Any) -> t.Any:
        tag = self.serializer.tag
        return {key: tag(inner) for key, inner in value.items()}

    def tag(self, value: t.Any) -> t.Any:
        return self.to_json(value)


class TagTuple(JSONTag):
    """A tuple."""

    __slots__ = ()
    key = " t"

    def check(self, value: t.Any) -> bool:
        return isinstance(value, tuple)

    def to_json(self, value: t.Any) -> t.Any:
        return [self.serializer.tag(inner) for inner in value]

    def to_python(self, value: t.Any) -> t.Any:
        return tuple(value)


class PassList(JSONTag):
    """A list: JSON's own, but what it holds may need tags."""

    __slots__ = ()

    def check(self, value: t.Any) -> bool:
        return isinstance(value, list)

    def to_json(self, value: t.Any) -> t.Any:
        return [self.serializer.tag(inner) for inner in value]

    def tag(self, value: t.Any) -> t.Any:
        return self.to_json(value)


class TagBytes(JSONTag):
    """Bytes, in base 64."""

    __slots__ = ()
    key = " b"

    def check(self, value: t.Any) -> bool:
        return isinstance(value, bytes)

    def to_json(self, value: t.Any) -> t.Any:
        return b64encode(value).decode("ascii")

    def to_python(self, value: t.Any) -> t.Any:
        return b64decode(value)


class TagMarkup(JSONTag):
    """What has ``__html__``; it comes back as :class:`markupsafe.Markup`."""

    __slots__ = ()
    key = " m"

    def check(self, value: t.Any) -> bool:
        return callable(getattr(value, "__html__", None))

    def to_json(self, value: t.Any) -> t.Any:
        return str(value.__html__())

    def to_python(self, value: t.Any) -> t.Any:
        return Markup(value)  # noqa: S704 - it was markup when it was signed


class TagUUID(JSONTag):
    """A UUID, in hexadecimal."""

    __slots__ = ()
    key = " u"

    def check(self, value: t.Any) -> bool:
        return isinstance(value, UUID)

    def to_json(self, value: t.Any) -> t.Any:
        return value.hex

    def to_python(self, value: t.Any) -> t.Any:
        return UUID(value)


class TagDateTime(JSONTag):
    """A moment, in whole seconds; it comes back in UTC."""

    __slots__ = ()
    key = " d"

    def check(self, value: t.Any) -> bool:
        return isinstance(value, datetime)

    def to_json(self, value: t.Any) -> t.Any:
        return http_date(value)

    def to_python(self, value: t.Any) -> t.Any:
        return parse_date(value)


#: No tag of the default ones wants exactly these, so that nobody need ask them.
_UNTAGGED = frozenset((str, int, float, bool, type(None)))


class TaggedJSONSerializer:
    """Write and read values with tags, for sessions and for ``itsdangerous``.

    One instance serves all threads, once its tags are registered.
    """

    #: The tags of a new instance, in the order in which they are asked.
    default_tags: t.Sequence[type[JSONTag]] = [
        TagDict,
        PassDict,
        TagTuple,
        PassList,
        TagBytes,
        TagMarkup,
        TagUUID,
        TagDateTime,
    ]

    def __init__(self) -> None:
        self.tags: dict[str, JSONTag] = {}
        self.order: list[JSONTag] = []
        self._untagged = _UNTAGGED
        self._decoder: json.JSONDecoder | None = None
        for tag_class in self.default_tags:
            self.register(tag_class)

    def register(
        self, tag_class: type[JSONTag], force: bool = False, index: int | None = None
    ) -> None:
        """Add a tag.

        Args:
            tag_class: Made with this serializer as its argument.
            force: Replace the tag that has the same key; it loses its place too,
                which the new one takes unless ``index`` says otherwise.
            index: Where to stand in the order of asking. A special case of a type must
                be asked before it: 0 is before all. None is the end.

        Raises:
            KeyError: Another tag has the key, and ``force`` is not given.
        """
        tag = tag_class(self)
        former = self.tags.get(tag.key) if tag.key else None
        if former is not None:
            if not force:
                raise KeyError(f"Tag {tag.key!r} is already registered.")
            place = self.order.index(former)
            del self.order[place]
            index = place if index is None else index
        if tag.key:
            self.tags[tag.key] = tag
        self.order.insert(len(self.order) if index is None else index, tag)
        if tag_class not in TaggedJSONSerializer.default_tags:
            self._untagged = frozenset()  # a tag of somebody's may want any of them

    def __getstate__(self) -> dict[str, t.Any]:
        return {**self.__dict__, "_decoder": None}  # that one cannot be copied

    def with_tags(self, tag_classes: t.Iterable[type[JSONTag]]) -> t.Self:
        """Return a serializer like this one that asks other tags first.

        Raises:
            KeyError: Two tags have the same key.
        """
        twin = copy.copy(self)
        twin.tags, twin.order = {}, []
        for tag in self.order:
            twin.register(type(tag))
        for place, tag_class in enumerate(tag_classes):
            twin.register(tag_class, index=place)
        return twin

    def tag(self, value: t.Any) -> t.Any:
        """Return ``value`` in a form that JSON has, with tags where it needs them."""
        if type(value) in self._untagged:
            return value
        for tag in self.order:
            if tag.check(value):
                return tag.tag(value)
        return value

    def untag(self, value: dict[str, t.Any]) -> t.Any:
        """Return what an object of JSON stands for: itself, unless its key is a tag."""
        if len(value) == 1:
            ((key, inner),) = value.items()
            tag = self.tags.get(key)
            if tag is not None:
                return tag.to_python(inner)
        return value

    def dumps(self, value: t.Any) -> str:
        """Return ``value`` as tagged JSON.

        Raises:
            TypeError: It holds something that neither JSON nor a tag has a form for.
        """
        return _encode(self.tag(value))

    def loads(self, value: str) -> t.Any:
        """Return the value that a text of tagged JSON stands for.

        Raises:
            ValueError: The text is no JSON, or nests too deep. What a tag makes of
                junk is the tag's to say, and may be any error.
        """
        decoder = self._decoder
        if decoder is None or decoder.object_hook != self.untag:
            decoder = self._decoder = json.JSONDecoder(object_hook=self.untag)
        try:
            found = decoder.decode(value)
        except RecursionError as error:
            raise ValueError(_TOO_DEEP) from error
        # Some Pythons read on where others end, and a session is none either way.
        if value.count("[") + value.count("{") > DEPTH_LIMIT and _depth(found) > DEPTH_LIMIT:
            raise ValueError(_TOO_DEEP)
        return found


def _depth(value: object) -> int:
    """Return how many lists and mappings stand one within another, at the most."""
    level, deepest = [value], 0
    while level := [one for one in level if isinstance(one, (dict, list, tuple))]:
        deepest += 1
        level = [
            inner for one in level for inner in (one.values() if isinstance(one, dict) else one)
        ]
    return deepest


def _plain(o: t.Any) -> t.Any:
    """Return a form for types that are kept, but do not come back as what they were."""
    if isinstance(o, date):
        return http_date(o)
    from decimal import Decimal

    if isinstance(o, Decimal):
        return str(o)
    if dataclasses.is_dataclass(o) and not isinstance(o, type):
        return dataclasses.asdict(o)
    raise TypeError(f"Object of type {type(o).__name__} is not JSON serializable")


_encode = json.JSONEncoder(default=_plain, sort_keys=True, separators=(",", ":")).encode

#: What interfaces write with unless they are given another.
session_json_serializer = TaggedJSONSerializer()

__all__ = [
    "JSONTag",
    "PassDict",
    "PassList",
    "TagBytes",
    "TagDateTime",
    "TagDict",
    "TagMarkup",
    "TagTuple",
    "TagUUID",
    "TaggedJSONSerializer",
    "session_json_serializer",
]
