"""The sessions of the standard component: all in one signed cookie.

Source: Flask's API page, "Session Interface"; Flask's security advisories.
"""

from __future__ import annotations

import hashlib
import importlib
import threading
import typing as t
import weakref

from kernos.contracts import SessionInterface
from kernos.contracts.stock import Stock
from kernos.errors import NoSession
from kernos_sessions.tracked import TrackedSession

if t.TYPE_CHECKING:
    from itsdangerous import URLSafeTimedSerializer

    from kernos import Kernos, Request, Response
    from kernos.contracts import SessionMixin
    from kernos_sessions.tagged import session_json_serializer

# Making a signer costs more than signing; by application, since interfaces are shared.
_signers: weakref.WeakKeyDictionary[Kernos, tuple[tuple[object, ...], URLSafeTimedSerializer]] = (
    weakref.WeakKeyDictionary()
)


def lazy_sha1(data: bytes = b"") -> t.Any:
    """Return ``hashlib.sha1(data)``; a Python that lacks it fails at the call only."""
    return hashlib.sha1(data)  # noqa: S324 - in HMAC it is sound, and cookies have it


class SecureCookieSession(TrackedSession):
    """A session that is kept in the visitor's browser, signed but readable."""


class _Later:
    """A module that waits until a session is opened, and is at hand from then on.

    An interface may be made for a request that opens no session.
    """

    def __init__(self, module: str) -> None:
        self.module = module

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, interface: object | None, owner: type) -> t.Any:
        module = importlib.import_module(self.module)
        if interface is not None:
            setattr(interface, self.name, module)
        return module


class _Serializer:
    """What an interface writes with until it is given another, made at the first use."""

    _lock = threading.Lock()

    def __get__(self, interface: SecureCookieSessionInterface | None, owner: type) -> t.Any:
        from kernos_sessions import tagged

        if interface is None or interface.shares_serializer:
            return tagged.session_json_serializer
        with self._lock:
            if interface._own_serializer is None:
                interface._own_serializer = tagged.TaggedJSONSerializer()
                interface.serializer = interface._own_serializer
        return interface._own_serializer


