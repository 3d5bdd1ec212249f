"""What plugins raise that only take notice: logged, each once a second, and otherwise nothing.

An observer that fails does so on every request, and would fill the log with it.
"""

from __future__ import annotations

import typing as t
from time import monotonic

from kernos.hooks.calling import raise_errors
from kernos.lifecycle.failures import SETUP_ERRORS, propagates

if t.TYPE_CHECKING:
    from kernos.app import Kernos


def report(app: Kernos, errors: list[BaseException]) -> None:
    """Log the errors of hooks that were told of something; the request goes on.

    Raises:
        BaseException: Under TESTING and PROPAGATE_EXCEPTIONS; and what is meant to end
            the process, or tells that the application is set up wrong.
    """
    if propagates(app) or any(
        isinstance(error, SETUP_ERRORS) or not isinstance(error, Exception) for error in errors
    ):
        raise_errors(errors)
    for error in errors:
        if is_news(app, error):
            app.logger.error("A plugin that takes notice failed", exc_info=error)


def is_news(app: Kernos, error: BaseException) -> bool:
    """Tell whether an error is to be logged: once a second, if it is of plugins alone."""
    sources = _plugins_behind(error)
    if not sources:
        return True
    second = int(monotonic())
    logged = app._kernel_plugins.logged_in
    # One step, so that of several threads one logs.
    mine = object()
    if logged.setdefault((sources, second), mine) is not mine:
        return False
    for old in [key for key in list(logged) if key[1] < second]:
        logged.pop(old, None)
    return True


def _plugins_behind(error: BaseException) -> frozenset[str]:
    """Return the notes that name plugins and hooks; nothing if some of it is not theirs."""
    if isinstance(error, BaseExceptionGroup):
        each = [_plugins_behind(one) for one in error.exceptions]
        return frozenset().union(*each) if all(each) else frozenset()
    notes = getattr(error, "__notes__", ())
    return frozenset(note for note in notes if note.startswith("raised by the plugin "))
