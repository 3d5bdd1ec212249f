"""Misspelt names: answered with the nearest ones."""

from __future__ import annotations

import difflib
import typing as t

import click


def refuse_name(what: str, name: str, known: t.Iterable[str]) -> t.NoReturn:
    """End the command with the status 2, and the names that are near.

    Args:
        what: What the name should be the name of: "plugin", "hook" …
        name: The name as it was typed.
        known: All names that there are.
    """
    found = sorted(set(known))
    near = nearest(name, found)
    if near:
        hint = f"Did you mean {' or '.join(repr(one) for one in near)}?"
    elif found:
        shown = ", ".join(found[:20])
        hint = f"There are {shown}{' …' if len(found) > 20 else ''}."
    else:
        hint = "There are none."
    raise click.UsageError(f"There is no {what} called {name!r}. {hint}")


def nearest(name: str, known: t.Iterable[str]) -> list[str]:
    """Return up to three names that are near to one; capitals do not matter."""
    by_folded = {one.casefold(): one for one in known}
    near = difflib.get_close_matches(name.casefold(), list(by_folded), 3, 0.6)
    inside = [one for one in by_folded if len(name) > 2 and name.casefold() in one]
    return [by_folded[one] for one in dict.fromkeys([*near, *sorted(inside)])][:3]
