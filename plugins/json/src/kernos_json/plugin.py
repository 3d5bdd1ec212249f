"""Where kernos meets kernos_json. Hook implementations only."""

from __future__ import annotations

import typing as t

from kernos.hooks import hookimpl
from kernos_json.provider import DefaultJSONProvider

if t.TYPE_CHECKING:
    from kernos import Kernos
    from kernos.contracts import JSONProvider


@hookimpl
def kernos_provide_json(app: Kernos) -> JSONProvider:
    """Offer the standard library's json."""
    return DefaultJSONProvider(app)
