"""What views call beside the request: URLs, redirects, files, flashed messages.

Source: Flask's API page, "Useful Functions and Classes" and "Message Flashing".
"""

from __future__ import annotations

import os
import typing as t

import werkzeug.utils
from werkzeug.exceptions import abort as werkzeug_abort
from werkzeug.http import parse_date
from werkzeug.utils import redirect as werkzeug_redirect

from kernos.config import get_debug_flag as get_debug_flag
from kernos.globals import _cv_current_app, _cv_request, current_app, request, session
from kernos.signals import message_flashed

if t.TYPE_CHECKING:
    from datetime import datetime

    from werkzeug.wrappers import Response as WerkzeugResponse

    from kernos.wrappers import Response

_DATES = ("HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_IF_RANGE")


def make_response(*args: t.Any) -> Response:
    """Return the response that a view returning the arguments would give.

    Without an argument it is an empty response.
    """
    if not args:
        return current_app.response_class()
    return current_app.make_response(args[0] if len(args) == 1 else args)


def url_for(
    endpoint: str,
    *,
    _anchor: str | None = None,
    _method: str | None = None,
    _scheme: str | None = None,
    _external: bool | None = None,
    **values: t.Any,
) -> str:
    """Return the URL of an endpoint.

    Args:
        endpoint: Its name; one that starts with a dot is relative to the blueprint.
        _anchor: Added as the fragment.
        _method: Build for the rule that takes this method.
        _scheme: Build an external URL with this scheme.
        _external: Whether the URL has scheme and host; outside a request it has, unless
            told otherwise.
        **values: Arguments of the rule; those it lacks go into the query.

    Raises:
        werkzeug.routing.BuildError: No URL can be built; the application's
            ``url_build_error_handlers`` were asked.
    """
    return current_app.url_for(
        endpoint,
        _anchor=_anchor,
        _method=_method,
        _scheme=_scheme,
        _external=_external,
        **values,
    )


def redirect(
    location: str,
    code: int = 302,
    Response: type[WerkzeugResponse] | None = None,  # noqa: N803 - Flask's name
) -> WerkzeugResponse:
    """Return a response that sends the client to ``location``.

    Args:
        location: The URL.
        code: 301, 302, 303, 305, 307 or 308.
        Response: The class to use; by default the application's.
    """
    if _cv_current_app.get(None) is not None:
        return current_app.redirect(location, code=code)
    return werkzeug_redirect(location, code=code, Response=Response)


def abort(code: int | WerkzeugResponse, *args: t.Any, **kwargs: t.Any) -> t.NoReturn:
    """Raise the HTTP error for a status code, or one that holds a response.

    Raises:
        LookupError: There is no error for the code.
    """
    if _cv_current_app.get(None) is not None:
        current_app.aborter(code, *args, **kwargs)
    werkzeug_abort(code, *args, **kwargs)


def flash(message: str, category: str = "message") -> None:
    """Keep a message for the next request; ``get_flashed_messages`` hands it out.

    Args:
        message: What to say.
        category: For instance ``"error"``, ``"info"`` or ``"warning"``.
    """
    # Assigned, not appended: a session cannot see a change inside a list.
    flashes = session.get("_flashes", [])
    flashes.append((category, message))
    session["_flashes"] = flashes
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    message_flashed.send(app, _async_wrapper=app.ensure_sync, message=message, category=category)


def get_flashed_messages(
    with_categories: bool = False, category_filter: t.Iterable[str] = ()
) -> list[str] | list[tuple[str, str]]:
    """Return the messages flashed so far; the same again within one request.

    Args:
        with_categories: Return pairs of category and message.
        category_filter: Return these categories only.
    """
    ctx = _cv_request.get(None)
    if ctx is None:
        request._get_current_object()  # type: ignore[attr-defined]
    assert ctx is not None
    flashes = ctx.flashes
    if flashes is None:
        stored = session.pop("_flashes") if "_flashes" in session else []
        flashes = ctx.flashes = list(stored)
    wanted = list(category_filter)
    if wanted:
        flashes = [item for item in flashes if item[0] in wanted]
    if with_categories:
        return flashes
    return [message for _, message in flashes]


def send_file(
    path_or_file: os.PathLike[str] | str | t.IO[bytes],
    mimetype: str | None = None,
    as_attachment: bool = False,
    download_name: str | None = None,
    conditional: bool = True,
    etag: bool | str = True,
    last_modified: datetime | int | float | None = None,
    max_age: int | t.Callable[[str | None], int | None] | None = None,
) -> Response:
    """Return a response that sends a file.

    Args:
        path_or_file: A path, relative ones to the application's root, or an open
            binary file. Never a path that a visitor may choose: see
            :func:`send_from_directory`.
        mimetype: By default guessed from the name.
        as_attachment: Ask the browser to save the file rather than show it.
        download_name: The name to save it as.
        conditional: Answer range requests and "not modified".
        etag: Make an entity tag, or the one to send.
        last_modified: When it changed; by default the file's own time.
        max_age: How long it may be cached, in seconds, or a function of the path; by
            default the application's ``get_send_file_max_age``.
    """
    return werkzeug.utils.send_file(  # type: ignore[return-value]
        path_or_file,
        mimetype=mimetype,
        as_attachment=as_attachment,
        download_name=download_name,
        conditional=conditional,
        etag=etag,
        last_modified=last_modified,
        **send_file_options(max_age),
    )


def send_from_directory(
    directory: os.PathLike[str] | str, path: os.PathLike[str] | str, **kwargs: t.Any
) -> Response:
    """Return a response that sends a file from within a directory, and only from there.

    Args:
        directory: The directory, relative to the application's root.
        path: The file in it, which may come from the visitor.
        **kwargs: As for :func:`send_file`.

    Raises:
        werkzeug.exceptions.NotFound: There is no such file inside the directory.
    """
    kwargs.update(send_file_options(kwargs.get("max_age")))
    return werkzeug.utils.send_from_directory(  # type: ignore[return-value]
        directory, path, **kwargs
    )


def is_hidden(directory: str, path: str) -> bool:
    """Tell whether a file is not for everybody: a dotfile, or a link to elsewhere.

    ``.well-known`` (RFC 8615) is there to be found.
    """
    parts = path.split("/")
    if "\0" in path or any(part.startswith(".") and part != ".well-known" for part in parts):
        return True
    root = os.path.realpath(directory)
    return os.path.commonpath([root, os.path.realpath(os.path.join(root, path))]) != root


def send_file_options(max_age: t.Any) -> dict[str, t.Any]:
    """Return what Werkzeug's functions that send files are told of the application."""
    return {
        "max_age": current_app.get_send_file_max_age if max_age is None else max_age,
        "environ": _sane_dates(request.environ),
        "use_x_sendfile": current_app.config["USE_X_SENDFILE"],
        "response_class": current_app.response_class,
        "_root_path": current_app.root_path,
    }


def _sane_dates(environ: dict[str, t.Any]) -> dict[str, t.Any]:
    """Drop dates that Python cannot hold: the client's mistake must not be a 500."""
    for name in _DATES:
        if name in environ:
            try:
                parse_date(environ[name])
            except (OverflowError, ValueError):
                # A range with a condition that cannot hold is none.
                without = (name, "HTTP_RANGE") if name == "HTTP_IF_RANGE" else (name,)
                environ = {key: value for key, value in environ.items() if key not in without}
    return environ
