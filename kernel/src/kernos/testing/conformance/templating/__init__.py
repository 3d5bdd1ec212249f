"""The kit of the ``templating`` slot."""

from kernos.testing.conformance.templating.clauses import Clauses
from kernos.testing.conformance.templating.hostile import HostileInput
from kernos.testing.conformance.templating.threads import Threads


class TemplateEngineKit(Clauses, HostileInput, Threads):
    """What an application relies on, in whatever language its templates are written.

    A subclass writes :meth:`make_engine`, and gives the engine's own language by small
    sources: :meth:`printing` and, where it has them, :meth:`filtering`, :meth:`scripting`
    and :meth:`including`. What a language cannot say is given up, by an ``xfail`` of the
    test that asks for it:

        class TestEngine(TemplateEngineKit):
            def make_engine(self, app):
                return Engine(app)

            def printing(self, name):
                return "${" + name + "}"
    """


__all__ = ["TemplateEngineKit"]
