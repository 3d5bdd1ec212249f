"""Sessions in a dictionary, found again by an id in a cookie that nobody has signed."""

from __future__ import annotations

import secrets
import typing as t
from copy import deepcopy

from werkzeug.datastructures import CallbackDict

from kernos.contracts import SessionInterface, SessionMixin

if t.TYPE_CHECKING:
    from kernos.app import Kernos
    from kernos.wrappers import Request, Response


class MemorySession(CallbackDict[str, t.Any], SessionMixin):
    """A session that knows whether its keys were changed."""

    modified = False
    accessed = False

    def __init__(self, data: t.Mapping[str, t.Any], sid: str | None) -> None:
        super().__init__(data, MemorySession._note)
        #: The key in the store; None until the session is first saved.
        self.sid = sid
        self.new = sid is None

    def _note(self) -> None:
        self.modified = self.accessed = True


class MemorySessions(SessionInterface):
    """Keep sessions in :attr:`store`, for as long as the interface lives.

    For tests only: whoever guesses an id has the session.

    Args:
        app: Not looked at; components are made with the application.
    """

    lazy = True

    def __init__(self, app: Kernos | None = None) -> None:
        #: The data of each session, by its id.
        self.store: dict[str, dict[str, t.Any]] = {}

    def open_session(self, app: Kernos, request: Request) -> MemorySession:
        """Return the session that the cookie names, else an empty one."""
        sid = request.cookies.get(self.get_cookie_name(app))
        data = None if sid is None else self.store.get(sid)
        # A copy, as from any other store: a change inside a value is lost unless it is told.
        return MemorySession({}, None) if data is None else MemorySession(deepcopy(data), sid)

    def save_session(self, app: Kernos, session: SessionMixin, response: Response) -> None:
        """Keep the session and send its cookie if it changed or is refreshed."""
        session = t.cast(MemorySession, session)  # open_session made it
        attributes: dict[str, t.Any] = {
            "domain": self.get_cookie_domain(app),
            "path": self.get_cookie_path(app),
            "httponly": self.get_cookie_httponly(app),
            "secure": self.get_cookie_secure(app),
            "samesite": self.get_cookie_samesite(app),
            "partitioned": self.get_cookie_partitioned(app),
        }
        name = self.get_cookie_name(app)
        sends = self.should_set_cookie(app, session)
        if sends and session:
            session.sid = session.sid or secrets.token_urlsafe()
            self.store[session.sid] = dict(session)
            expires = self.get_expiration_time(app, session)
            response.set_cookie(name, session.sid, expires=expires, **attributes)
        elif sends:
            self.store.pop(session.sid or "", None)
            response.delete_cookie(name, **attributes)
        if sends or session.accessed:
            response.vary.add("Cookie")

    def regenerate(self, app: Kernos, session: SessionMixin) -> None:
        """Forget the session's id; saving gives its data a new one."""
        session = t.cast(MemorySession, session)
        self.store.pop(session.sid or "", None)
        session.sid = None
        session.modified = True

    def destroy(self, app: Kernos, session: SessionMixin) -> None:
        """Forget the session, here and in the store."""
        session.clear()
        self.regenerate(app, session)


class EagerMemorySessions(MemorySessions):
    """The same, opened before anything else happens to a request."""

    lazy = False
