"""The context of one request.

Source: Flask's page "The Request Context".
"""

from __future__ import annotations

import sys
import typing as t

from werkzeug.exceptions import HTTPException

from kernos.ctx.application import AppContext, LendsAppContext, is_alive
from kernos.globals import LATER, _cv_pushed, _cv_request
from kernos.hooks.calling import raise_errors
from kernos.lookout import WatchedClass

if t.TYPE_CHECKING:
    import contextvars
    from types import TracebackType

    from _typeshed.wsgi import WSGIEnvironment

    from kernos import typing as kt
    from kernos.app import Kernos
    from kernos.contracts import SessionMixin
    from kernos.wrappers import Request

_sentinel = object()

# Each request calls these; a name that was imported has its methods looked up anew.
_pushed, _reset_pushed = _cv_pushed.get, _cv_pushed.reset
_current, _set, _reset = _cv_request.get, _cv_request.set, _cv_request.reset

#: Stands for the URL adapter until it is asked for, or set.
NOT_MADE = object()


class _Environ:
    """The WSGI environment, for those who ask; a subclass may keep one of its own."""

    def __get__(self, ctx: RequestContext | None, owner: type) -> t.Any:
        return self if ctx is None else ctx.request.environ


class RequestContext(
    LendsAppContext, metaclass=WatchedClass, watched=("push", "pop", "match_request")
):
    """What is current while a request is handled: the request and its session.

    Made by :meth:`Kernos.request_context` for each request, and by
    :meth:`Kernos.test_request_context`. Pushing it also pushes an application context,
    unless one of the same application is current.
    """

    #: Messages flashed in earlier requests, once they were asked for.
    flashes: list[tuple[str, str]] | None = None
    #: Made by :meth:`copy`: the request's files are the original's to close.
    _is_copy = False
    #: The handlers were searched for an error; a second search would repeat them.
    _is_recovering = False
    #: Whoever pushed it serves it: an error of the push is answered within it.
    _is_served = False
    #: The response has passed the after-request functions.
    _is_processed = False
    #: The after-request functions that have not run, once the first has.
    _after_chain: t.Iterator[t.Callable[..., t.Any]] | None = None

    #: What the last release must do: the error, and the app context that ends as well.
    _held: tuple[BaseException | None, AppContext | None] | None = None

    environ: WSGIEnvironment = _Environ()  # type: ignore[assignment]

    def __init__(
        self,
        app: Kernos,
        environ: WSGIEnvironment,
        request: Request | None = None,
        session: SessionMixin | None = None,
    ) -> None:
        self.app = app
        self.request: Request = app.request_class(environ) if request is None else request
        self._cv_tokens: list[tuple[contextvars.Token[RequestContext], AppContext | None]] = []
        # Each request reads these, and finds them on the instance more quickly.
        self._opened = session
        self._adapter: t.Any = NOT_MADE
        self._own_after: list[kt.AfterRequestCallable[t.Any]] | None = None
        #: How many streams still need the context after the response has started.
        self._holds = 0

    @property
    def url_adapter(self) -> t.Any:
        """What matches and builds URLs for this request; None for an impossible one."""
        if self._adapter is NOT_MADE:
            try:
                self._adapter = self.app.create_url_adapter(self.request)
            except HTTPException as error:
                self.request.routing_exception = error
                self._adapter = None
        return self._adapter

    @url_adapter.setter
    def url_adapter(self, value: t.Any) -> None:
        self._adapter = value

    @property
    def _has_url_adapter(self) -> bool:
        """Whether the adapter was made already, or somebody has set one."""
        return self._adapter is not NOT_MADE

    @property
    def _after_request_functions(self) -> list[kt.AfterRequestCallable[t.Any]]:
        if self._own_after is None:
            self._own_after = []
        return self._own_after

    @_after_request_functions.setter
    def _after_request_functions(self, value: list[kt.AfterRequestCallable[t.Any]]) -> None:
        self._own_after = value

    # --- the session -----------------------------------------------------------------

    @property
    def session(self) -> SessionMixin:
        """The session, opened when it is first touched; touching it counts as access."""
        session = self._opened
        if session is None:
            session = self._open_session()
        session.accessed = True
        return session

    @session.setter
    def session(self, value: SessionMixin) -> None:
        self._opened = value

    @property
    def _session(self) -> SessionMixin:
        return self._opened if self._opened is not None else self._open_session()

    @_session.setter
    def _session(self, value: SessionMixin) -> None:
        self._opened = value

    def _open_session(self) -> SessionMixin:
        """Open the session by the application's interface; this is no access.

        Raises:
            SessionUnavailable: The interface raised; its error is the cause.
        """
        line = self._line or self._stages
        open_session = line.open_session
        session: SessionMixin = open_session(self.app, self)
        self._opened = session
        return session

    # --- current or not --------------------------------------------------------------

    def push(self) -> None:
        """Make this context the current one, open the session, and match the URL."""
        self._line = self.app._request_line()
        self._bind()
        try:
            self._line.start(self.app, self, type(self)._is_stock)
        except BaseException as error:
            if not self._is_served:
                self.pop(error)
            raise

    def _bind(self) -> None:
        """Make this context the current one, and nothing else."""
        line = self._line or self._stages
        owned: AppContext | None
        if (
            _pushed(None) is None
            and _current(None) is None
            and not self._holds  # a stream may need the one that was lent before
            and line.app_contexts_wait
        ):
            owned = self._lent = LATER
        else:
            owned = self._bind_app_context(line)
        self._cv_tokens.append((_set(self), owned))

    def _announce(self) -> None:
        """Say that an application context was pushed, if this context brought one."""
        owned = self._cv_tokens[-1][1]
        if owned is LATER:
            owned = self._take_lent()
        if owned is not None and type(owned)._is_stock:  # else its push has said so
            owned._announce()

    def match_request(self) -> None:
        """Find the rule, and keep the routing error for the moment of dispatch."""
        request = self.request
        try:
            if not self._has_url_adapter and not self.app._has_url_adapters():
                request.url_rule, request.view_args = self.app._url_router.match(request.environ)
            elif self.url_adapter is not None:
                result = self.url_adapter.match(return_rule=True)
                request.url_rule, request.view_args = result
        except HTTPException as error:
            self.request.routing_exception = error

    def pop(self, exc: BaseException | None = _sentinel) -> None:  # type: ignore[assignment]
        """Make the context before this one current; the last pop tears down.

        A context that a stream holds is torn down when the stream is closed.

        Raises:
            AssertionError: Another context was pushed and not popped since.
        """
        if exc is _sentinel:
            exc = sys.exc_info()[1]
        if len(self._cv_tokens) != 1:
            owned = self._unbind()
            if owned is not None and owned is not LATER:
                owned.pop(exc)
            return
        errors: list[BaseException] = []
        is_held = bool(self._holds)
        if is_held:
            if self._opened is not None:
                self._opened.modified = False  # it was saved; what changes now is too late
        else:
            try:
                self._tear_down(exc)
            except BaseException as error:
                errors.append(error)
        self._end(exc, errors, is_held)

    def _end(
        self, exc: BaseException | None, errors: list[BaseException], is_held: bool = False
    ) -> None:
        """Make the context before this one current, after the functions have run.

        Args:
            exc: What has ended the request.
            errors: What was raised until now.
            is_held: A stream needs the context, so that the functions have not run yet.

        Raises:
            BaseException: Those errors, and what the application context's end raises.
        """
        self._settle_lent()
        current, owned = self._unset()
        if current is not self:
            errors.append(self._unbalanced(current))
        if is_held:
            self._held = self._held or (exc, owned)
        if owned is not None:
            try:
                if is_held:
                    owned._unbind()
                else:
                    owned.pop(exc)
            except BaseException as error:
                errors.append(error)
        if errors:
            raise_errors(errors, "Errors at the end of a request")

    def _leave(self) -> bool:
        """Put the variables back as :meth:`_bind` found them, and tear nothing down.

        Returns:
            False, with nothing done, when another context is in the way.
        """
        tokens = self._cv_tokens
        if len(tokens) != 1 or _current(None) is not self:
            return False
        token, owned = tokens[0]
        if owned is LATER:
            lent: t.Any = self._lent
            if _pushed(None) is not None or (lent is not LATER and not lent._give_back()):
                return False
        elif owned is not None:
            if _pushed(None) is not owned or not type(owned)._is_stock:
                return False
            _reset_pushed(owned._cv_tokens.pop())
        _reset(token)
        self._cv_tokens = []
        self.request.environ["werkzeug.request"] = None
        return True

    def _unbind(self) -> AppContext | None:
        """Make the context before this one current; return the app context it brought."""
        current, owned = self._unset()
        if current is not self:
            raise self._unbalanced(current)
        return owned

    def _unset(self) -> tuple[RequestContext | None, AppContext | None]:
        """Return what was current, and the app context that this one brought."""
        current = _current(None)
        if not self._cv_tokens:
            raise AssertionError(f"{self!r} is popped, and it is not pushed.")
        token, owned = self._cv_tokens.pop()
        if is_alive(token.old_value):
            _reset(token)
        return current, owned

    def _unbalanced(self, current: RequestContext | None) -> AssertionError:
        return AssertionError(
            f"{self!r} is popped while {current!r} is the current request context."
        )

    def _tear_down(self, exc: BaseException | None) -> None:
        """Run the teardown functions and close the request's files."""
        try:
            self._line.teardown_request(self.app, self, exc)
        finally:
            if not self._is_copy:
                self._close_request()

    def _close_request(self) -> None:
        try:
            self.request.close()
        finally:
            # The environment refers to the request, and the request to it.
            self.request.environ["werkzeug.request"] = None

    # --- streams -----------------------------------------------------------------------

    def _hold(self) -> None:
        """Keep the context for a stream; :meth:`_release` gives it up."""
        self._holds += 1

    def _release(self, error: BaseException | None = None) -> None:
        """Give up one hold; the last one, after the response, tears down.

        Called while the context is current again, in any thread.

        Args:
            error: What broke the stream off.
        """
        self._holds -= 1
        if self._holds or self._held is None:
            return
        exc, owned = self._held
        self._held = None
        self._stages.end_stream(self.app, self, owned, exc if error is None else error)

    # --- the rest ----------------------------------------------------------------------

    def copy(self) -> RequestContext:
        """Return a context of the same request and session, for another thread.

        The teardown functions run at the end of each, since what they give back may be
        the thread's own; the request's files are closed with the original.
        """
        twin = type(self)(
            self.app, self.request.environ, request=self.request, session=self._session
        )
        twin._is_copy = True
        return twin

    def __enter__(self) -> t.Self:
        self.push()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.pop(exc_value)

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} {self.request.url!r}"
            f" [{self.request.method}] of {self.app.name}>"
        )
