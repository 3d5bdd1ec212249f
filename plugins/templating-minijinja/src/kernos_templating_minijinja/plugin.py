"""Where kernos meets kernos_templating_minijinja. Hook implementations only."""

from __future__ import annotations

import typing as t

from kernos.hooks import hookimpl
from kernos_templating_minijinja.engine import MiniJinjaEngine

if t.TYPE_CHECKING:
    from kernos import Kernos
    from kernos.contracts import TemplateEngine


@hookimpl
def kernos_provide_templating(app: Kernos) -> TemplateEngine:
    """Offer MiniJinja."""
    return MiniJinjaEngine(app)
