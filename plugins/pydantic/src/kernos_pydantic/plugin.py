"""Where kernos meets kernos_pydantic. Hook implementations only."""

from __future__ import annotations

import typing as t

from pydantic import BaseModel

from kernos import jsonify
from kernos.hooks import hookimpl
from kernos_pydantic.models import to_plain

if t.TYPE_CHECKING:
    from kernos import Kernos
    from kernos import Response


@hookimpl
def kernos_make_response(app: Kernos, value: object) -> Response | None:
    """Answer with a model that a view returned, as JSON."""
    return jsonify(value) if isinstance(value, BaseModel) else None


@hookimpl
def kernos_register_json_types(app: Kernos) -> dict[type, t.Callable[[t.Any], object]]:
    """Write models wherever they stand: in lists, in mappings, in templates."""
    return {BaseModel: to_plain}
