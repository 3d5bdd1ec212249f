"""The router keeps the contract."""

from __future__ import annotations

from kernos import Kernos
from kernos.contracts import Router
from kernos.testing.conformance.routing import RouterKit
from kernos_routing import WerkzeugRouter


class TestWerkzeugRouter(RouterKit):
    def make_router(self, app: Kernos) -> Router:
        return WerkzeugRouter(app)


class TestWerkzeugRouterInFull(RouterKit):
    """The long way, by Werkzeug's adapter, keeps it too."""

    def make_router(self, app: Kernos) -> Router:
        router = WerkzeugRouter(app)
        router.match = router.match_in_full  # type: ignore[method-assign]
        return router