class SecureCookieSessionInterface(SessionInterface):
    """Keep sessions in cookies that are signed with the application's secret key.

    Without a secret key there are none: the session is read as empty, and refuses to
    be written.
    """

    lazy = True

    #: Mixed into the key, so that it signs nothing but sessions.
    salt: str = "cookie-session"
    #: The hash of the signature.
    digest_method: t.Callable[..., t.Any] = staticmethod(lazy_sha1)
    #: How itsdangerous makes the signing key of the secret one.
    key_derivation: str = "hmac"
    #: Turns a session's data into text and back.
    serializer: t.Any = _Serializer()
    #: Whether that is one for all, ``session_json_serializer``, and none of its own.
    shares_serializer: bool = True
    session_class: type[SecureCookieSession] = SecureCookieSession
    #: A cookie that inflates to more counts as unreadable.
    inflate_limit_bytes: int = 1_000_000

    _codec = _Later("kernos_sessions.codec")
    _lookup = _Later("kernos_sessions.lookup")
    _transport = _Later("kernos_sessions.transport")
    _own_serializer: t.Any = None

    #: The application that was served last, and who made its signer.
    _ready: tuple[weakref.ref[Kernos], t.Callable[..., t.Any]] | None = None

    def get_signing_serializer(self, app: Kernos) -> URLSafeTimedSerializer | None:
        """Return what signs the application's cookies; None without a secret key.

        Raises:
            SecretKeyTypeError: A key is neither text nor bytes, or the fallbacks are no
                list.
            SecretKeyError: A fallback is empty.
        """
        fallbacks = app.config.get("SECRET_KEY_FALLBACKS")
        serializer = self._codec.serializer_for(app, self.serializer)
        made_of = (
            app.secret_key,
            fallbacks,
            self.salt,
            self.digest_method,
            self.key_derivation,
            serializer,
            self.inflate_limit_bytes,
        )
        held = _signers.get(app)
        if held is not None and held[0] == made_of:
            return held[1]
        from kernos_sessions import keys as secrets

        keys = secrets.signing_keys(app)
        if not keys:
            return None
        if len(keys[-1]) < secrets.SHORT_BYTES and not (app.testing or app.debug):
            app.logger.warning("%s", secrets.short_key_advice())
        # Where no session is signed or verified, itsdangerous is not imported.
        from kernos_sessions.signing import BoundedSerializer

        signer = BoundedSerializer(
            keys,
            salt=self.salt,
            serializer=serializer,
            signer_kwargs={
                "key_derivation": self.key_derivation,
                "digest_method": self.digest_method,
            },
        )
        signer.inflate_limit_bytes = self.inflate_limit_bytes
        _signers[app] = ((made_of[0], _kept(fallbacks), *made_of[2:]), signer)
        return signer

    def open_session(self, app: Kernos, request: Request) -> SecureCookieSession | None:
        """Return the session in the request's cookie; an empty one if it holds none.

        A cookie that somebody else signed, or that is too old, is no cookie. One that is
        ours and cannot be read (another release wrote it, or another application with
        the same key) is logged, and deleted with the response.
        """
        signer: t.Any = None
        if not self._is_ready(app):
            signer = self.get_signing_serializer(app)
            if signer is None:
                return None
            self._remember(app)
        cookie = self._lookup.find_cookie(request, self.get_cookie_name(app))
        if not cookie or not cookie.isascii():
            return self._empty()  # most visitors: nothing to verify, nothing to prepare
        if signer is None:
            signer = self.get_signing_serializer(app)
        age_seconds = int(app.permanent_session_lifetime.total_seconds())
        try:
            data = signer.loads(cookie, max_age=age_seconds)
        except Exception as error:
            if _is_foreign(error):
                return self._empty()
            return self._unreadable(app, type(error).__name__)
        if not isinstance(data, dict):
            return self._unreadable(app, f"it holds {type(data).__name__}, not dict")
        return self.session_class(data)

    def save_session(self, app: Kernos, session: SessionMixin, response: Response) -> None:
        """Send the session's cookie if it changed or is refreshed; delete it if empty.

        Raises:
            SessionTooLarge: The cookie is larger than a browser keeps; under TESTING and
                in debug mode only, else that is logged.
            NoSession: There is no secret key any more.
        """
        sent = self._is_sent(app, session)
        transport = self._transport
        transport.vary(session, response, sent=False)  # before the cookie, as Flask orders them
        if sent and not session:
            transport.delete_cookie(self, app, response)
        elif sent:
            signer = self.get_signing_serializer(app)
            if signer is None:  # the key was taken away since the session was opened
                null = self.null_session_class
                raise NoSession(null._what, why=null._why, fix=null._fix)
            transport.send_cookie(self, app, session, response, signer.dumps(dict(session)))
        if sent and not session.accessed:
            transport.vary(session, response, sent=True)

    def _is_sent(self, app: Kernos, session: SessionMixin) -> bool:
        return self.should_set_cookie(app, session) if session else session.modified

    def _unsaved_headers(
        self, app: Kernos, session: SessionMixin
    ) -> tuple[tuple[str, str], ...] | None:
        """Return ``Vary`` for a session that was read and is not to be sent."""
        if (
            # One of a class of its own may tell only once that it was changed.
            type(session) is not SecureCookieSession
            or not _SAVING.is_in(self)
            or self._is_sent(app, session)
        ):
            return None
        return _VARY if session.accessed else ()

    def regenerate(self, app: Kernos, session: SessionMixin) -> None:
        """Sign the session anew with this response.

        A cookie has no identity on the server: one that was copied before stays valid
        until it is too old. Sessions kept on the server can do better.
        """
        session.modified = True

    def destroy(self, app: Kernos, session: SessionMixin) -> None:
        """Empty the session, and delete its cookie with this response."""
        session.clear()

    def _is_ready(self, app: Kernos) -> bool:
        """Tell whether it is known, without a signer, that there would be one."""
        ready = self._ready
        return (
            ready is not None
            and ready[0]() is app
            and ready[1] == self.get_signing_serializer
            and bool(app.secret_key)
        )

    def _remember(self, app: Kernos) -> None:
        """Remember that an application has a signer, unless somebody else makes it."""
        make = self.get_signing_serializer
        if getattr(make, "__func__", None) is _own_signing_serializer:
            self._ready = weakref.ref(app), make

    def _empty(self) -> SecureCookieSession:
        session = self.session_class()
        session.new = True
        return session

    def _unreadable(self, app: Kernos, why: str) -> SecureCookieSession:
        # The cookie's content stays out of the log: it may be anybody's.
        app.logger.warning(
            "The session cookie %r has a valid signature and cannot be read (%s);"
            " the visitor gets an empty session.",
            self.get_cookie_name(app),
            why,
        )
        session = self._empty()
        session.modified = True
        return session


def _is_foreign(error: Exception) -> bool:
    """Tell whether a cookie was refused since somebody else signed it, or it is too old."""
    from itsdangerous import BadSignature

    return isinstance(error, BadSignature)


def _kept(fallbacks: object) -> object:
    """Return what equals the fallbacks until they change, be it in place."""
    if isinstance(fallbacks, list):
        return [*fallbacks]
    return fallbacks if isinstance(fallbacks, (tuple, type(None))) else object()


def __getattr__(name: str) -> t.Any:
    if name != "session_json_serializer":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from kernos_sessions import tagged

    return tagged.session_json_serializer


#: What saves a session, and says whether there is one to save: asked once a request each.
_SAYS = ("save_session", "should_set_cookie", "is_null_session", "null_session_class")
_SAVING = Stock(SecureCookieSessionInterface, _SAYS, _SAYS)
_VARY = (("Vary", "Cookie"),)
_own_signing_serializer = SecureCookieSessionInterface.get_signing_serializer

__all__ = [
    "SecureCookieSession",
    "SecureCookieSessionInterface",
    "session_json_serializer",
]
