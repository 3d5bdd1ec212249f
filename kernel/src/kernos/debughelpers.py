"""Frequent mistakes, told at length; only in debug mode.

Source: Flask's documentation, "Debugging Application Errors".
"""

from __future__ import annotations

import typing as t

from werkzeug.datastructures import MultiDict
from werkzeug.routing import RequestRedirect

if t.TYPE_CHECKING:
    from kernos.wrappers import Request


class UnexpectedUnicodeError(AssertionError, UnicodeError):
    """Text was found where bytes are wanted, or the reverse."""


class DebugFilesKeyError(KeyError, AssertionError):
    """A file is asked for, and the form has sent only its name."""

    def __init__(self, request: Request, key: str) -> None:
        what = (
            f"request.files has no {key!r}: the form was sent with the mimetype"
            f" {request.mimetype!r}, so that no file contents were transmitted."
        )
        lines = [
            what,
            '  fix: <form method="post" enctype="multipart/form-data">',
        ]
        names = request.form.getlist(key)
        if names:
            sent = ", ".join(repr(name) for name in names)
            lines.insert(1, f"  The browser sent names instead. This was submitted: {sent}")
        super().__init__("\n".join(lines))
        self.msg = "\n".join(lines)

    def __str__(self) -> str:
        return self.msg


class FormDataRoutingRedirect(AssertionError):
    """A redirect of the router would lose the form that was sent."""

    def __init__(self, request: Request) -> None:
        error = request.routing_exception
        assert isinstance(error, RequestRedirect)
        what = (
            f"A request was sent to {request.url!r}, and the router answers with a"
            f" redirect to the canonical URL {error.new_url!r}."
        )
        lines = [what]
        if f"{request.base_url}/" == error.new_url.partition("?")[0]:
            lines.append("  The URL was defined with a trailing slash, and sent without one.")
        lines.append(
            f"  fix: send the {request.method} request to the canonical URL. A browser may"
            " lose the form's data on the way, which is why debug mode stops here."
        )
        super().__init__("\n".join(lines))


def attach_enctype_error_multidict(request: Request) -> None:
    """Make ``request.files[key]`` explain itself when only the file's name was sent."""
    plain = request.files.__class__

    class ExplainingMultiDict(plain):  # type: ignore[valid-type,misc]
        def __getitem__(self, key: str) -> t.Any:
            try:
                return super().__getitem__(key)
            except KeyError as error:
                if key not in request.form:
                    raise
                raise DebugFilesKeyError(request, key).with_traceback(
                    error.__traceback__
                ) from None

    ExplainingMultiDict.__name__ = plain.__name__
    ExplainingMultiDict.__module__ = plain.__module__
    request.files = t.cast("t.Any", ExplainingMultiDict(MultiDict(request.files)))
