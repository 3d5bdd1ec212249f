"""The two contexts: of the application, and of one request.

A context is current between ``push`` and ``pop``; the variables that say so are in
:mod:`kernos.globals`.
"""

import typing as t

from kernos.ctx.application import AppContext, AppGlobals
from kernos.ctx.request import RequestContext
from kernos.lazy import lazy_names

if t.TYPE_CHECKING:
    from kernos.ctx.current import (
        after_this_request,
        copy_current_request_context,
        has_app_context,
        has_request_context,
    )

if not t.TYPE_CHECKING:
    __getattr__ = lazy_names(
        vars(),
        {
            "after_this_request": "kernos.ctx.current",
            "copy_current_request_context": "kernos.ctx.current",
            "has_app_context": "kernos.ctx.current",
            "has_request_context": "kernos.ctx.current",
        },
    )

__all__ = [
    "AppContext",
    "AppGlobals",
    "RequestContext",
    "after_this_request",
    "copy_current_request_context",
    "has_app_context",
    "has_request_context",
]
