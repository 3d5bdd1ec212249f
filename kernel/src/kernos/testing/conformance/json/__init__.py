"""The kit of the ``json`` slot."""

from kernos.testing.conformance.json.clauses import Clauses
from kernos.testing.conformance.json.hostile import HostileInput
from kernos.testing.conformance.json.threads import Threads


class JSONProviderKit(Clauses, HostileInput, Threads):
    """What an application relies on, whatever library writes its JSON.

    A subclass writes :meth:`make_provider`:

        class TestOrjsonProvider(JSONProviderKit):
            def make_provider(self, app=None):
                return OrjsonProvider(app)
    """


__all__ = ["JSONProviderKit"]
