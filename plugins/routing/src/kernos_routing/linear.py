"""Match a part of a rule in time that grows with its length, never with its ways.

``re`` tries the ways in which ``<a>-<b>-<c>`` can share a text one after the other; on
a text of hyphens that takes seconds. Here the places from which the rest of the pattern
can still succeed are found first, from the end, as one integer with a bit for each place.
The pattern is then walked once from the front and takes what ``re`` would have taken.

Place ``j`` is the one with ``j`` characters behind it. The bit of a character is that of
the place behind it, so that a step over it, towards the front, is a shift by one.
"""

from __future__ import annotations

import re
import typing as t


class Text:
    """A text, and for each set of characters where its members are."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.size = len(text)
        self._alphabet = set(text)
        self._masks: dict[re.Pattern[str], int] = {}

    def mask(self, chars: re.Pattern[str]) -> int:
        """Return the bits of the characters that ``chars`` describes."""
        mask = self._masks.get(chars)
        if mask is None:
            digits = {ord(c): "1" if chars.match(c) else "0" for c in self._alphabet}
            mask = self._masks[chars] = int(self.text.translate(digits) or "0", 2)
        return mask


class Element(t.Protocol):
    """One piece of a pattern."""

    @property
    def shortest(self) -> int:
        """The length of the shortest text it matches."""
        ...

    def starts(self, ends: int, text: Text) -> int:
        """Return the places from which it can reach one of the places ``ends``."""
        ...

    def walk(self, at: int, ends: int, text: Text, found: list[str]) -> int:
        """Go from the place ``at`` where ``re`` would go, to one of ``ends``.

        ``at`` is one of :meth:`starts`. What a named group takes is added to ``found``.
        """
        ...


Sequence: t.TypeAlias = tuple[Element, ...]


class Run:
    """Characters of one set, a number of times; ``most`` None has no bound."""

    __slots__ = ("chars", "lazy", "most", "shortest")

    def __init__(
        self, chars: re.Pattern[str], shortest: int = 1, most: int | None = 1, lazy: bool = False
    ) -> None:
        self.chars = chars
        self.shortest = shortest
        self.most = most
        self.lazy = lazy

    def starts(self, ends: int, text: Text) -> int:
        if self.shortest > text.size:
            return 0
        mask = text.mask(self.chars)
        for _ in range(self.shortest):
            ends = (ends & mask) << 1
        if self.most is None or self.most - self.shortest >= text.size:
            # The carry of an addition runs through neighbouring ones in one step.
            return ((ends & mask) + mask) ^ mask | ends
        step = ends
        for _ in range(self.most - self.shortest):
            step = (step & mask) << 1
            ends |= step
        return ends

    def walk(self, at: int, ends: int, text: Text, found: list[str]) -> int:
        others = ((1 << at) - 1) & ~text.mask(self.chars)
        length = at - others.bit_length()
        if self.most is not None:
            length = min(length, self.most)
        furthest = at - length
        window = (ends >> furthest) & ((1 << (length - self.shortest + 1)) - 1)
        wanted = window if self.lazy else window & -window
        return furthest + wanted.bit_length() - 1


class Choice:
    """One of several sequences, the first that fits; captured by a named group or not."""

    __slots__ = ("captured", "options")

    def __init__(self, options: tuple[Sequence, ...], captured: bool = False) -> None:
        self.options = options
        self.captured = captured

    @property
    def shortest(self) -> int:
        return min(sum(one.shortest for one in option) for option in self.options)

    def starts(self, ends: int, text: Text) -> int:
        found = 0
        for option in self.options:
            found |= stages(option, ends, text)[0]
        return found

    def walk(self, at: int, ends: int, text: Text, found: list[str]) -> int:
        start = at
        for option in self.options:
            places = stages(option, ends, text)
            if places[0] >> at & 1:
                for element, after in zip(option, places[1:], strict=True):
                    at = element.walk(at, after, text, found)
                break
        if self.captured:
            found.append(text.text[text.size - start : text.size - at])
        return at


class Repeat:
    """A group with ``*``, ``+`` or ``?`` behind it; its body is never empty."""

    __slots__ = ("body", "endless", "lazy", "required")

    def __init__(self, body: Choice, *, required: bool, endless: bool, lazy: bool) -> None:
        self.body = body
        self.required = required
        self.endless = endless
        self.lazy = lazy

    @property
    def shortest(self) -> int:
        return self.body.shortest if self.required else 0

    def starts(self, ends: int, text: Text) -> int:
        first = self.body.starts(self._between(ends, text), text)
        return first if self.required else first | ends

    def walk(self, at: int, ends: int, text: Text, found: list[str]) -> int:
        between = self._between(ends, text)
        first = self.body.starts(between, text)
        taken = 0
        while True:
            may_stop = ends >> at & 1 and (taken or not self.required)
            may_go = first >> at & 1 and (self.endless or not taken)
            if may_stop and (self.lazy or not may_go):
                return at
            at = self.body.walk(at, between, text, found)
            taken += 1

    def _between(self, ends: int, text: Text) -> int:
        """Return the places where one round of the body may end."""
        step = ends if self.endless else 0
        while step:
            step = self.body.starts(step, text) & ~ends
            ends |= step
        return ends


def stages(sequence: Sequence, ends: int, text: Text) -> list[int]:
    """Return the places before each element from which ``ends`` can be reached."""
    places = [ends]
    for element in reversed(sequence):
        places.append(element.starts(places[-1], text))
    places.reverse()
    return places


def match(sequence: Sequence, string: str) -> list[str] | None:
    """Return what the named groups take when the whole of ``string`` matches."""
    text = Text(string)
    pattern = Choice((sequence,))
    if not pattern.starts(1, text) >> text.size & 1:
        return None
    found: list[str] = []
    pattern.walk(text.size, 1, text, found)
    return found
