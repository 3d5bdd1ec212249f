"""What an application starts while it is loaded, and a forked worker does not get whole."""

from __future__ import annotations

import os
import stat
import threading
import typing as t
import weakref

from kernos.hooks.checks import Finding, check

if t.TYPE_CHECKING:
    from kernos import Kernos


class Held(t.NamedTuple):
    """What a process holds that a fork does not copy, or copies and must not."""

    threads: frozenset[threading.Thread]
    #: Open sockets, by number and inode.
    sockets: frozenset[tuple[int, int]]


#: What came while an application was loaded; without one that was noted, nothing is known.
_came: weakref.WeakKeyDictionary[Kernos, Held] = weakref.WeakKeyDictionary()


def take() -> Held:
    """Return what this process holds now."""
    return Held(frozenset(threading.enumerate()), frozenset(_sockets()))


def note(app: Kernos, before: Held) -> None:
    """Note what has come since, which was while the application was loaded."""
    now = take()
    _came[app] = Held(now.threads - before.threads, now.sockets - before.sockets)


def _sockets() -> t.Iterator[tuple[int, int]]:
    try:
        numbers = [int(name) for name in os.listdir("/dev/fd") if name.isdigit()]
    except OSError:
        return
    for number in numbers:
        try:
            found = os.fstat(number)
        except OSError:
            continue  # the one that the listing itself was read through
        if stat.S_ISSOCK(found.st_mode):
            yield number, found.st_ino


@check(
    "K-092", "Nothing that a fork leaves behind is begun while the application loads", deploy=True
)
def nothing_is_left_behind(app: Kernos) -> t.Iterator[Finding]:
    """Servers that load the application first, and fork workers then, give them no threads.

    The threads run in the first process alone, and a connection that was open is shared by all
    workers, who read each other's answers.
    """
    came = _came.get(app)
    if came is None:
        return
    for thread in sorted(came.threads, key=lambda one: one.name):
        text = f"The thread {thread.name!r} is started while the application loads."
        yield Finding(text, "start it at the first use, or in kernos_app_ready")
    if came.sockets:
        text = f"{len(came.sockets)} connections are opened while the application loads."
        yield Finding(text, "connect at the first use")
