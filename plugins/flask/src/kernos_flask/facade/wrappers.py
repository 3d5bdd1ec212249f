"""The request and the response, under the modules that Flask's have."""

from werkzeug.exceptions import BadRequest as BadRequest, HTTPException as HTTPException
from werkzeug.wrappers import Request as RequestBase, Response as ResponseBase

from kernos.names import split_blueprint_path as _split_blueprint_path
from kernos.wrappers import Request as KernosRequest, Response as KernosResponse

from .globals import current_app as current_app


class Request(KernosRequest):
    """The request of the current request context."""


class Response(KernosResponse):
    """The response that a view returns, or that is made of what it returns."""


__all__ = ["Request", "RequestBase", "Response", "ResponseBase", "_split_blueprint_path"]
