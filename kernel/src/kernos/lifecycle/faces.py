"""The stages as one application has them: its overrides, else the stages themselves.

Flask's overridable methods keep their signatures, which know no context. The line calls
such a *face* where the application's class or the instance overrides it; everywhere else
it calls the stage, which is handed the context and need not look for it. (The faces of the
side door are always called: an error is no place to save time.)
"""

from __future__ import annotations

import typing as t
from functools import lru_cache

from kernos.ctx import AppContext, RequestContext
from kernos.lifecycle import (
    closing,
    dispatching,
    failures,
    pipeline,
    replying,
    responding,
    starting,
)

if t.TYPE_CHECKING:
    from kernos.app import Kernos

Stage = t.Callable[..., t.Any]

# Face, stage, and how the face is called with a stage's arguments.
_FACES: dict[str, tuple[str, Stage, Stage]] = {
    "request_context": (
        "request_context",
        RequestContext,
        lambda app, environ: app.request_context(environ),
    ),
    "app_context": ("app_context", AppContext, lambda app: app.app_context()),
    "full_dispatch_request": (
        "full_dispatch",
        pipeline.full_dispatch,
        lambda app, ctx, finish: replying.make_reply(app, ctx, app.full_dispatch_request()),
    ),
    "preprocess_request": (
        "preprocess",
        dispatching.preprocess,
        lambda app, ctx: app.preprocess_request(),
    ),
    "dispatch_request": (
        "dispatch",
        dispatching.dispatch,
        lambda app, ctx: app.dispatch_request(),
    ),
    "ensure_sync": (
        "sync",
        dispatching.sync,
        lambda app, function: app.ensure_sync(function),
    ),
    "make_response": (
        "make_response",
        responding.make_response,
        lambda app, ctx, value: app.make_response(value),
    ),
    "process_response": (
        "process_response",
        responding.process_response,
        lambda app, ctx, response: app.process_response(response),
    ),
    "finalize_request": (
        "finalize",
        responding.finalize,
        lambda app, ctx, value, from_error_handler=False: app.finalize_request(
            value, from_error_handler
        ),
    ),
    "do_teardown_request": (
        "teardown_request",
        closing.teardown_request,
        lambda app, ctx, error: app.do_teardown_request(error),
    ),
    "do_teardown_appcontext": (
        "teardown_appcontext",
        closing.teardown_appcontext,
        lambda app, ctx, error: app.do_teardown_appcontext(error),
    ),
}

#: Overridden, it makes the line match by the adapter that the override returns.
_ADAPTER = "create_url_adapter"
#: A request class that has something of its own to close at the end.
_CLOSE = "request_class.close"

FACES: tuple[str, ...] = (*_FACES, _ADAPTER, _CLOSE)

#: Somebody has wrapped methods of the contexts' classes: they are called, then.
_CONTEXTS = "contexts"

#: Overridden, one of these has something to do at the end of a request. (Who makes the
#: context may make it of another request.)
_AT_THE_END = frozenset(
    ("request_context", "do_teardown_request", "do_teardown_appcontext", _CLOSE)
)

#: The class of responses is another one than the kernel's, or that was changed.
RESPONSES = "response_class"

#: Overridden, one of these is to see each response.
_WITH_RESPONSES = frozenset(("make_response", "process_response", "finalize_request", RESPONSES))


class Line:
    """The stages, each a callable that is given the application, the context, and more.

    Who calls one at each request reads it first: as a method Python looks it up more slowly.
    """

    request_context: Stage
    app_context: Stage
    full_dispatch: Stage
    preprocess: Stage
    dispatch: Stage
    sync: Stage
    make_response: Stage
    process_response: Stage
    finalize: Stage
    teardown_request: Stage
    teardown_appcontext: Stage

    def __init__(self, overridden: frozenset[str]) -> None:
        for face, (name, stage, call_face) in _FACES.items():
            setattr(self, name, call_face if face in overridden else stage)
        self.start: Stage = starting.start
        self.open_session: Stage = starting.open_session
        self.report_stream_error: Stage = failures.report_stream_error
        self.end_stream: Stage = closing.end_stream
        makes_responses = not overridden.isdisjoint(_WITH_RESPONSES)
        self.reply: Stage = replying.reply_by_response if makes_responses else replying.reply
        self.tears_down_app_contexts = "do_teardown_appcontext" in overridden
        #: Whether the contexts are the kernel's own, whose methods the line goes around.
        self.has_stock_contexts = overridden.isdisjoint(("request_context", _CONTEXTS))
        self.app_contexts_wait = overridden.isdisjoint(("app_context", _CONTEXTS))
        self.matches_by_adapter = _ADAPTER in overridden
        self.ends_plainly = overridden.isdisjoint(_AT_THE_END)


@lru_cache(maxsize=256)
def line_with(overridden: frozenset[str]) -> Line:
    """Return the line of the applications that override these faces."""
    return Line(overridden)


def overridden_faces(app: Kernos, stock: tuple[t.Any, ...]) -> frozenset[str]:
    """Return the faces that an application overrides, in its class or on itself.

    Args:
        app: The application.
        stock: The framework's own methods, in the order of :data:`FACES`.
    """
    kind, own = type(app), app.__dict__
    overridden = {
        face
        for face, method in zip(FACES, stock, strict=True)
        if face != _CLOSE and (face in own or getattr(kind, face) is not method)
    }
    request_class: t.Any = app.request_class
    if getattr(request_class, "close", None) is not stock[FACES.index(_CLOSE)]:
        overridden.add(_CLOSE)
    if not (RequestContext._is_stock and AppContext._is_stock):
        overridden.add(_CONTEXTS)
    if not isinstance(request_class, type):  # no class that a router could ask
        overridden.add(_ADAPTER)
    return frozenset(overridden)
