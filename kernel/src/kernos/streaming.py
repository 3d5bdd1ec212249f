"""A response that is made while it is sent, with its request still at hand.

Source: Flask's pattern "Streaming Contents".
"""

from __future__ import annotations

import typing as t
from contextvars import copy_context
from functools import update_wrapper

from kernos.globals import _cv_app, _cv_request

if t.TYPE_CHECKING:
    from kernos.ctx import RequestContext

T = t.TypeVar("T")


class ContextStream(t.Generic[T]):
    """Iterate in the contexts of one request, wherever and whenever that happens.

    The contexts belong to this iterator and not to a thread: they are current while
    an item is made and at no other time, also when two streams take turns on one
    thread, or when one is closed in another. The request is torn down once, at the end.

    Teardown functions see the variables of whoever ends the stream, which in a server are
    those that the request began with: a tracer's token is good for no others.
    """

    def __init__(self, ctx: RequestContext, items: t.Iterator[T]) -> None:
        self._ctx = ctx
        self._items = items
        self._variables = copy_context()
        self._closed = False
        ctx._hold()

    def __iter__(self) -> t.Iterator[T]:
        return self

    def __next__(self) -> T:
        if self._closed:
            raise StopIteration
        try:
            return self._variables.run(next, self._items)
        except StopIteration:
            self.close()
            raise
        except BaseException as error:
            self._end(error)
            raise

    def close(self) -> None:
        """Close the items and give up the request; a second call does nothing."""
        self._end(None)

    def __del__(self) -> None:
        self.close()

    def _end(self, error: BaseException | None) -> None:
        if not self._closed:
            self._closed = True
            try:
                self._variables.run(self._close_items, error)
            finally:
                self._release(error)

    def _close_items(self, error: BaseException | None) -> None:
        ctx = self._ctx
        if isinstance(error, Exception):
            ctx._stages.report_stream_error(ctx.app, ctx, error)
        close = getattr(self._items, "close", None)
        if close is not None:
            close()

    def _release(self, error: BaseException | None) -> None:
        app_token = _cv_app.set(self._variables.run(_cv_app.get))
        token = _cv_request.set(self._ctx)
        try:
            self._ctx._release(error)
        finally:
            _cv_request.reset(token)
            _cv_app.reset(app_token)


@t.overload
def stream_with_context(generator_or_function: t.Iterator[T]) -> t.Iterator[T]: ...


@t.overload
def stream_with_context(
    generator_or_function: t.Callable[..., t.Iterator[T]],
) -> t.Callable[..., t.Iterator[T]]: ...


def stream_with_context(generator_or_function: t.Any) -> t.Any:
    """Keep the request at hand while a generator makes the body of its response.

    Args:
        generator_or_function: An iterator, or a function that returns one: then it
            is a decorator.

    Raises:
        RuntimeError: No request is active.
    """
    try:
        items = iter(generator_or_function)
    except TypeError:

        def decorated(*args: t.Any, **kwargs: t.Any) -> t.Any:
            return stream_with_context(generator_or_function(*args, **kwargs))

        return update_wrapper(decorated, generator_or_function)
    ctx = _cv_request.get(None)
    if ctx is None:
        raise RuntimeError(
            "Working outside of request context: stream_with_context() keeps the current"
            " request for a stream, and none is active here.\n"
            "  fix: call it in a view, as in: return stream_with_context(generate())"
        )
    return ContextStream(ctx, items)
