"""Where kernos meets kernos_templating. Hook implementations only."""

from __future__ import annotations

import typing as t

from kernos.hooks import hookimpl
from kernos_templating.engine import JinjaEngine

if t.TYPE_CHECKING:
    from kernos import Kernos


@hookimpl
def kernos_provide_templating(app: Kernos) -> JinjaEngine:
    """Offer Jinja."""
    return JinjaEngine(app)
