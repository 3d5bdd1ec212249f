"""The context of an application, and ``g``; how a request's context brings one along.

Source: Flask's page "The Application Context".
"""

from __future__ import annotations

import contextvars
import sys
import threading
import typing as t

from kernos.globals import LATER, _cv_app, _cv_current_app, _cv_pushed, _cv_request
from kernos.lazy import lazy
from kernos.lookout import WatchedClass
from kernos.signals import appcontext_popped, appcontext_pushed, appcontext_tearing_down

if t.TYPE_CHECKING:
    from types import TracebackType

    from kernos.app import Kernos
    from kernos.contracts import JSONProvider
    from kernos.ctx.request import RequestContext
    from kernos.lifecycle.faces import Line

_sentinel = object()

#: Stands for the token of an application context that is current through its request's.
LENT: t.Any = object()

# Each request calls these; a name that was imported has its methods looked up anew.
_set, _reset = _cv_pushed.set, _cv_pushed.reset


def is_alive(former: t.Any) -> bool:
    """Tell whether what was current before may be current again.

    After contexts were popped in a wrong order, the one before may have gone already.
    """
    return former is contextvars.Token.MISSING or former is None or bool(former._cv_tokens)


class Served:
    """What both kinds of contexts know of the line that they are served on."""

    app: Kernos

    #: The line, as each request reads it: whoever serves the context has set it. Where that
    #: is not for sure, :attr:`_stages` is asked.
    _line: t.Any = None

    @property
    def _stages(self) -> Line:
        """The stages as the application has them, with its overrides."""
        line: Line = self._line or self.app._request_line()
        self._line = line
        return line

    @property
    def _json_provider(self) -> JSONProvider:
        """The provider in force: the nearest blueprint's that has one, else the app's."""
        ctx = _cv_request.get(None)
        if ctx is not None and ctx.app is self.app:
            return t.cast("JSONProvider", self.app._component_for("json", ctx.request))
        return self.app.json


class AppGlobals:
    """A namespace for the length of one application context: what ``g`` stands for."""

    if t.TYPE_CHECKING:  # any attribute may be set

        def __setattr__(self, name: str, value: t.Any) -> None: ...

    def __getattr__(self, name: str) -> t.Any:
        raise AttributeError(name)

    def __delattr__(self, name: str) -> None:
        try:
            del self.__dict__[name]
        except KeyError:
            raise AttributeError(name) from None

    def get(self, name: str, default: t.Any = None) -> t.Any:
        """Return an attribute, or ``default``."""
        return self.__dict__.get(name, default)

    def pop(self, name: str, default: t.Any = _sentinel) -> t.Any:
        """Remove an attribute and return it, or ``default``.

        Raises:
            KeyError: There is none, and no default.
        """
        if default is _sentinel:
            return self.__dict__.pop(name)
        return self.__dict__.pop(name, default)

    def setdefault(self, name: str, default: t.Any = None) -> t.Any:
        """Return an attribute, which is set to ``default`` if it is missing."""
        return self.__dict__.setdefault(name, default)

    def __contains__(self, name: str) -> bool:
        return name in self.__dict__

    def __iter__(self) -> t.Iterator[str]:
        return iter(self.__dict__)

    #: What ``repr`` calls it.
    _shown_as: t.ClassVar[str] = "kernos.g"

    def __repr__(self) -> str:
        ctx = _cv_current_app.get(None)
        if ctx is not None:
            return f"<{self._shown_as} of {ctx.app.name!r}>"
        return object.__repr__(self)


