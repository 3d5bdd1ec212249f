"""What this provider refuses on its own behalf."""

from __future__ import annotations

from kernos.errors import KernosError


class JSONRefused(KernosError, ValueError):
    """Data or text that the provider will not write or read, though it could.

    A ValueError, so that a request's body that is refused is answered with 400.
    """


def too_deep(max_depth: int) -> JSONRefused:
    """Return the error for data or a text that nests too deep."""
    return JSONRefused(
        f"The JSON nests too deep: more than {max_depth} levels, or it holds itself.",
        why="each level costs room on the stack, which is limited",
        fix="app.json.max_depth = …   # up to what the smallest stack of a thread can hold",
    )


__all__ = ["JSONRefused", "too_deep"]
