"""A request's contexts after its end, for those who look back."""

from __future__ import annotations

import typing as t

from kernos.globals import _cv_app
from kernos.globals import _cv_request

if t.TYPE_CHECKING:
    from kernos.ctx.application import AppContext
    from kernos.ctx.request import RequestContext


class Preserved:
    """A request's contexts, kept after it has ended: current again while entered.

    Tests and the debugger look at a request's contexts afterwards. They were torn down,
    and entering them again tears nothing down.
    """

    def __init__(self, ctx: RequestContext, app_ctx: AppContext) -> None:
        self.ctx = ctx
        self.app_ctx = app_ctx
        self._tokens: list[tuple[t.Any, t.Any]] = []

    def __enter__(self) -> RequestContext:
        self._tokens.append((_cv_app.set(self.app_ctx), _cv_request.set(self.ctx)))
        return self.ctx

    def __exit__(self, *exc_info: object) -> None:
        app_token, token = self._tokens.pop()
        _cv_request.reset(token)
        _cv_app.reset(app_token)
