"""The base of sessions that are kept on the server: the cookie holds only their id.

A third party writes a store of three methods, and gives it to
:class:`ServerSideSessionInterface`.
"""

from __future__ import annotations

import re
import secrets
import typing as t

from kernos.contracts import SessionInterface
from kernos.errors import RegistrationError, SessionUnavailable
from kernos_sessions.codec import serializer_for
from kernos_sessions.lookup import find_cookie
from kernos_sessions.tagged import TaggedJSONSerializer
from kernos_sessions.tracked import TrackedSession
from kernos_sessions.transport import delete_cookie, send_cookie, vary

if t.TYPE_CHECKING:
    from kernos import Kernos, Request, Response
    from kernos.contracts import SessionMixin

#: An id: 256 bits in the alphabet of base 64 for URLs. No other text reaches a store.
_SID = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)

R = t.TypeVar("R")


@t.runtime_checkable
class SessionStore(t.Protocol):
    """Where sessions are kept. One instance serves all threads.

    A method that cannot reach the store raises an OSError, or one of the classes that
    an attribute ``errors``, a tuple, may name.
    """

    def get(self, key: str) -> bytes | None:
        """Return what is kept under ``key``; None when there is nothing, or no more."""
        ...

    def set(self, key: str, value: bytes, ttl_seconds: int) -> None:
        """Keep ``value`` under ``key`` for ``ttl_seconds`` from now."""
        ...

    def delete(self, key: str) -> None:
        """Forget what is kept under ``key``, if anything is."""
        ...


@t.runtime_checkable
class ReplacingStore(SessionStore, t.Protocol):
    """A store that can tell, in one step, whether there is something to replace."""

    def replace(self, key: str, value: bytes, ttl_seconds: int) -> bool:
        """Keep ``value`` like ``set`` if the key is there; tell whether it was."""
        ...


class ServerSideSession(TrackedSession):
    """A session that is kept on the server."""

    #: The id that the store knows it by; None until it is first saved.
    sid: str | None = None
    #: Ids that end with this response.
    former: tuple[str, ...] = ()

    def drop_id(self) -> None:
        """Give up the id; a new one is made if the session is saved again."""
        if self.sid is not None:
            self.former = (*self.former, self.sid)
        self.sid = None
        self.modified = True


