"""Headers, as far as they can be told without running a view."""

from __future__ import annotations

import typing as t

from kernos.hooks.checks import Finding, check
from kernos_cli.doctor.cookies import session_interface

if t.TYPE_CHECKING:
    from kernos import Kernos

WANTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}


@check("K-060", "Every response carries the headers that shut old doors", deploy=True)
def headers_are_sent(app: Kernos) -> t.Iterator[Finding]:
    """Browsers guess types, let pages be framed, and tell other sites the address.

    Asked of the application's own headers alone, and not where a function runs after
    requests, which may set them.
    """
    if _sets_its_own(app):
        return
    sent = {name.lower() for name, _ in app._response_headers}
    for name, value in WANTED.items():
        if name.lower() not in sent:
            fix = f'response_headers = (("{name}", "{value}"), …)   # on the class'
            yield Finding(f"{name} is not sent.", fix)


@check("K-061", "No cache keeps a response that carries a session", deploy=True)
def sessions_are_private(app: Kernos) -> t.Iterator[Finding]:
    """A shared cache hands one visitor's cookie to the next, who is then logged in as the first.

    Asked of what the application says of itself, and not where a function runs after requests,
    which may say otherwise.
    """
    if session_interface(app) is None or _sets_its_own(app):
        return
    said = app._session_cache_control or ""
    if not {"private", "no-store"} & {one.strip().lower() for one in said.split(",")}:
        text = f"session_cache_control is {app._session_cache_control!r}."
        yield Finding(text, 'session_cache_control = "private"   # on the class')


def _sets_its_own(app: Kernos) -> bool:
    """Whether something looks at responses that may set headers as it likes."""
    functions = any(app.after_request_funcs.values())
    return functions or bool(app._kernel_plugins.order("kernos_after_request"))


@check("K-062", "No site at all may ask in a visitor's name", level="error")
def cors_is_narrow(app: Kernos) -> t.Iterator[Finding]:
    """Any page then reads what the visitor may read, with the visitor's cookies."""
    config = app.config
    origins = config.get("CORS_ORIGINS", "")
    wide = origins == "*" or (isinstance(origins, (list, tuple)) and "*" in origins)
    if wide and config.get("CORS_SUPPORTS_CREDENTIALS"):
        text = "CORS_ORIGINS is '*', with CORS_SUPPORTS_CREDENTIALS."
        yield Finding(text, 'CORS_ORIGINS = ["https://example.com"]')


CHECKS = (headers_are_sent, sessions_are_private, cors_is_narrow)
