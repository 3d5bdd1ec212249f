"""What the tests of a JSON provider have in hand."""

from __future__ import annotations

from abc import abstractmethod

from kernos.app import Kernos
from kernos.contracts import JSONProvider
from kernos.testing.conformance.kit import Kit

#: Deeper than any stack: no provider may crash on it.
DEPTH = 100_000


class Subject(Kit):
    """Providers, and applications that have one."""

    @abstractmethod
    def make_provider(self, app: Kernos | None = None) -> JSONProvider:
        """Return a new provider, for ``app`` or for use without one."""

    def make_app(self) -> Kernos:
        """Return an application whose provider is this kit's."""
        components = {**self.others, "json": self.make_provider}
        app = Kernos(__name__, plugins=[], static_folder=None, components=components)
        app.secret_key = "the kit's, of more than sixteen bytes"  # noqa: S105 - a double
        return app


__all__ = ["DEPTH", "Subject"]
