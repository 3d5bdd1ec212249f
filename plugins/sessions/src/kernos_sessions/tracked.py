"""A session that notices its changes."""

from __future__ import annotations

import typing as t

from werkzeug.datastructures import CallbackDict

from kernos.contracts import SessionMixin


def _note_change(session: TrackedSession) -> None:
    session.modified = True


class TrackedSession(CallbackDict[str, t.Any], SessionMixin):
    """A dictionary whose ``modified`` turns True when it is changed.

    Changes inside a value that is itself mutable go unnoticed: set ``modified`` then.
    ``accessed`` is the request context's to set, when somebody takes the session.

    Args:
        initial: What it holds at first; that is no change.
        **values: More of it.
    """

    new = False
    modified = False
    accessed = False

    # Of the class, and not of each session: most are opened to be read.
    on_update = staticmethod(_note_change)

    def __init__(self, initial: t.Any = None, **values: t.Any) -> None:
        if initial or values:
            dict.__init__(self, initial or (), **values)


__all__ = ["TrackedSession"]
