"""The context of an application.

Source: Flask's page "The Application Context".
"""

from __future__ import annotations

import contextvars
import sys
import typing as t

from kernos.globals import _cv_app
from kernos.globals import _cv_pushed
from kernos.globals import _cv_request
from kernos.lazy import lazy
from kernos.signals import appcontext_popped
from kernos.signals import appcontext_pushed
from kernos.watched import WatchedClass

if t.TYPE_CHECKING:
    from types import TracebackType

    from kernos.app import Kernos
    from kernos.contracts import JSONProvider
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
