"""Where kernos meets kernos_json_orjson. Hook implementations only."""

from __future__ import annotations

import typing as t

from kernos.hooks import hookimpl
from kernos_json_orjson.provider import OrjsonProvider

if t.TYPE_CHECKING:
    from kernos import Kernos
    from kernos.contracts import JSONProvider


@hookimpl
def kernos_provide_json(app: Kernos) -> JSONProvider:
    """Offer orjson."""
    return OrjsonProvider(app)
