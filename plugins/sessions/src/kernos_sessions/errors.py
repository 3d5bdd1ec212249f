"""What sessions refuse: keys that protect nothing, cookies that no browser keeps."""

from __future__ import annotations

from kernos.errors import KernosError


class SecretKeyError(KernosError, ValueError):
    """A secret key is empty, so that anybody could sign with it."""


class SecretKeyTypeError(KernosError, TypeError):
    """A secret key, or the list of former ones, is of the wrong type."""


class SessionTooLarge(KernosError, ValueError):
    """The session's cookie is larger than browsers keep, who would drop it silently."""


__all__ = ["SecretKeyError", "SecretKeyTypeError", "SessionTooLarge"]
