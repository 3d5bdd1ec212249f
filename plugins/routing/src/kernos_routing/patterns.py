"""What a rule's part is matched with: ``re`` where it is quick, else :mod:`linear`."""

from __future__ import annotations

import re
import typing as t
from functools import cache
from functools import lru_cache

from kernos_routing.linear import Choice
from kernos_routing.linear import Element
from kernos_routing.linear import Repeat
from kernos_routing.linear import Run
from kernos_routing.linear import Sequence
from kernos_routing.linear import match

if t.TYPE_CHECKING:
    from werkzeug.routing.rules import RulePart

#: How many steps ``re`` may take in the worst case: well under a millisecond.
STEPS = 20_000
#: The same where there is no other way, and a longer text is refused.
STEPS_LIMIT = 200_000
#: Texts up to this length may be matched with groups that repeat: 2 ** 14 ways.
SHORT = 14

_SIGNS: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}

#: What Werkzeug appends where a part that takes slashes ends with one.
_OPTIONAL_SLASH = "(?<!/)(/?)"


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


class Part:
    """One dynamic part of a rule, ready to match a piece of a path.

    Args:
        part: As Werkzeug compiled it.

    Raises:
        re.error: The expression is none.
    """

    def __init__(self, part: RulePart) -> None:
        self.part = part
        self.final = part.final
        self.suffixed = part.suffixed
        self.regex = re.compile(part.content)
        self._values = _values_of(self.regex)
        self._others = self.regex.groups > len(self._values)
        #: What longer texts are matched with; without it they match nothing.
        self.sequence: Sequence | None = None
        #: The longest text that goes to ``re``; None sends all.
        self.bound: int | None = None
        #: Whether it takes one piece of a path, between two slashes, and the expression's
        #: groups are the values.
        self.isolated = not (part.final or part.suffixed or self._others)
        self._estimate()

    def _estimate(self) -> None:
        source = self.part.content.removesuffix(r"\Z")
        if self.suffixed:
            source = source.removesuffix(_OPTIONAL_SLASH)
        parser = Parser(source)
        try:
            sequence = parser.parse()
        except NotSimple:
            if len(self._values) > 1:
                self.bound = longest(len(self._values), STEPS_LIMIT)
            return
        if parser.loose > 1 or parser.repeats:
            self.sequence = sequence
            self.bound = SHORT if parser.repeats else longest(parser.loose, STEPS)

    def match(self, text: str) -> tuple[list[str], bool] | None:
        """Return the values in ``text``, and whether a final slash was left over."""
        if self.bound is not None and len(text) > self.bound:
            return None if self.sequence is None else self._match_linear(text)
        found = self.regex.match(text)
        if found is None:
            return None
        groups = found.groups()
        if self._others:
            return [groups[i] for i in self._values], self.suffixed and groups[-1] == "/"
        return list(groups), False

    def _match_linear(self, text: str) -> tuple[list[str], bool] | None:
        slash = self.suffixed and text.endswith("/")
        if slash:
            text = text[:-1]
            if text.endswith("/"):
                return None
        values = match(self.sequence or (), text)
        return None if values is None else (values, slash)


@cache  # compiled by the first rule with a variable: a first response may need none
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


def _values_of(regex: re.Pattern[str]) -> list[int]:
    """Return the indexes of the converters' groups; others are the converters' own."""
    named = {
        int(name.removeprefix("__werkzeug_")): index - 1
        for name, index in regex.groupindex.items()
        if name.startswith("__werkzeug_")
    }
    return [named[number] for number in sorted(named)]
