"""The application context that comes with a request's: made when somebody asks for it.

Few requests do, and a small request would spend much of its time on making and pushing one.
"""

from __future__ import annotations

import threading
import typing as t

from kernos.ctx.application import LENT
from kernos.ctx.application import AppContext
from kernos.ctx.application import Served
from kernos.globals import LATER
from kernos.globals import _cv_app
from kernos.globals import _cv_pushed
from kernos.signals import appcontext_popped
from kernos.signals import appcontext_tearing_down

if t.TYPE_CHECKING:
    import contextvars

    from kernos.ctx.request import RequestContext
    from kernos.lifecycle.faces import Line

#: Held while one is made: two threads may ask at once in the variables of one request.
_making = threading.RLock()


class LendsAppContext(Served):
    """What a request's context does about the application's."""

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
