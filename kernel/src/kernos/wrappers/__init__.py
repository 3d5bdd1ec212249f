"""The request and the response: Werkzeug's, lazier, and strict about what leaves."""

from kernos.wrappers.request import Request
from kernos.wrappers.response import Response

__all__ = ["Request", "Response"]
