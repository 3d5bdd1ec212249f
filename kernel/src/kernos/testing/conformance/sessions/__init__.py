"""The kits of the ``sessions`` slot: for any interface, and for those with a store."""

from kernos.testing.conformance.sessions.clauses import Clauses
from kernos.testing.conformance.sessions.headers import Headers
from kernos.testing.conformance.sessions.hostile import HostileInput
from kernos.testing.conformance.sessions.stores import Stores
from kernos.testing.conformance.sessions.threads import Threads


class SessionInterfaceKit(Clauses, Headers, HostileInput, Threads):
    """What an application relies on, wherever its sessions are kept.

    A subclass writes :meth:`make_interface`:

        class TestCookieSessions(SessionInterfaceKit):
            def make_interface(self):
                return CookieSessions()
    """


class ServerSideSessionKit(SessionInterfaceKit, Stores):
    """What an application relies on beyond that, when sessions are kept in a store.

    A subclass writes :meth:`count_rows` and :meth:`make_broken_interface` too.
    """


__all__ = ["ServerSideSessionKit", "SessionInterfaceKit"]
