"""What is wrong with a rule, found when it is added and not when it is first asked for."""

from __future__ import annotations

import re
import typing as t

from kernos.errors import RegistrationError, nearest

if t.TYPE_CHECKING:
    from werkzeug.routing import BaseConverter, Rule

_CONVERTER = r"<([A-Za-z_]\w*)(?:\(.*?\))?:[A-Za-z_]\w*>"


class UnknownConverter(RegistrationError, LookupError):
    """A rule names a URL converter that the application does not have."""


def unknown_converter(rule: Rule, known: t.Iterable[str]) -> UnknownConverter | None:
    """Return the error for a rule that could not be bound, if a converter is missing."""
    names = sorted(known)
    for text in (rule.rule, rule.subdomain, rule.host):
        for name in re.findall(_CONVERTER, text or ""):
            if name in names:
                continue
            near = nearest(name, names, 0.6)
            return UnknownConverter(
                f"The rule {rule.rule!r} uses the converter {name!r}, which does not exist.",
                why=f"known are: {', '.join(names)}",
                fix=f"<{near[0]}:…>   # the nearest name"
                if near
                else f'app.url_map.converters["{name}"] = YourConverter   # before the route',
            )
    return None


def check_converters(rule: Rule, *, refuse_groups: bool) -> None:
    """Refuse a bound rule whose converters cannot match.

    Args:
        rule: Bound to its map.
        refuse_groups: Also refuse groups that capture; Werkzeug ignores most of them.

    Raises:
        RegistrationError: A converter's regular expression is bad, or has such groups.
    """
    for name, converter in rule._converters.items():
        _check_regex(rule, name, converter, refuse_groups=refuse_groups)
    for part in rule._parts:
        if not part.static:
            try:
                re.compile(part.content)
            except re.error as error:
                raise RegistrationError(
                    f"The rule {rule.rule!r} cannot be matched: {error}.",
                    why="the regular expressions of its converters do not fit together",
                    fix="(?:…)   # instead of named groups and references in `regex`",
                ) from error


def _check_regex(rule: Rule, name: str, converter: BaseConverter, *, refuse_groups: bool) -> None:
    kind = type(converter).__name__
    try:
        groups = re.compile(converter.regex).groups
    except (re.error, TypeError) as error:
        raise RegistrationError(
            f"The converter {kind} of {name!r} in the rule {rule.rule!r}"
            f" has a bad regular expression, {converter.regex!r}.",
            why=str(error),
            fix=f'{kind}.regex = "[^/]+"   # an expression that re.compile() takes',
        ) from error
    if groups and refuse_groups:
        raise RegistrationError(
            f"The converter {kind} of {name!r} in the rule {rule.rule!r}"
            f" has a capturing group in its regular expression, {converter.regex!r}.",
            why="the rule captures the converter's text itself; a group of the"
            " converter's own makes references and names ambiguous",
            fix="(?:…)   # instead of (…)",
        )
