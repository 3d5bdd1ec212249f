"""What a regular expression of a rule may cost, and what matches it in linear time."""

from __future__ import annotations

import re
import typing as t
from functools import cache, lru_cache, partial

from kernos_routing.linear import Choice, Element, Repeat, Run, Sequence, match

#: How many steps ``re`` may take in the worst case: well under a millisecond.
STEPS = 20_000
#: The same where there is no other way, and a longer text is refused.
STEPS_LIMIT = 200_000
#: Texts up to this length may be matched with groups that repeat: 2 ** 14 ways.
SHORT = 14

_SIGNS: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}


class NotSimple(Exception):
    """A regular expression uses what :mod:`linear` does not know."""


class Parser:
    """Read a regular expression of the kind that rules are made of.

    Args:
        source: The expression.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.position = 0
        #: How many of its runs can have several lengths.
        self.loose = 0
        #: Whether a group repeats.
        self.repeats = False

    def parse(self) -> Sequence:
        """Return the elements of the whole expression.

        Raises:
            NotSimple: Something in it is not known here.
        """
        options = self._options()
        if self.position != len(self.source):
            raise NotSimple(self.source)
        return options[0] if len(options) == 1 else (Choice(options),)

    def _options(self) -> tuple[Sequence, ...]:
        options: list[Sequence] = []
        elements: list[Element] = []
        while self.position < len(self.source):
            token = _token().match(self.source, self.position)
            if token is None:
                raise NotSimple(self.source)
            if token["close"]:
                break
            self.position = token.end()
            if token["bar"]:
                options.append(tuple(elements))
                elements = []
            elif token["open"]:
                elements.append(self._group(captured=token["open"].startswith("(?P<")))
            else:
                elements.append(self._run(token["chars"]))
        return (*options, tuple(elements))

    def _group(self, *, captured: bool) -> Element:
        group = Choice(self._options(), captured)
        if self.source[self.position : self.position + 1] != ")":
            raise NotSimple(self.source)
        self.position += 1
        least, most, lazy = self._times()
        if (least, most) == (1, 1):
            return group
        if captured or least > 1 or most not in (None, 1) or not group.shortest:
            raise NotSimple(self.source)
        self.repeats = True
        return Repeat(group, required=bool(least), endless=most is None, lazy=lazy)

    def _run(self, chars: str) -> Run:
        least, most, lazy = self._times()
        self.loose += least != most
        return Run(re.compile(chars), least, most, lazy)

    def _times(self) -> tuple[int, int | None, bool]:
        times = _times().match(self.source, self.position)
        if times is None:
            return 1, 1, False
        self.position = times.end()
        if times["mode"] == "+":
            raise NotSimple(self.source)
        if times["sign"]:
            least, most = _SIGNS[times["sign"]]
        else:
            least = int(times["least"] or 0)
            most = int(times["most"]) if times["most"] else None if times["to"] else least
        return least, most, times["mode"] == "?"


def estimate(
    source: str, values: int
) -> tuple[t.Callable[[str], list[str] | None] | None, int | None]:
    """Return what a longer text is matched with, and the longest that goes to ``re``.

    Args:
        source: The expression.
        values: How many groups of it are values.

    Returns:
        Without the first, a longer text matches nothing; without the second, none is too
        long for ``re``.
    """
    parser = Parser(source)
    try:
        sequence = parser.parse()
    except NotSimple:
        return None, longest(values, STEPS_LIMIT) if values > 1 else None
    if parser.loose > 1 or parser.repeats:
        bound = SHORT if parser.repeats else longest(parser.loose, STEPS)
        return partial(match, sequence), bound
    return None, None


@cache  # compiled by the first path that a variable takes
def _token() -> re.Pattern[str]:
    return re.compile(
        r"""
        (?P<open>\((?:\?:|\?P<__werkzeug_\d+>|(?!\?)))
        | (?P<close>\))
        | (?P<bar>\|)
        | (?P<chars>
            \\[dDwWsS] | \\[^A-Za-z0-9] | \[\^?\]?(?:\\.|[^\]\\])*\] | [^\\()\[\]{}|^$*+?]
        )
        """,
        re.VERBOSE | re.DOTALL,
    )


@cache
def _times() -> re.Pattern[str]:
    return re.compile(
        r"(?:(?P<sign>[*+?])|\{(?!\})(?P<least>\d*)(?P<to>,?)(?P<most>\d*)\})"
        r"(?P<mode>[?+]?)"
    )


@lru_cache(maxsize=64)
def longest(ways: int, steps: int) -> int:
    """Return up to which length ``ways`` loose runs can share a text in ``steps``."""
    length = ways
    count = 1
    while count <= steps:
        length += 1
        count = count * length // (length - ways)
    return length - 1
