"""What this provider refuses on its own behalf."""

from __future__ import annotations

from kernos.errors import KernosError


class JSONRefused(KernosError, ValueError):
    """Data or text that the provider will not write or read, though it could.

    A ValueError, so that a request's body that is refused is answered with 400.
    """


__all__ = ["JSONRefused"]
