"""JSON by the standard library, as it comes."""

from __future__ import annotations

import json
import math
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
        options = {"parse_constant": _refuse, "parse_float": _finite, **kwargs}
        try:
            return json.loads(s, **options)
        except RecursionError as error:
            raise ValueError(f"nested too deep: {error}") from error


def _refuse(name: str) -> t.NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text} is beyond all bounds")
    return number
