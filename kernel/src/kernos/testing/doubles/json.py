"""JSON by the standard library, as it comes."""

from __future__ import annotations

import json
import typing as t

from kernos.contracts import JSONProvider


class MemoryJSON(JSONProvider):
    """Write and read what Python's own encoder knows, and nothing else."""

    def dumps(self, obj: t.Any, **kwargs: t.Any) -> str:
        """Return ``obj`` as JSON text; keywords are those of ``json.dumps``."""
        try:
            return json.dumps(obj, **{"allow_nan": False, **kwargs})
        except RecursionError as error:
            raise ValueError(f"nested too deep: {error}") from error

    def loads(self, s: str | bytes, **kwargs: t.Any) -> t.Any:
        """Return the data in JSON text; keywords are those of ``json.loads``."""
        try:
            return json.loads(s, **kwargs)
        except RecursionError as error:
            raise ValueError(f"nested too deep: {error}") from error
