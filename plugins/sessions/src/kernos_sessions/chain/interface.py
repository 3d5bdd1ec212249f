"""The interface that keeps sessions in a comparing store, and moves others there."""

from __future__ import annotations

import secrets
import typing as t

from kernos.errors import RegistrationError, SessionUnavailable
from kernos_sessions.chain.merging import changed_keys, merge
from kernos_sessions.chain.reaching import Patience
from kernos_sessions.chain.stores import ComparingStore
from kernos_sessions.codec import serializer_for
from kernos_sessions.server_side import _SID, ServerSideSession, ServerSideSessionInterface
from kernos_sessions.transport import delete_cookie, send_cookie, vary

if t.TYPE_CHECKING:
    from kernos import Kernos, Request, Response
    from kernos.contracts import SessionInterface, SessionMixin

R = t.TypeVar("R")

#: Each try lost to another request means that one was stored, so this is far away.
_TRIES = 100


class ChainedSession(ServerSideSession):
    """A session that knows what it was when it was opened."""

    #: What the store holds for it, as far as this request knows; None for nothing.
    kept: bytes | None = None
    #: What changes are measured against; differs from ``kept`` while it moves.
    base: bytes = b"{}"
    #: The id that was given up for a new one, and what ``kept`` and ``base`` were.
    renewed: tuple[str, bytes | None, bytes] | None = None
    #: Saving has failed. The answer that says so is sent without waiting once more.
    failed: bool = False


