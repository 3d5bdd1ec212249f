"""The request and the response, under the modules that Flask's have."""

from kernos.wrappers import Request as KernosRequest
from kernos.wrappers import Response as KernosResponse


class Request(KernosRequest):
    """The request of the current request context."""


class Response(KernosResponse):
    """The response that a view returns, or that is made of what it returns."""
