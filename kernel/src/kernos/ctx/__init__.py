"""The two contexts: of the application, and of one request.

A context is current between ``push`` and ``pop``; the variables that say so are in
:mod:`kernos.globals`.
"""

from kernos.ctx.application import AppContext
from kernos.ctx.current import after_this_request
from kernos.ctx.current import copy_current_request_context
from kernos.ctx.current import has_app_context
from kernos.ctx.current import has_request_context
from kernos.ctx.namespace import AppGlobals
from kernos.ctx.preserved import Preserved
from kernos.ctx.request import RequestContext

__all__ = [
    "AppContext",
    "AppGlobals",
    "Preserved",
    "RequestContext",
    "after_this_request",
    "copy_current_request_context",
    "has_app_context",
    "has_request_context",
]
