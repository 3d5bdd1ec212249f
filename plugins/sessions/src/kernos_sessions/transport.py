"""How a session's cookie travels: its attributes, and the headers around it."""

from __future__ import annotations

import re
import typing as t
from datetime import datetime
from functools import lru_cache

# The kernel requires it.
from werkzeug.wrappers import Response as WerkzeugResponse

import kernos
from kernos.contracts.own_names import asked_of
from kernos_sessions.dates import http_date
from kernos_sessions.errors import SessionTooLarge

if t.TYPE_CHECKING:
    from kernos import Kernos, Response
    from kernos.contracts import SessionInterface, SessionMixin

#: Hosts that browsers reach without leaving the machine, so that HTTP is safe there.
_LOOPBACK = r"(?ai)(?:(?:[a-z0-9-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d*)?"

#: A value of these needs no quotes in a cookie: base 64 for URLs, and the dot.
_is_token = re.compile(r"[\w.-]*", re.ASCII).fullmatch

#: Who sets the cookies of Kernos' responses; others are asked to do it themselves.
_SETTERS = (kernos.Response.set_cookie, WerkzeugResponse.set_cookie)


def send_cookie(
    interface: SessionInterface,
    app: Kernos,
    session: SessionMixin,
    response: Response,
    value: str,
) -> None:
    """Send the session's cookie.

    Raises:
        SessionTooLarge: It is larger than a browser keeps; under TESTING and in debug
            mode only, and not where the application's ``session_strict`` is False.
    """
    name = interface.get_cookie_name(app)
    expires = interface.get_expiration_time(app, session)
    attributes = _attributes(interface, app)
    limit = response.max_cookie_size
    line = cookie_line(response, name, value, expires, attributes)
    if line is not None and (not limit or len(line) <= limit):
        if not _add_plainly(response, "Set-Cookie", line):
            response.headers.add("Set-Cookie", line)
        return
    response.set_cookie(name, value, expires=expires, **attributes)
    size = len(response.headers.getlist("Set-Cookie")[-1])
    if not limit or size <= limit:
        return
    error = SessionTooLarge(
        f"The session's cookie {name!r} has {size} bytes.",
        why=f"browsers drop a cookie of more than {limit}, and the visitor's session is lost",
        fix="pip install kernos-sessions-redis   # keep large sessions on the server",
    )
    if (app.testing or app.debug) and asked_of(app, "session_strict", True):
        raise error
    app.logger.error("%s", error)


def cookie_line(
    response: Response,
    name: str,
    value: str,
    expires: datetime | None,
    attributes: dict[str, t.Any],
) -> str | None:
    """Return the header that ``response.set_cookie`` would set; None: it is to be asked."""
    if (
        (type(response).set_cookie, WerkzeugResponse.set_cookie) != _SETTERS
        or "set_cookie" in response.__dict__
        or not _is_token(value)
    ):
        return None
    start, middle, end = _around_value(name, **attributes)
    if expires is None:
        return f"{start}{value}{middle}{end}"
    if type(expires) is not datetime:
        return None
    return f"{start}{value}{middle}; Expires={http_date(expires)}{end}"


class _Blank(kernos.Response):
    max_cookie_size = 0  # it has a cookie without its value, whose size says nothing


@lru_cache(maxsize=64, typed=True)
def _around_value(name: str, **attributes: t.Any) -> tuple[str, str, str]:
    """Return what stands before a cookie's value, and before and behind its end."""
    blank = _Blank()
    blank.set_cookie(name, "", expires="~", **attributes)
    start, _, rest = blank.headers["Set-Cookie"].partition("=")
    middle, _, end = rest.partition("; Expires=~")
    return f"{start}=", middle, end


def delete_cookie(interface: SessionInterface, app: Kernos, response: Response) -> None:
    """Have the browser forget the session's cookie."""
    response.delete_cookie(interface.get_cookie_name(app), **_attributes(interface, app))


def vary(session: SessionMixin, response: Response, *, sent: bool) -> None:
    """Say that the response depends on the cookie: the one place that does.

    Args:
        session: Whether it was accessed.
        response: The response.
        sent: A cookie was sent or deleted, so that no cache may hand it to others.
    """
    if not (sent or session.accessed) or _add_plainly(response, "Vary", "Cookie"):
        return
    if "Vary" in response.headers:
        response.vary.add("Cookie")
    else:
        response.headers["Vary"] = "Cookie"


def _add_plainly(response: Response, name: str, value: str) -> bool:
    """Add a header to a response whose headers nobody has asked for; False leaves it."""
    add = getattr(response, "_add_plain_header", None)  # Kernos' own responses have it
    return add is not None and add(name, value)


def _attributes(interface: SessionInterface, app: Kernos) -> dict[str, t.Any]:
    return {
        "domain": interface.get_cookie_domain(app),
        "path": interface.get_cookie_path(app),
        "secure": _secure(interface, app),
        "partitioned": interface.get_cookie_partitioned(app),
        "samesite": interface.get_cookie_samesite(app),
        "httponly": interface.get_cookie_httponly(app),
    }


def _secure(interface: SessionInterface, app: Kernos) -> bool:
    """Return whether the cookie stays on HTTPS; None decides by where it is sent from."""
    wanted: bool | None = interface.get_cookie_secure(app)
    if wanted is not None:
        return wanted
    if app.debug or not kernos.has_request_context():
        return not app.debug
    environ = kernos.request.environ
    host = environ.get("HTTP_HOST") or environ.get("SERVER_NAME", "")
    return not _is_loopback(host)


@lru_cache(maxsize=64)
def _is_loopback(host: str) -> bool:
    return re.fullmatch(_LOOPBACK, host) is not None


__all__ = ["delete_cookie", "send_cookie", "vary"]
