"""Where kernos meets kernos_routing. Hook implementations only."""

from __future__ import annotations

import typing as t

from kernos.hooks import hookimpl
from kernos_routing.literal import LiteralRouter

if t.TYPE_CHECKING:
    from kernos import Kernos
    from kernos.contracts import Router


@hookimpl
def kernos_provide_routing(app: Kernos) -> Router:
    """Offer a router on Werkzeug's URL map, which is made once it is needed."""
    if LiteralRouter.suits(app):
        return LiteralRouter(app)
    from kernos_routing.router import WerkzeugRouter

    return WerkzeugRouter(app)
