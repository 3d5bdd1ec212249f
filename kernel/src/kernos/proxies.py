"""The proxies that views import, to what a context variable holds.

They are Werkzeug's, and quicker where views use them.

A view reads an attribute of ``request`` a few times and Werkzeug takes three calls and
a swallowed error for each; here it is one call.
"""

from __future__ import annotations

import typing as t
from contextvars import ContextVar

from werkzeug import local

from kernos.globals import _NO_APP, _NO_REQUEST, _cv_app, _cv_current_app, _cv_request

if t.TYPE_CHECKING:
    from kernos.app import Kernos
    from kernos.contracts import SessionMixin
    from kernos.ctx import AppContext, AppGlobals, RequestContext
    from kernos.wrappers import Request

#: What a proxy answers itself, or asks the object for in Werkzeug's way.
_OWN = frozenset(dir(local.LocalProxy))

#: What was just found missing: its name, and the error to be raised again.
_missing: ContextVar[tuple[str, AttributeError] | None] = ContextVar("kernos.missing")


def make_proxy(variable: t.Any, part: str, unbound_message: str) -> t.Any:
    """Return a proxy to an attribute of what a context variable holds.

    Args:
        variable: Holds the object while one is current: a context variable, or what is
            read as one.
        part: The name of its attribute.
        unbound_message: What the RuntimeError says while none is current.
    """
    # Each proxy is of a class of its own: what its methods need is at hand in their
    # closure, where a slot of the instance would have to be read around the proxy.
    read = variable.get
    read_own = object.__getattribute__
    own = _OWN

    def current() -> t.Any:
        try:
            ctx = read()
        except LookupError:
            raise RuntimeError(unbound_message) from None
        return getattr(ctx, part)

    class LocalProxy(local.LocalProxy[t.Any]):
        __slots__ = ()
        __doc__ = local.LocalProxy.__dict__["__doc__"]  # the object's, not this class's

        def __getattribute__(self, name: str) -> t.Any:
            if name in own:
                return read_own(self, name)
            try:
                ctx = read()
            except LookupError:
                raise RuntimeError(unbound_message) from None
            try:
                return getattr(getattr(ctx, part), name)
            except AttributeError as error:
                _missing.set((name, error))
                raise

        def __getattr__(self, name: str) -> t.Any:
            # Python drops an AttributeError of the method above and asks here instead.
            # To look a second time would be to run a property twice.
            missed, error = _missing.get(None) or ("", None)
            if error is None or missed != name:
                return getattr(current(), name)
            _missing.set(None)
            try:
                raise error
            finally:
                del error  # whose traceback refers to this frame

        def __setattr__(self, name: str, value: t.Any) -> None:
            setattr(current(), name, value)

        def __delattr__(self, name: str) -> None:
            delattr(current(), name)

        def __getitem__(self, key: t.Any) -> t.Any:
            return current()[key]

        def __setitem__(self, key: t.Any, value: t.Any) -> None:
            current()[key] = value

        def __delitem__(self, key: t.Any) -> None:
            del current()[key]

        def __iter__(self) -> t.Iterator[t.Any]:
            return iter(current())

        def __contains__(self, key: t.Any) -> bool:
            return key in current()

    return LocalProxy(variable, part, unbound_message=unbound_message)


app_ctx: AppContext = local.LocalProxy(_cv_app)  # type: ignore[assignment]
current_app: Kernos = make_proxy(_cv_current_app, "app", _NO_APP)
g: AppGlobals = make_proxy(_cv_app, "g", _NO_APP)

request_ctx: RequestContext = local.LocalProxy(_cv_request, unbound_message=_NO_REQUEST)  # type: ignore[assignment]
request: Request = make_proxy(_cv_request, "request", _NO_REQUEST)
session: SessionMixin = make_proxy(_cv_request, "session", _NO_REQUEST)
