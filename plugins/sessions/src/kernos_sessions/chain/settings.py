"""What an application's configuration says of its session store."""

from __future__ import annotations

import math
import typing as t

from kernos.errors import RegistrationError

if t.TYPE_CHECKING:
    from kernos import Kernos


class Setting(t.NamedTuple):
    """A setting that must be there and be a text.

    Args:
        name: Its key in ``app.config``.
        example: A value to copy.
    """

    name: str
    example: str

    def read(self, app: Kernos) -> str:
        """Return the setting's value.

        Raises:
            RegistrationError: It is missing, empty or no text.
        """
        value = app.config.get(self.name)
        if isinstance(value, str) and value:
            return value
        was = "is not set" if not value else f"is {type(value).__name__}, not str"
        raise self.refusal(was, "the session store cannot be found without it")

    def refusal(self, what: str, why: str) -> RegistrationError:
        """Return the error to raise; it does not quote the value, which may be secret."""
        return RegistrationError(
            f"{self.name} {what}.", why=why, fix=f"{self.name} = {self.example!r}"
        )


_PREFIX = Setting("SESSION_KEY_PREFIX", "shop:session:")
_TIMEOUT = Setting("SESSION_STORE_TIMEOUT", "1.0")


def key_prefix_of(app: Kernos) -> str:
    """Return ``SESSION_KEY_PREFIX``; the application's name makes one when it is unset.

    Raises:
        RegistrationError: It is empty or no text.
    """
    if app.config.get(_PREFIX.name) is None:
        return f"{app.name}:session:"
    return _PREFIX.read(app)


def store_timeout_of(app: Kernos) -> float:
    """Return ``SESSION_STORE_TIMEOUT`` in seconds: 1 unless it is set.

    Raises:
        RegistrationError: It is no number above 0.
    """
    value = app.config.get(_TIMEOUT.name, 1.0)
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or value <= 0:
        raise RegistrationError(
            f"{_TIMEOUT.name} is {value!r}.",
            why="it is the number of seconds that a request waits for its store, above 0",
            fix=f"{_TIMEOUT.name} = 1.0",
        )
    return float(value)


__all__ = ["Setting", "key_prefix_of", "store_timeout_of"]
