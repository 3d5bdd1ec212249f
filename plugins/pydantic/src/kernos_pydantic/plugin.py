"""Where kernos meets kernos_pydantic. Hook implementations only."""

from __future__ import annotations

import sys
import typing as t

from kernos.hooks import hookimpl
from kernos_pydantic.models import to_plain

if t.TYPE_CHECKING:
    from kernos import Kernos, Response


@hookimpl
def kernos_make_response(app: Kernos, value: object) -> Response | None:
    """Answer with a model that a view returned, as JSON."""
    # Who has a model has imported Pydantic; for all others it is not imported here.
    base = getattr(sys.modules.get("pydantic.main"), "BaseModel", None)
    if base is None or not isinstance(value, base):
        return None
    from kernos import jsonify

    return jsonify(value)


@hookimpl
def kernos_register_json_types(app: Kernos) -> dict[type, t.Callable[[t.Any], object]]:
    """Write models wherever they stand: in lists, in mappings, in templates."""
    from pydantic import BaseModel  # asked for with the first JSON

    return {BaseModel: to_plain}
