"""What a store must be for a chain."""

from __future__ import annotations

import typing as t

from kernos_sessions.server_side import SessionStore


@t.runtime_checkable
class ComparingStore(SessionStore, t.Protocol):
    """A store that writes only over what its caller has seen. One serves all threads.

    A method that cannot reach the store raises an OSError, or one of the classes that
    an attribute ``errors``, a tuple, may name. The methods are called in threads of the
    chain's, and left there when they take too long.
    """

    def exchange(
        self, key: str, expected: bytes | None, value: bytes | None, ttl_seconds: int
    ) -> bool:
        """Keep ``value`` in place of ``expected``, in one step; tell whether it was there.

        Args:
            key: Whose value it is.
            expected: What must be kept now; None for nothing.
            value: What is kept from now on; None for nothing.
            ttl_seconds: For how long, from now.
        """
        ...


__all__ = ["ComparingStore"]
