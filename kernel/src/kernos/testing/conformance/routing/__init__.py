"""The kit of the ``routing`` slot."""

from kernos.testing.conformance.routing.clauses import Clauses
from kernos.testing.conformance.routing.hostile import HostileInput
from kernos.testing.conformance.routing.threads import Threads


class RouterKit(Clauses, HostileInput, Threads):
    """What an application relies on, whatever matches its URLs.

    A subclass writes :meth:`make_router`:

        class TestRouter(RouterKit):
            def make_router(self, app):
                return Router(app)

    ``snapshot()`` and ``restore()`` are optional; their test is skipped without them.
    """


__all__ = ["RouterKit"]
