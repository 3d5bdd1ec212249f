"""The contexts; the kernel's own classes, since the kernel makes them."""

from werkzeug.exceptions import HTTPException as HTTPException

from kernos.ctx import (
    AppContext as AppContext,
    AppGlobals,
    RequestContext as RequestContext,
    after_this_request as after_this_request,
    copy_current_request_context as copy_current_request_context,
    has_app_context as has_app_context,
    has_request_context as has_request_context,
)

from .globals import _cv_app as _cv_app, _cv_request as _cv_request
from .signals import appcontext_popped as appcontext_popped, appcontext_pushed as appcontext_pushed


class _AppCtxGlobals(AppGlobals):
    """A namespace for the length of one application context: what ``g`` stands for."""

    _shown_as = "flask.g"
