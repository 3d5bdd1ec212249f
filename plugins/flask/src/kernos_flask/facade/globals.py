"""What is current; the very objects of ``kernos.globals``."""

from werkzeug.local import LocalProxy as LocalProxy

from kernos.globals import (
    _NO_APP,
    _NO_REQUEST,
    _cv_app as _cv_app,
    _cv_request as _cv_request,
    app_ctx as app_ctx,
    current_app as current_app,
    g as g,
    request as request,
    request_ctx as request_ctx,
    session as session,
)

_no_app_msg = _NO_APP
_no_req_msg = _NO_REQUEST
