"""What views ask of the current context.

Source: Flask's API page, "Useful Functions and Classes".
"""

from __future__ import annotations

import typing as t
from functools import update_wrapper

from kernos.globals import _cv_current_app, _cv_request

if t.TYPE_CHECKING:
    from kernos import typing as kt

F = t.TypeVar("F", bound=t.Callable[..., t.Any])


def after_this_request(
    f: kt.AfterRequestCallable[t.Any],
) -> kt.AfterRequestCallable[t.Any]:
    """Call a function with this request's response, and send what it returns.

    Raises:
        RuntimeError: No request is active.
    """
    ctx = _cv_request.get(None)
    if ctx is None:
        raise RuntimeError(_needs_request("after_this_request"))
    ctx._after_request_functions.append(f)
    return f


def copy_current_request_context(f: F) -> F:
    """Return the function, to be called with this request's context in another thread.

    The copy of the context is made now, so that the request may end before the call.

    Raises:
        RuntimeError: No request is active.
    """
    original = _cv_request.get(None)
    if original is None:
        raise RuntimeError(_needs_request("copy_current_request_context"))
    twin = original.copy()

    def wrapper(*args: t.Any, **kwargs: t.Any) -> t.Any:
        with twin.copy() as ctx:  # each call its own: two may run at once
            return ctx.app.ensure_sync(f)(*args, **kwargs)

    return t.cast(F, update_wrapper(wrapper, f))


def has_request_context() -> bool:
    """Tell whether a request is active, so that ``request`` and ``session`` work."""
    return _cv_request.get(None) is not None


def has_app_context() -> bool:
    """Tell whether an application is active, so that ``current_app`` and ``g`` work."""
    return _cv_current_app.get(None) is not None


def _needs_request(name: str) -> str:
    return (
        f"Working outside of request context: {name}() belongs to a request.\n"
        "  fix: call it in a view, or in: with app.test_request_context(): ..."
    )
