"""Text that matches a regular expression of the rule's own."""

from __future__ import annotations

import re
import typing as t

from werkzeug.routing import BaseConverter

from kernos.errors import RegistrationError

if t.TYPE_CHECKING:
    from werkzeug.routing import Map

_PIECE = re.compile(
    r"""
    (?P<open>\(\?:)
    | (?P<close>\))
    | \|
    | (?: \\[dDwWsS] | \\[^A-Za-z0-9] | \[\^?\]?(?:\\.|[^\]\\])*\] | [^\\()\[\]{}|^$*+?] )
      (?: (?:[*+?]|\{\d*,?\d*\}) \?? )?
    """,
    re.VERBOSE | re.DOTALL,
)
_TIMES = re.compile(r"[*+?]\??")


class RegexConverter(BaseConverter):
    r"""``<regex("[A-Z]{2}\\d+"):code>``: a string that matches the whole expression.

    Args:
        map: The URL map.
        pattern: The expression. It may have sets, repeats, alternatives and groups that do
            not capture, which the router matches in time that grows with the length of the
            text; all else is refused. With a slash in it, it may match several segments.
            What a URL is built of is quoted, and not compared with it.
            A text that URLs are built of is quoted, and not compared with it.

    Raises:
        RegistrationError: The expression is none, or is refused.
    """

    weight = 75

    def __init__(self, map: Map, pattern: str) -> None:
        super().__init__(map)
        refuse_backtracking(pattern)
        self.regex = pattern
        self.part_isolating = "/" not in pattern


def refuse_backtracking(pattern: str) -> None:
    """Refuse an expression that can only be matched by trying way after way.

    Raises:
        RegistrationError: It is one, or no regular expression at all.
    """
    try:
        re.compile(pattern)
    except re.error as error:
        raise _refusal(pattern, f"it is no regular expression: {error}") from error
    opened: list[int] = []
    at = 0
    while at < len(pattern):
        piece = _PIECE.match(pattern, at)
        if piece is None:
            raise _refusal(pattern, f"{pattern[at : at + 8]!r} cannot be matched in linear time")
        at = piece.end()
        if piece["open"]:
            opened.append(at)
        elif piece["close"]:
            body = pattern[opened.pop() : piece.start()]
            times = _TIMES.match(pattern, at)
            if times is not None:
                if re.fullmatch(body, ""):
                    raise _refusal(pattern, f"the group {body!r} repeats and may be empty")
                at = times.end()


def _refusal(pattern: str, why: str) -> RegistrationError:
    return RegistrationError(
        f"The converter regex does not take {pattern!r}.",
        why=why,
        fix='<regex("[A-Z]{2}(?:-[0-9]+)?"):x>   # sets, repeats, | and (?:…)',
    )


__all__ = ["RegexConverter", "refuse_backtracking"]
