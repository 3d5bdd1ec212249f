"""The contract of the ``sessions`` slot, and the session of those who have none."""

from __future__ import annotations

import collections.abc as c
import typing as t
from datetime import UTC, datetime

from kernos.errors import NoSession
from kernos.lookout import SESSIONS_WAIT, WatchedClass

if t.TYPE_CHECKING:
    from kernos.app import Kernos
    from kernos.wrappers import Request, Response


class SessionMixin(c.MutableMapping):  # type: ignore[type-arg]
    """What a session is beside a mapping.

    A backend that cannot tell whether the session was changed leaves ``modified`` at True.
    """

    #: True when this request began without a stored session.
    new: bool = False
    #: True when the session must be written.
    modified: bool = True
    #: True when the response depends on the session, so that it varies on the cookie.
    #: The request context sets it when somebody takes the session.
    accessed: bool = False

    @property
    def permanent(self) -> bool:
        """Whether the session outlives the browser, by ``PERMANENT_SESSION_LIFETIME``."""
        return bool(self.get("_permanent", False))

    @permanent.setter
    def permanent(self, value: bool) -> None:
        self["_permanent"] = bool(value)


class NullSession(dict, SessionMixin):  # type: ignore[type-arg]
    """The session of an application that cannot keep one: reads, refuses writes.

    Reading answers as an empty session does, so that a visitor without a session
    is served; writing raises the error that names the cure.
    """

    modified = False
    accessed = False

    #: Said by the error; a backend that is down says so here.
    _what = "The session is unavailable: a value was written and nothing can keep it."
    _why = "no secret key is set, and the session cookie must be signed"
    _fix = "app.secret_key = secrets.token_hex()   # or SECRET_KEY in the configuration"

    def _refuse(self, *args: t.Any, **kwargs: t.Any) -> t.NoReturn:
        raise NoSession(self._what, why=self._why, fix=self._fix)

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = _refuse
    update = setdefault = _refuse

    @property
    def permanent(self) -> bool:
        """Always False; setting it raises as every write does."""
        return False

    @permanent.setter
    def permanent(self, value: bool) -> None:
        self._refuse()


class LostSession(NullSession):
    """The session of a request whose store could not be reached."""

    _what = "The session is unavailable: its store could not be reached."
    _why = "opening it has failed earlier in this request"
    _fix = "kernos doctor   # and see the log"


#: What Flask calls for each request, be the session touched or not.
_EACH_REQUEST = (
    ("open_session", "save_session", "is_null_session", "get_cookie_name", "get_cookie_domain")
    + ("get_cookie_path", "get_cookie_secure", "get_cookie_samesite", "get_cookie_httponly")
    + ("get_cookie_partitioned", "get_signing_serializer", "make_null_session")
)
#: Whether a class is a null session's; to ask the class of an ABC takes longer each time.
_known_kinds: dict[tuple[type, type], bool] = {}
_KNOWN_LIMIT = 64


def _is_subclass(kind: type, null_class: type) -> bool:
    """Find out, and remember."""
    if len(_known_kinds) >= _KNOWN_LIMIT:
        _known_kinds.clear()
    known = _known_kinds[kind, null_class] = issubclass(kind, null_class)
    return known


