"""Cookies and sessions."""

from __future__ import annotations

import datetime as dt
import typing as t
from urllib.parse import urlsplit

from kernos.hooks.checks import Finding, check
from kernos_cli.doctor.files import is_within, others_may, static_folders

if t.TYPE_CHECKING:
    from kernos import Kernos

LIFETIME_DAYS = 31
COOKIE_BYTES = 4093
LOOPBACK = ("localhost", "127.0.0.1", "::1", None)


def session_interface(app: Kernos) -> object:
    """Return the session interface; None where the slot is empty or broken."""
    try:
        return app.session_interface
    except Exception:
        return None


@check("K-010", "The session cookie is sent over HTTPS alone", level="error", deploy=True)
def cookie_is_secure(app: Kernos) -> t.Iterator[Finding]:
    """Over plain HTTP anybody on the way reads the cookie and takes the session."""
    value = app.config.get("SESSION_COOKIE_SECURE")
    # None is Kernos' own: on, but on a loopback host. Flask's faces default to False.
    if value is None or value:
        return
    yield Finding("SESSION_COOKIE_SECURE is off.", "SESSION_COOKIE_SECURE = True")


@check("K-011", "Other sites' requests do not carry the session cookie", deploy=True)
def cookie_has_same_site(app: Kernos) -> t.Iterator[Finding]:
    """A form on another site acts in the name of whoever is logged in."""
    value = app.config.get("SESSION_COOKIE_SAMESITE")
    if value is None:
        yield Finding("SESSION_COOKIE_SAMESITE is not set.", 'SESSION_COOKIE_SAMESITE = "Lax"')
    elif str(value).lower() == "none":
        yield Finding(
            "SESSION_COOKIE_SAMESITE is 'None': every site's requests carry the session.",
            'SESSION_COOKIE_SAMESITE = "Lax"',
        )


@check("K-012", "The session cookie belongs to one host", deploy=True)
def cookie_domain_is_narrow(app: Kernos) -> t.Iterator[Finding]:
    """Every subdomain, a forgotten one too, reads and sets a cookie of the whole domain."""
    domain = app.config.get("SESSION_COOKIE_DOMAIN")
    if domain and (domain.startswith(".") or domain.count(".") < 2):
        text = f"SESSION_COOKIE_DOMAIN is {domain!r}: all its subdomains have the session."
        yield Finding(text, "SESSION_COOKIE_DOMAIN = None")


@check("K-013", "The session cookie's name binds it to its host", level="info", deploy=True)
def cookie_has_a_host_name(app: Kernos) -> t.Iterator[Finding]:
    """Browsers let no subdomain and no plain HTTP set a cookie called ``__Host-…``."""
    config = app.config
    if (
        not str(config.get("SESSION_COOKIE_NAME", "")).startswith("__Host-")
        and app.secret_key
        and not config.get("SESSION_COOKIE_DOMAIN")
        and config.get("SESSION_COOKIE_PATH") in (None, "/")
        and config.get("APPLICATION_ROOT") in (None, "/")
    ):
        yield Finding(
            "SESSION_COOKIE_NAME does not start with '__Host-'.",
            'SESSION_COOKIE_NAME = "__Host-session"',
        )


@check("K-014", "A session ends within a month", deploy=True)
def sessions_end(app: Kernos) -> t.Iterator[Finding]:
    """A stolen cookie is good for as long as the session lives."""
    if app.permanent_session_lifetime > dt.timedelta(days=LIFETIME_DAYS):
        days = app.permanent_session_lifetime.days
        text = f"PERMANENT_SESSION_LIFETIME is {days} days."
        yield Finding(text, f"PERMANENT_SESSION_LIFETIME = timedelta(days={LIFETIME_DAYS})")


@check("K-015", "Sessions are not written with pickle", level="error")
def sessions_are_no_pickles(app: Kernos) -> t.Iterator[Finding]:
    """Who can write into the store runs code in the application."""
    interface = session_interface(app)
    for name in ("serializer", "session_serializer", "_serializer", "codec"):
        value = getattr(interface, name, None)
        kind = type(value)
        words = [kind.__module__, kind.__name__]
        words += [getattr(value, "__module__", ""), getattr(value, "__name__", "")]
        if value is not None and any("pickle" in str(word).lower() for word in words):
            yield Finding(f"{type(interface).__name__}.{name} is pickle.", "a serializer of JSON")
            return


@check("K-016", "Session files are private", level="error")
def session_files_are_private(app: Kernos) -> t.Iterator[Finding]:
    """Who reads the files has everybody's sessions."""
    folder = app.config.get("SESSION_FILE_DIR")
    if not isinstance(folder, str):
        return
    if others_may(folder, 0o077):
        yield Finding("Others than the owner may enter SESSION_FILE_DIR.", f"chmod 700 {folder}")
    if any(is_within(folder, static) for static in static_folders(app)):
        yield Finding("SESSION_FILE_DIR is served as static files.", "move it")


@check("K-017", "A store on another machine is asked in secret", level="error", deploy=True)
def stores_are_encrypted(app: Kernos) -> t.Iterator[Finding]:
    """Sessions and the password of the store can be read on the way."""
    for name in ("SESSION_REDIS_URL", "SESSION_REDIS", "REDIS_URL"):
        url = app.config.get(name)
        if not isinstance(url, str) or "://" not in url:
            continue
        parts = urlsplit(url)
        if parts.hostname in LOOPBACK or parts.scheme == "unix":
            continue
        if parts.scheme == "redis":
            yield Finding(f"{name} is not encrypted.", f'{name} = "rediss://…"')
        if not parts.password:
            yield Finding(f"{name} has no password.", f'{name} = "rediss://:PASSWORD@…"')


@check("K-018", "A session cookie is small enough for browsers")
def cookies_are_small(app: Kernos) -> t.Iterator[Finding]:
    """Browsers drop larger cookies without a word, and the session is gone."""
    size = app.config.get("MAX_COOKIE_SIZE")
    if size is not None and (size == 0 or size > COOKIE_BYTES):
        text = f"MAX_COOKIE_SIZE is {size}: cookies that browsers drop go unnoticed."
        yield Finding(text, f"MAX_COOKIE_SIZE = {COOKIE_BYTES}")


@check("K-019", "Scripts cannot read the session cookie", level="error", deploy=True)
def cookie_is_http_only(app: Kernos) -> t.Iterator[Finding]:
    """One script that slips into a page sends everybody's session away."""
    if not app.config.get("SESSION_COOKIE_HTTPONLY", True):
        yield Finding("SESSION_COOKIE_HTTPONLY is off.", "SESSION_COOKIE_HTTPONLY = True")


CHECKS = (
    cookie_is_secure,
    cookie_has_same_site,
    cookie_domain_is_narrow,
    cookie_has_a_host_name,
    sessions_end,
    sessions_are_no_pickles,
    session_files_are_private,
    stores_are_encrypted,
    cookies_are_small,
    cookie_is_http_only,
)