class ServerSideSessionInterface(SessionInterface):
    """Keep sessions in a store, as tagged JSON; nothing is pickled.

    Nothing is written for a visitor whose session is empty, and an id that the store
    does not know is never adopted.

    Args:
        store: Where the sessions are kept.
        key_prefix: What the store's keys start with, such as ``"shop:session:"``; it
            keeps sessions apart from all else that the store holds.

    Raises:
        RegistrationError: The prefix is empty, or the store lacks a method.
    """

    lazy = True

    session_class: type[ServerSideSession] = ServerSideSession
    #: Turns a session's data into text and back.
    serializer: t.Any = TaggedJSONSerializer()
    #: Errors of the store that mean it cannot be reached, beside its own ``errors``.
    store_errors: tuple[type[BaseException], ...] = (OSError,)

    def __init__(self, store: SessionStore, *, key_prefix: str) -> None:
        if not key_prefix:
            raise RegistrationError(
                f"{type(self).__name__} has no key prefix.",
                why="ids of sessions would share the store's names with everything else",
                fix=f'{type(self).__name__}(store, key_prefix="NAME:session:")',
            )
        if not isinstance(store, SessionStore):
            raise RegistrationError(
                f"{type(store).__name__} is no session store.",
                why="a store has the methods get, set and delete",
                fix="class Store: ...   # see kernos_sessions.server_side.SessionStore",
            )
        self.store = store
        self.key_prefix = key_prefix
        self._errors = (*self.store_errors, *getattr(store, "errors", ()))

    def open_session(self, app: Kernos, request: Request) -> ServerSideSession:
        """Return the session that the request's cookie names; else an empty one.

        Raises:
            SessionUnavailable: The store cannot be reached.
        """
        sid = find_cookie(request, self.get_cookie_name(app))
        if not sid or not _SID.fullmatch(sid):
            return self._empty()
        kept = self._reach(self.store.get, self._key(sid))
        if kept is None:
            return self._empty()
        try:
            data = serializer_for(app, self.serializer).loads(kept.decode())
        except Exception as error:
            return self._unreadable(app, sid, type(error).__name__)
        if not isinstance(data, dict):
            return self._unreadable(app, sid, f"it is {type(data).__name__}, not dict")
        session = self.session_class(data)
        session.sid = sid
        return session

    def save_session(self, app: Kernos, session: SessionMixin, response: Response) -> None:
        """Write the session if it changed or is refreshed; forget it if it is empty.

        Raises:
            SessionUnavailable: The store cannot be reached.
        """
        session = t.cast(ServerSideSession, session)  # open_session made it
        sent = False
        if not session:
            if session.modified:
                session.drop_id()
                delete_cookie(self, app, response)
                sent = True
        elif self.should_set_cookie(app, session) and self._write(app, session):
            send_cookie(self, app, session, response, t.cast(str, session.sid))
            sent = True
        # Last, so that a store that fails half-way has lost nothing.
        for sid in session.former:
            self._reach(self.store.delete, self._key(sid))
        session.former = ()
        vary(session, response, sent=sent)

    def regenerate(self, app: Kernos, session: SessionMixin) -> None:
        """Give the session a new id with this response, and kill the old one."""
        t.cast(ServerSideSession, session).drop_id()

    def destroy(self, app: Kernos, session: SessionMixin) -> None:
        """Empty the session and kill its id with this response."""
        session.clear()
        t.cast(ServerSideSession, session).drop_id()

    def probe_backend(self) -> float | None:
        """Ask the store for an answer, for ``kernos doctor``; return its clock, if it tells.

        A store may have a method ``probe()`` that does so; of others one key is read that
        no session has.
        """
        probe = getattr(self.store, "probe", None)
        if probe is not None:
            return t.cast("float | None", self._reach(probe))
        self._reach(self.store.get, self.key_prefix)
        return None

    def _write(self, app: Kernos, session: ServerSideSession) -> bool:
        """Write the session; False when its id was killed since it was opened."""
        text = serializer_for(app, self.serializer).dumps(dict(session)).encode()
        ttl_seconds = int(app.permanent_session_lifetime.total_seconds())
        store = self.store
        if session.sid is None:
            sid = secrets.token_urlsafe(32)
            self._reach(store.set, self._key(sid), text, ttl_seconds)
            session.sid = sid  # not before the store has it: saving may be tried again
            return True
        # A request that was under way when another logged out must not undo that.
        key = self._key(session.sid)
        if isinstance(store, ReplacingStore):
            return self._reach(store.replace, key, text, ttl_seconds)
        if self._reach(store.get, key) is None:
            return False
        self._reach(store.set, key, text, ttl_seconds)
        return True

    def _key(self, sid: str) -> str:
        return self.key_prefix + sid

    def _reach(self, operation: t.Callable[..., R], *args: t.Any) -> R:
        try:
            return operation(*args)
        except self._errors as error:
            raise SessionUnavailable(
                f"The session store {type(self.store).__name__} cannot be reached.",
                why=f"it raised {type(error).__name__}",
                fix="start it, or correct the address it is configured with",
            ) from error

    def _empty(self) -> ServerSideSession:
        session = self.session_class()
        session.new = True
        return session

    def _unreadable(self, app: Kernos, sid: str, why: str) -> ServerSideSession:
        app.logger.warning(
            "A session in %s cannot be read (%s); the visitor gets an empty one.",
            type(self.store).__name__,
            why,
        )
        session = self._empty()
        session.sid = sid
        session.drop_id()
        return session


__all__ = [
    "ReplacingStore",
    "ServerSideSession",
    "ServerSideSessionInterface",
    "SessionStore",
]
