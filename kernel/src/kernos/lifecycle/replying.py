"""From a response, or what would become one, to what the server is told.

Headers and status are settled here, where an error can still be answered, and the
server is called only afterwards.
"""

from __future__ import annotations

import typing as t

from kernos.lifecycle.responding import headers_if_unseen
from kernos.wrappers import Response
from kernos.wrappers.response import follow, known_types
from kernos.wrappers.sinks import check_headers, check_status, missing_headers

if t.TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

    from kernos.app import Kernos
    from kernos.ctx import RequestContext

#: Status line, headers and body, as a WSGI server takes them.
Reply = tuple[str, list[tuple[str, str]], t.Iterable[bytes]]

_HTML = known_types["text/html"]


def reply(app: Kernos, ctx: RequestContext, value: t.Any) -> Reply:
    """Return what the server is told of what a view or an error handler returned.

    Most often that is a text or JSON, and nobody looks at the response that it stands for:
    none is made, then.

    Raises:
        TypeError: The value stands for no response.
        ValueError: The response's status or a header cannot be sent.
    """
    if app.after_request_funcs:  # they see each response
        return reply_by_response(app, ctx, value)
    kind = type(value)
    content_type = text = None
    if kind is str:
        content_type, body = _HTML, value.encode()
    elif (kind is dict or kind is list) and not app._blueprint_components:
        provider = app.json
        if _responds_with_text(provider, app):
            # Writing may do as it likes: open the session, say, or name another MIME type.
            text = provider._response_text((value,), {})
            mimetype = provider.mimetype
            content_type = known_types.get(mimetype)
            body = text.encode() if isinstance(text, str) else text
    if content_type is not None:
        more = headers_if_unseen(app, ctx)
        if more is not None:
            headers = [
                ("Content-Type", content_type),
                ("Content-Length", str(len(body))),
                *(follow(more, app._response_headers) if more else app._response_headers),
            ]
            is_head = ctx.request.environ["REQUEST_METHOD"] == "HEAD"
            return "200 OK", headers, () if is_head else [body]
    if text is not None:  # which is not written a second time
        value = app.response_class(text, mimetype=mimetype)
    return reply_by_response(app, ctx, value)


def _responds_with_text(provider: t.Any, app: Kernos) -> bool:
    """Tell whether a JSON provider's response is its text in one of an application's responses.

    Args:
        provider: Any provider; nobody must have put another ``response`` in its place.
        app: The application that answers.
    """
    try:
        kind = type(provider)
        return (
            kind.response is kind._text_response
            and "response" not in provider.__dict__
            and provider._app.response_class is app.response_class
        )
    except AttributeError:  # it is of another kind, or has no application
        return False


def reply_by_response(app: Kernos, ctx: RequestContext, value: t.Any) -> Reply:
    """Return what :func:`reply` does, where each response has somebody who looks at it."""
    finalize = ctx._line.finalize
    return make_reply(app, ctx, finalize(app, ctx, value))


def make_reply(app: Kernos, ctx: RequestContext, response: t.Any) -> Reply:
    """Return what the server is told of a response.

    Raises:
        ValueError: Its status or a header cannot be sent.
    """
    try:
        plain = None
        if isinstance(response, Response):
            plain = response._plain_parts(app._response_headers)
        if plain is None:
            return _by_calling(app, ctx, response)
    except BaseException:
        ctx._is_processed = True  # the response to this error is not the functions' affair
        raise
    if ctx.request.environ["REQUEST_METHOD"] == "HEAD":  # the headers of GET, and no body
        return plain[0], plain[1], ()
    return plain


def _by_calling(app: Kernos, ctx: RequestContext, response: t.Any) -> Reply:
    """Ask the response itself, as a server would."""
    told: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(
        status: str, headers: list[tuple[str, str]], _exc_info: t.Any = None
    ) -> t.Callable[[bytes], object]:
        told.append((status, headers))
        return _no_write

    body = response(ctx.request.environ, start_response)
    if not told:
        raise RuntimeError(f"{response!r} did not call start_response.")
    status, headers = told[-1]
    try:
        check_status(status, int(status[:3]) if status[:3].isdigit() else 0)
        check_headers(headers)
    except BaseException:
        close = getattr(body, "close", None)
        if close is not None:
            close()
        raise
    if app._response_headers:
        names = tuple([name for name, _ in headers])
        headers = [*headers, *missing_headers(names, tuple(app._response_headers))]
    return status, headers, body


def _no_write(_data: bytes) -> object:
    raise RuntimeError("A response's body is returned; write() is not supported.")


def send(reply: Reply, start_response: StartResponse) -> t.Iterable[bytes]:
    """Tell the server, and return the body for it to send and to close."""
    status, headers, body = reply
    try:
        start_response(status, headers)
    except BaseException:
        close = getattr(body, "close", None)
        if close is not None:
            close()
        raise
    return body
