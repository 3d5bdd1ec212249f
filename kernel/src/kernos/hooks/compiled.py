"""The hooks of a request, as tuples of plain callables.

A request never meets pluggy. An unimplemented hook is ``()``, one truth test.
"""

from __future__ import annotations

import typing as t

from kernos.hooks import calling
from kernos.hooks.calling import Call
from kernos.hooks.calling import Implementation

NAMES = (
    "request_started",
    "before_request",
    "make_response",
    "after_request",
    "exception_raised",
    "handle_exception",
    "teardown_request",
    "teardown_appcontext",
)


class RequestHooks:
    """What each request calls; replaced as a whole by one assignment.

    Each callable takes the arguments of the hook's specification by position:
    ``(app, ctx)`` and what follows. Those of a hook that notifies are to be run all
    (:func:`kernos.hooks.calling.run_all`), of a first-result hook until one answers;
    each of ``after_request`` returns the response, never None.
    """

    __slots__ = (*NAMES, "tears_down")

    request_started: tuple[Call, ...]
    before_request: tuple[Call, ...]
    make_response: tuple[Call, ...]
    after_request: tuple[Call, ...]
    exception_raised: tuple[Call, ...]
    handle_exception: tuple[Call, ...]
    teardown_request: tuple[Call, ...]
    teardown_appcontext: tuple[Call, ...]

    def __init__(self, **compiled: tuple[Call, ...]) -> None:
        for name in NAMES:
            setattr(self, name, compiled.get(name, ()))
        #: Whether anybody waits for the end of a request.
        self.tears_down = bool(self.teardown_request or self.teardown_appcontext)


_HOW: dict[str, Call] = {
    "before_request": calling.first,
    "make_response": calling.first,
    "handle_exception": calling.first,
    "after_request": calling.chain,
}


def compile_hooks(
    implementations: t.Callable[
        [str], tuple[t.Sequence[Implementation], t.Sequence[Implementation]]
    ],
) -> RequestHooks:
    """Return all request hooks, compiled from what implements a hook: plainly, as wrappers."""
    return RequestHooks(
        **{name: compile_hook(name, *implementations(f"kernos_{name}")) for name in NAMES}
    )


def compile_hook(
    name: str, plain: t.Sequence[Implementation], wrappers: t.Sequence[Implementation]
) -> tuple[Call, ...]:
    """Return the callables of one request hook, in the order of calling."""
    calls: tuple[Call, ...] = tuple(
        calling.name_errors(one.call, one.place.label, one.hook) for one in plain
    )
    how = _HOW.get(name, calling.notify)
    if how is calling.chain:
        calls = tuple(_keeping(call) for call in reversed(calls))
    if not wrappers:
        return calls

    def inner(*args: t.Any) -> t.Any:
        return how(calls, *args)

    whole = calling.wrap_all(wrappers, inner)
    return (_keeping(whole) if how is calling.chain else whole,)


def _keeping(call: Call) -> Call:
    """Return ``call``, answering with its last argument where it answers None."""

    def kept(*args: t.Any) -> t.Any:
        result = call(*args)
        return args[-1] if result is None else result

    return kept