class SessionChain(ServerSideSessionInterface):
    """Keep sessions in a store so that requests at the same time lose nothing silently.

    A request writes only over what it has read. If another one wrote meanwhile, both
    are merged by :func:`~kernos_sessions.chain.merge`; a value that both changed is the
    last request's, and the log says so. A session that another request has ended stays
    ended, and the log names what was not kept.

    Args:
        store: Where sessions are kept.
        key_prefix: What the store's keys start with.
        timeout_seconds: The longest that a request waits for an answer of the store.
        former: Where sessions were kept before, first asked first. A session found
            there moves to ``store`` at its visitor's next request: under the same id
            from a :class:`ServerSideSessionInterface`, under a new one from any other.

    Raises:
        RegistrationError: The prefix is empty, or the store lacks a method.
    """

    lazy = True

    session_class: type[ChainedSession] = ChainedSession

    def __init__(
        self,
        store: ComparingStore,
        *,
        key_prefix: str,
        timeout_seconds: float = 1.0,
        former: t.Iterable[SessionInterface] = (),
    ) -> None:
        super().__init__(store, key_prefix=key_prefix)
        if not isinstance(store, ComparingStore):
            raise RegistrationError(
                f"{type(store).__name__} cannot compare before it writes.",
                why="requests of one visitor at the same time would overwrite each other",
                fix="def exchange(self, key, expected, value, ttl_seconds): ...",
            )
        self.store: ComparingStore = store
        self.former = tuple(former)
        self._patience = Patience(timeout_seconds)

    def open_session(self, app: Kernos, request: Request) -> ChainedSession:
        """Return the session that the request's cookie names; else an empty one.

        Raises:
            SessionUnavailable: The store, or a former one, cannot be reached.
        """
        sid = request.cookies.get(self.get_cookie_name(app), "")
        if (kept := self._kept(sid)) is not None:
            return self._revive(app, sid, kept)
        for place in self.former:
            if place.get_cookie_name(app) in request.cookies:
                found = place.open_session(app, request)
                if found:
                    return self._adopt(app, found)
        if self.former and (kept := self._kept(sid)) is not None:
            return self._revive(app, sid, kept)  # it moved between the two looks
        return t.cast(ChainedSession, self._empty())

    def _kept(self, sid: str) -> bytes | None:
        return self._reach(self.store.get, self._key(sid)) if _SID.fullmatch(sid) else None

    def _revive(self, app: Kernos, sid: str, kept: bytes) -> ChainedSession:
        try:
            session = self.session_class(self._load(app, kept))
        except Exception as error:
            return t.cast(ChainedSession, self._unreadable(app, sid, type(error).__name__))
        session.sid = sid
        session.kept = session.base = kept
        return session

    def _adopt(self, app: Kernos, found: SessionMixin) -> ChainedSession:
        session = self.session_class(found)
        session.base = self._dump(app, session)
        session.modified = True  # so that it is written here at the end of this request
        if isinstance(found, ServerSideSession):
            session.sid = found.sid
        return session

    def save_session(self, app: Kernos, session: SessionMixin, response: Response) -> None:
        """Write the session if it changed or is refreshed; forget it if it is empty.

        Raises:
            SessionUnavailable: The store cannot be reached.
        """
        session = t.cast(ChainedSession, session)  # open_session made it
        sent = False
        if not session.failed:
            session.failed = True
            sent = self._save(app, session, response)
            session.failed = False
        elif session.sid is not None and session.renewed is not None:
            # It has its new id already, and perhaps the old one is dead.
            send_cookie(self, app, session, response, session.sid)
            sent = True
        vary(session, response, sent=sent)

    def _save(self, app: Kernos, session: ChainedSession, response: Response) -> bool:
        sent = session.modified if not session else self.should_set_cookie(app, session)
        if sent:
            sent = self._settle(app, session, response)
        # Last, so that a store that fails half-way has lost nothing.
        for sid in session.former:
            self._forget(sid)
        session.former = ()
        return sent

    def regenerate(self, app: Kernos, session: SessionMixin) -> None:
        """Give the session a new id with this response, and kill the old one."""
        session = t.cast(ChainedSession, session)
        if session.sid is not None:
            session.renewed = (session.sid, session.kept, session.base)
        session.drop_id()

    def destroy(self, app: Kernos, session: SessionMixin) -> None:
        """Empty the session and kill its id with this response."""
        t.cast(ChainedSession, session).renewed = None
        super().destroy(app, session)

    def _settle(self, app: Kernos, session: ChainedSession, response: Response) -> bool:
        """Write or forget the session; tell whether the browser was told of it."""
        if not self._put(app, session):
            return False
        if session.sid is not None and session.renewed is not None:
            self._take_along(app, session, *session.renewed)
        if session.sid is None:
            delete_cookie(self, app, response)
        else:
            send_cookie(self, app, session, response, session.sid)
        return True

    def _put(self, app: Kernos, session: ChainedSession) -> bool:
        """Bring the store to what the session holds; False if its id was killed."""
        ttl_seconds = int(app.permanent_session_lifetime.total_seconds())
        if session.sid is None:
            if session:
                sid, value = secrets.token_urlsafe(32), self._dump(app, session)
                self._reach(self.store.set, self._key(sid), value, ttl_seconds)
                # Not before the store has it: saving may be tried again.
                session.sid, session.kept, session.base = sid, value, value
            return True
        for _ in range(_TRIES):
            wanted = self._dump(app, session) if session else None
            key = self._key(session.sid)
            if self._reach(self.store.exchange, key, session.kept, wanted, ttl_seconds):
                self._note_kept(session, session.sid, wanted)
                return True
            theirs = self._reach(self.store.get, key)
            if theirs is not None:
                self._merge(app, session, session.base, theirs)
                session.kept = session.base = theirs
            elif session.kept is not None:
                self._report_ended(app, session)
                return False
        raise SessionUnavailable(
            "A session could not be saved: its visitor's requests change it all the time.",
            why=f"each of {_TRIES} tries met the change of another request",
            fix="see what the visitor's browser is doing",
        )

    def _note_kept(self, session: ChainedSession, sid: str, value: bytes | None) -> None:
        if value is None:
            session.drop_id()  # which has the former places forget it too
        elif session.kept is None:
            self._forget_former(sid)
        session.kept, session.base = value, value or b"{}"

    def _take_along(
        self, app: Kernos, session: ChainedSession, sid: str, kept: bytes | None, base: bytes
    ) -> None:
        """End the id that was given up; what others stored there meanwhile comes along."""
        key = self._key(sid)
        for _ in range(_TRIES):
            if self._reach(self.store.exchange, key, kept, None, 0):
                break
            theirs = self._reach(self.store.get, key)
            if theirs is None:
                break
            self._merge(app, session, base, theirs)
            self._put(app, session)
            kept = base = theirs
        session.renewed = None

    def _merge(self, app: Kernos, session: ChainedSession, base: bytes, theirs: bytes) -> None:
        """Take into the session what another request stored."""
        try:
            data = self._load(app, theirs)
        except Exception as error:
            app.logger.warning(
                "A session in %s cannot be read (%s); it is written anew.",
                type(self.store).__name__,
                type(error).__name__,
            )
            return
        mine = self._load(app, self._dump(app, session))
        merged, lost = merge(self._load(app, base), mine, data)
        session.clear()
        session.update(merged)
        if lost:
            app.logger.warning(
                "Two requests changed a session at the same time; of %s the last one's value"
                " is kept.",
                ", ".join(map(repr, lost)),
            )

    def _report_ended(self, app: Kernos, session: ChainedSession) -> None:
        mine = self._load(app, self._dump(app, session))
        changed = changed_keys(self._load(app, session.base), mine)
        if changed:
            app.logger.warning(
                "A session was ended by another request while this one ran; its changes of"
                " %s are not kept.",
                ", ".join(map(repr, changed)),
            )

    def _forget(self, sid: str) -> None:
        # The former places first: what is left there would come back.
        self._forget_former(sid)
        self._reach(self.store.delete, self._key(sid))

    def _forget_former(self, sid: str) -> None:
        for place in self.former:
            if isinstance(place, ServerSideSessionInterface):
                place._reach(place.store.delete, place._key(sid))

    def _load(self, app: Kernos, kept: bytes) -> dict[str, t.Any]:
        data = serializer_for(app, self.serializer).loads(kept.decode())
        if not isinstance(data, dict):
            raise TypeError(f"it is {type(data).__name__}, not dict")
        return data

    def _dump(self, app: Kernos, session: ChainedSession) -> bytes:
        text: str = serializer_for(app, self.serializer).dumps(dict(session))
        return text.encode()

    def _reach(self, operation: t.Callable[..., R], *args: t.Any) -> R:
        return t.cast(R, super()._reach(self._within, operation, *args))

    def _within(self, operation: t.Callable[..., R], *args: t.Any) -> R:
        return self._patience.call(operation, *args, errors=self._errors)


__all__ = ["ChainedSession", "SessionChain"]
