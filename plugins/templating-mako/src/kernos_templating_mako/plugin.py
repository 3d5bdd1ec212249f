"""Where kernos meets kernos_templating_mako. Hook implementations only."""

from __future__ import annotations

import typing as t

from kernos.hooks import hookimpl
from kernos_templating_mako.engine import MakoEngine

if t.TYPE_CHECKING:
    from kernos import Kernos
    from kernos.contracts import TemplateEngine


@hookimpl
def kernos_provide_templating(app: Kernos) -> TemplateEngine:
    """Offer Mako."""
    return MakoEngine(app)