class SessionInterface(metaclass=WatchedClass, watched=_EACH_REQUEST):
    """Open a session when a request needs one, save it before the response leaves.

    One instance serves all threads: what belongs to a request lives in the session.
    A subclass writes :meth:`open_session` and :meth:`save_session`. The cookie
    getters read the application's configuration, and may be overridden.

    A subclass may also have ``regenerate(app, session)``, which moves the data
    under a new identity and kills the old one, and ``destroy(app, session)``,
    which forgets it everywhere.

    Source: Flask's API page, ``flask.sessions.SessionInterface``.
    """

    #: Made when :meth:`open_session` returns None.
    null_session_class: type[NullSession] = NullSession

    #: Kept for subclasses that pickle; nothing in Kernos does.
    pickle_based: bool = False

    #: True when the kernel may call :meth:`open_session` as late as the session is
    #: touched, or never. It counts only where neither method is overridden below
    #: the class that sets it.
    lazy: bool = False

    _overriding_replaces: t.ClassVar[bool] = False

    @classmethod
    def _note_replaced(cls) -> None:
        SESSIONS_WAIT.take_back()

    def __setattr__(self, name: str, value: object) -> None:
        super().__setattr__(name, value)
        if name in _EACH_REQUEST:
            SESSIONS_WAIT.take_back()

    def open_session(self, app: Kernos, request: Request) -> SessionMixin | None:
        """Return the request's session, or None when sessions cannot be kept.

        Called once a request, with the request's context pushed; before the URL is
        matched unless ``lazy``.

        Raises:
            SessionUnavailable: The store cannot be reached.
        """
        raise NotImplementedError

    def save_session(self, app: Kernos, session: SessionMixin, response: Response) -> None:
        """Write the session and its cookie, if they need it.

        Called once a request, after the after-request functions; not for a null
        session, and not for a session that was never opened while ``lazy``.

        Raises:
            SessionUnavailable: The store cannot be reached.
        """
        raise NotImplementedError

    def _unsaved_headers(
        self, app: Kernos, session: SessionMixin
    ) -> tuple[tuple[str, str], ...] | None:
        """Return the headers that saving a session comes to, where it is no more than they.

        Called instead of :meth:`save_session` where nobody else looks at the response.

        Returns:
            None, as here, where :meth:`save_session` must be given the response.
        """
        return None

    def make_null_session(self, app: Kernos) -> NullSession:
        """Return the session used when none can be opened."""
        return self.null_session_class()

    def is_null_session(self, obj: object) -> bool:
        """Tell whether ``obj`` is a session that is not to be saved."""
        # What a proxy stands for is of the class that it says, as for isinstance().
        kind: t.Any = obj.__class__
        known = _known_kinds.get((kind, self.null_session_class))
        return _is_subclass(kind, self.null_session_class) if known is None else known

    def get_cookie_name(self, app: Kernos) -> str:
        """Return the cookie's name: ``SESSION_COOKIE_NAME``."""
        value: str = app.config["SESSION_COOKIE_NAME"]
        return value

    def get_cookie_domain(self, app: Kernos) -> str | None:
        """Return ``SESSION_COOKIE_DOMAIN``; None keeps the cookie to the exact host."""
        value: str | None = app.config["SESSION_COOKIE_DOMAIN"]
        return value

    def get_cookie_path(self, app: Kernos) -> str:
        """Return ``SESSION_COOKIE_PATH``, else ``APPLICATION_ROOT``."""
        value: str = app.config["SESSION_COOKIE_PATH"] or app.config["APPLICATION_ROOT"]
        return value

    def get_cookie_httponly(self, app: Kernos) -> bool:
        """Return ``SESSION_COOKIE_HTTPONLY``."""
        value: bool = app.config["SESSION_COOKIE_HTTPONLY"]
        return value

    def get_cookie_secure(self, app: Kernos) -> bool:
        """Return ``SESSION_COOKIE_SECURE``."""
        value: bool = app.config["SESSION_COOKIE_SECURE"]
        return value

    def get_cookie_samesite(self, app: Kernos) -> str | None:
        """Return ``SESSION_COOKIE_SAMESITE``: ``"Lax"``, ``"Strict"`` or None."""
        value: str | None = app.config["SESSION_COOKIE_SAMESITE"]
        return value

    def get_cookie_partitioned(self, app: Kernos) -> bool:
        """Return ``SESSION_COOKIE_PARTITIONED``."""
        value: bool = app.config["SESSION_COOKIE_PARTITIONED"]
        return value

    def get_expiration_time(self, app: Kernos, session: SessionMixin) -> datetime | None:
        """Return when a permanent session ends, in UTC; None ends it with the browser."""
        if not session.permanent:
            return None
        return datetime.now(UTC) + app.permanent_session_lifetime

    def should_set_cookie(self, app: Kernos, session: SessionMixin) -> bool:
        """Tell whether the cookie is sent: it changed, or is permanent and refreshed."""
        if session.modified:
            return True
        return session.permanent and bool(app.config["SESSION_REFRESH_EACH_REQUEST"])


def is_lazy(interface: SessionInterface) -> bool:
    """Tell whether an interface's sessions may be opened late.

    The class that says ``lazy`` vouches for its own two methods, not for a subclass's; and
    what somebody has wrapped wants to be called.
    """
    kind = type(interface)
    if not getattr(kind, "_is_stock", True):
        return False
    if not vars(interface).keys().isdisjoint(_EACH_REQUEST):
        return False
    for cls in kind.__mro__:
        if "lazy" in cls.__dict__:
            return cls.__dict__["lazy"] is True
        if "open_session" in cls.__dict__ or "save_session" in cls.__dict__:
            return False
    return False


__all__ = ["NullSession", "SessionInterface", "SessionMixin"]
