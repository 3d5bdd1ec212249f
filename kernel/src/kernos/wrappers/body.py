"""The request's body, when the server cannot deliver it."""

from __future__ import annotations

import typing as t

from werkzeug.exceptions import BadRequest
from werkzeug.exceptions import HTTPException


class GuardedStream:
    """Pass reads on, and turn a server's own read error into a 400.

    Servers find a malformed chunk only while the application reads, and each raises
    an error class of its own.
    """

    def __init__(self, stream: t.IO[bytes]) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> t.Any:
        return getattr(self._stream, name)

    def __iter__(self) -> t.Iterator[bytes]:
        while line := self.readline():
            yield line

    def read(self, *args: t.Any) -> bytes:
        """Read like any stream."""
        data: bytes = self._guarded(self._stream.read, args)
        return data

    def readline(self, *args: t.Any) -> bytes:
        """Read one line."""
        line: bytes = self._guarded(self._stream.readline, args)
        return line

    def readinto(self, buffer: t.Any) -> int:
        """Read into a buffer."""
        stream: t.Any = self._stream
        count: int = self._guarded(stream.readinto, (buffer,))
        return count

    @staticmethod
    def _guarded(read: t.Callable[..., t.Any], args: tuple[t.Any, ...]) -> t.Any:
        try:
            return read(*args)
        except HTTPException:
            raise
        except Exception as error:
            raise BadRequest("The body of the request could not be read.") from error
