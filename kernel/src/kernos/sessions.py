"""Sessions as views call them; the interface behind is the application's choice."""

from __future__ import annotations

import typing as t

from kernos.contracts.sessions import NullSession, SessionInterface, SessionMixin
from kernos.errors import MissingComponent
from kernos.globals import request_ctx

__all__ = ["NullSession", "SessionInterface", "SessionMixin", "destroy", "regenerate"]


def regenerate() -> None:
    """Give the current session a new identity and kill the old one.

    Call it where the visitor's rights change: at login and at logout.

    Raises:
        MissingComponent: The session interface cannot do it.
    """
    _call("regenerate")


def destroy() -> None:
    """Forget the current session, here and in its store.

    Raises:
        MissingComponent: The session interface cannot do it.
    """
    _call("destroy")


def _call(name: str) -> None:
    app = request_ctx.app
    method: t.Callable[..., None] | None = getattr(app.session_interface, name, None)
    if method is None:
        raise MissingComponent(
            f"{type(app.session_interface).__name__} has no {name}().",
            why="it is an optional part of the contract of sessions",
            fix=f"def {name}(self, app, session): ...   # in the session interface",
        )
    method(app, request_ctx.session)
