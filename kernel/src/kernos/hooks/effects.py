"""What importing a plugin changes of the process, noted while a tool is looking.

An import that prints, or moves the working folder, does so in every process of everybody
who installs the plugin. Nothing is looked at where no tool asked.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
import typing as t
import warnings

if t.TYPE_CHECKING:
    from kernos.hooks.offers import Offer

#: Of the processor's time, which tells the same on a busy machine.
SLOW_SECONDS = 0.5

#: A module is imported once a process, so what that did is the process's.
_noted: dict[Offer, tuple[str, ...]] = {}
_is_watching = False


class _Heard:
    """A stream that knows whether anything was written to it; it may be kept and used on."""

    def __init__(self, stream: t.Any) -> None:
        self._stream = stream
        self._thread = threading.get_ident()
        self.spoke = False

    def write(self, text: t.Any) -> t.Any:
        # Others may speak meanwhile: who watches the import, for one.
        self.spoke = self.spoke or threading.get_ident() == self._thread
        return self._stream.write(text)

    def __getattr__(self, name: str) -> t.Any:
        return getattr(self._stream, name)


@contextlib.contextmanager
def watching() -> t.Iterator[None]:
    """Note what the imports of plugins in the body change."""
    global _is_watching  # noqa: PLW0603 - as sys.modules is, it is the process's
    before, _is_watching = _is_watching, True
    try:
        yield
    finally:
        _is_watching = before


def effects_of(offer: Offer) -> tuple[str, ...]:
    """Return what the import of an offer's module changed, in words, as far as it was watched."""
    return _noted.get(offer, ())


@contextlib.contextmanager
def noting(offer: Offer) -> t.Iterator[None]:
    """Note what the body, which imports an offer's module, changes; where a tool is looking."""
    if not _is_watching or offer in _noted:
        yield
        return
    before = _take()
    out, err = sys.stdout, sys.stderr
    heard = _Heard(out), _Heard(err)
    sys.stdout, sys.stderr = heard
    begun = time.thread_time()
    try:
        yield
    finally:
        busy = time.thread_time() - begun
        changed = [text for text, value in _take().items() if value != before[text]]
        if busy > SLOW_SECONDS:
            changed.append(f"takes {busy * 1000:.0f} ms of the processor's time")
        if any(one.spoke for one in heard):
            changed.append("prints")
        if sys.stdout is heard[0]:
            sys.stdout = out
        if sys.stderr is heard[1]:
            sys.stderr = err
        _noted[offer] = tuple(changed)


def _take() -> dict[str, object]:
    """Return the process's state, each part by the words for its change."""
    import signal

    logging = sys.modules.get("logging")
    root: t.Any = None if logging is None else logging.root  # importing it changes nothing
    return {
        "changes the working folder": _working_folder(),
        "changes sys.path": tuple(sys.path),
        "changes the filters of warnings": tuple(map(repr, warnings.filters)),
        "changes what signals do": tuple(map(signal.getsignal, signal.valid_signals())),
        "configures the root logger": (len(root.handlers), root.level) if root else (0, 30),
    }


def _working_folder() -> str | None:
    try:
        return os.getcwd()
    except OSError:
        return None


__all__ = ["effects_of", "noting", "watching"]
