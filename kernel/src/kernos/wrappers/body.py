"""The bytes of a request's body, and the server that cannot deliver them."""

from __future__ import annotations

import typing as t
from functools import lru_cache

from werkzeug.exceptions import BadRequest, ClientDisconnected, HTTPException
from werkzeug.wsgi import LimitedStream

if t.TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

#: What is read at once, and what Werkzeug reads at once: a length costs the client
#: nothing, so that no room may be made for more before it comes.
_PIECE = 64 * 1024

_UNREADABLE = "The body of the request could not be read."


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
            raise BadRequest(_UNREADABLE) from error


def read_at_once(
    environ: WSGIEnvironment, limit: int | None, form_limit: int | None
) -> bytes | None:
    """Return the body as its stream would give it, without the stream.

    Args:
        environ: The WSGI environment.
        limit: The most bytes that a body may have.
        form_limit: The most that a form may have, None for what is none.

    Returns:
        None, with nothing read, for a body that is to be read as a stream: its size is
        not for sure, it is empty or too long, or it would take much room before it has
        come.

    Raises:
        BadRequest: The server cannot deliver it, or the client has gone away.
    """
    stream = environ.get("wsgi.input")
    size = _plain_size(environ.get("CONTENT_LENGTH"))
    is_ended_by_server = "wsgi.input_terminated" in environ
    if (
        not size
        or stream is None
        or "HTTP_TRANSFER_ENCODING" in environ
        or (limit is not None and size > limit)
        or (form_limit is not None and size > form_limit)
        or (size > _PIECE and not is_ended_by_server)
    ):
        return None
    try:
        if is_ended_by_server:
            return bytes(stream.read()) if limit is None else _read_to_end(stream, limit)
        data: bytes = stream.read(size)
        if type(data) is not bytes:
            data = bytes(data)
    except HTTPException:
        raise
    except Exception as error:
        if isinstance(error, (OSError, ValueError)) and not (is_ended_by_server and limit is None):
            raise ClientDisconnected from error
        raise BadRequest(_UNREADABLE) from error
    if len(data) < size:  # some servers give what they have, and the stream asks again
        data += GuardedStream(_limited(stream, size - len(data))).read()
    return data


@lru_cache(maxsize=1024)  # sooner found than read, and the same ones come again
def _plain_size(length: str | None) -> int:
    """Return what a Content-Length says; 0 for one that may say something else."""
    # A number of more digits is no size, and Python takes its time to read it.
    if not length or len(length) > 15 or not length.isascii() or not length.isdigit():
        return 0
    return int(length)


def spent_stream(environ: WSGIEnvironment, read: int, limit: int | None) -> GuardedStream:
    """Return the stream of a body after :func:`read_at_once`.

    Args:
        environ: The WSGI environment.
        read: How many bytes it had.
        limit: The most bytes that a body may have.
    """
    stream = environ["wsgi.input"]
    if "wsgi.input_terminated" not in environ:
        stream = _limited(stream, 0)
    elif limit is not None:
        stream = _limited(stream, max(0, limit - read), is_max=True)
    return GuardedStream(stream)


def _read_to_end(stream: t.IO[bytes], limit: int) -> bytes:
    """Read what the server gives, up to the limit; beyond two pieces by the stream."""
    data = bytes(stream.read(min(_PIECE, limit)))
    if data and len(data) < limit:
        rest = stream.read(min(_PIECE, limit - len(data)))
        data += rest
        if rest and len(data) < limit:
            data += _limited(stream, limit - len(data), is_max=True).read()
    return data


def _limited(stream: t.IO[bytes], size: int, *, is_max: bool = False) -> t.IO[bytes]:
    return t.cast("t.IO[bytes]", LimitedStream(stream, size, is_max))
