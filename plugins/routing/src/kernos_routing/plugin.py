"""Where kernos meets kernos_routing. Hook implementations only."""

from __future__ import annotations

import typing as t

from kernos.hooks import hookimpl
from kernos_routing.router import WerkzeugRouter

if t.TYPE_CHECKING:
    from kernos import Kernos
    from kernos.contracts import Router


@hookimpl
def kernos_provide_routing(app: Kernos) -> Router:
    """Offer a router on Werkzeug's URL map."""
    return WerkzeugRouter(app)