class AppContext(Served, metaclass=WatchedClass, watched=("__init__", "push", "pop")):
    """What is current while an application is active: the application, and ``g``.

    Made by :meth:`Kernos.app_context`; used with ``with``, or pushed and popped.
    """

    def __init__(self, app: Kernos) -> None:
        self.app = app
        self._cv_tokens: list[contextvars.Token[AppContext | None]] = []

    @lazy
    def g(self) -> t.Any:
        """The namespace for this context's length."""
        return self.app.app_ctx_globals_class()

    @lazy
    def url_adapter(self) -> t.Any:
        """What builds URLs without a request; None without a ``SERVER_NAME``."""
        return self.app.create_url_adapter(None)

    def push(self) -> None:
        """Make this context the current one."""
        self._bind()
        try:
            self._announce()
        except BaseException:  # nobody will pop what was never handed over
            self._unbind()
            raise

    def _bind(self) -> None:
        """Make this context the current one, and nothing else."""
        self._cv_tokens.append(_set(self))

    def _announce(self) -> None:
        """Say that the context was pushed."""
        if appcontext_pushed.receivers:
            appcontext_pushed.send(self.app, _async_wrapper=self.app.ensure_sync)

    def pop(self, exc: BaseException | None = _sentinel) -> None:  # type: ignore[assignment]
        """Make the context before this one current; the last pop tears down.

        Raises:
            AssertionError: Another context was pushed and not popped since.
        """
        try:
            if len(self._cv_tokens) == 1:
                if exc is _sentinel:
                    exc = sys.exc_info()[1]
                self._stages.teardown_appcontext(self.app, self, exc)
        finally:
            self._unbind()
        self._announce_pop()

    def _announce_pop(self) -> None:
        """Say that the context was popped."""
        if appcontext_popped.receivers:
            appcontext_popped.send(self.app, _async_wrapper=self.app.ensure_sync)

    def _give_back(self) -> bool:
        """End what a request has lent, with nothing to tear down; False if it was pushed too."""
        if self._cv_tokens != [LENT]:
            return False
        self._cv_tokens.clear()
        return True

    def _unbind(self) -> None:
        """Make the context before this one current, and nothing else."""
        current = _cv_app.get(None)
        if not self._cv_tokens:
            raise AssertionError(f"{self!r} is popped, and it is not pushed.")
        token = self._cv_tokens.pop()
        if token is not LENT and is_alive(token.old_value):
            _reset(token)
        if current is not self:
            raise AssertionError(
                f"{self!r} is popped while {current!r} is the current app context."
            )

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


#: Held while one is made: two threads may ask at once in the variables of one request.
_making = threading.RLock()


class LendsAppContext(Served):
    """What a request's context does about the application's: made when somebody asks for it.

    Few requests do, and a small request would spend much of its time on making and pushing one.
    """

    if t.TYPE_CHECKING:
        _cv_tokens: list[tuple[contextvars.Token[RequestContext], AppContext | None]]

    #: The application context that is current with this one, and was not pushed for itself:
    #: LATER while nobody has asked for it.
    _lent: AppContext | None = None

    def _bind_app_context(self, line: Line) -> AppContext | None:
        """Make an application context current at once, unless one of the application is."""
        current = _cv_app.get(None)
        if current is not None and current.app is self.app:
            if not self._cv_tokens and _cv_pushed.get(None) is None:
                self._lent = current  # another request's, within which this one is made
            return None
        owned: AppContext = line.app_context(self.app)
        owned._line = line
        if type(owned)._is_stock:
            owned._bind()
        else:
            owned.push()
        return owned

    def _take_lent(self) -> AppContext:
        """Return the application context that is lent, made if nobody has asked before."""
        with _making:
            if self._lent is LATER:
                made = AppContext(self.app)
                made._line = self._line
                made._cv_tokens.append(LENT)
                self._lent = made
        return t.cast("AppContext", self._lent)

    def _settle_lent(self) -> None:
        """Push what was lent, where somebody waits for its end; else take it back."""
        token, owned = self._cv_tokens[0] if self._cv_tokens else (None, None)
        if token is None or owned is not LATER:
            return
        left = _cv_pushed.get(None)
        if left is None and not self._is_end_awaited():
            if self._lent is LATER or t.cast("AppContext", self._lent)._give_back():
                self._cv_tokens[0] = (token, None)
                return
        lent = self._take_lent()
        if left is not None:  # somebody has not popped it, and hears of that
            _cv_pushed.set(None)
        if lent._cv_tokens:
            lent._cv_tokens[0] = _cv_pushed.set(lent)
        if left is not None:
            _cv_pushed.set(left)
        self._cv_tokens[0] = (token, lent)

    def _is_end_awaited(self) -> bool:
        """Tell whether anything happens at the end of an application context."""
        app = self.app
        return bool(
            app.teardown_appcontext_funcs
            or app._kernel_plugins.request_hooks.teardown_appcontext
            or appcontext_tearing_down.receivers
            or appcontext_popped.receivers
            or self._stages.tears_down_app_contexts
            or not AppContext._is_stock
        )
