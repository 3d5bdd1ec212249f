"""What is current; the very objects of ``kernos.globals``."""

from werkzeug.local import LocalProxy as LocalProxy

from kernos.globals import _NO_APP
from kernos.globals import _NO_REQUEST
from kernos.globals import _cv_app as _cv_app
from kernos.globals import _cv_request as _cv_request
from kernos.globals import app_ctx as app_ctx
from kernos.globals import current_app as current_app
from kernos.globals import g as g
from kernos.globals import request as request
from kernos.globals import request_ctx as request_ctx
from kernos.globals import session as session

_no_app_msg = _NO_APP
_no_req_msg = _NO_REQUEST
