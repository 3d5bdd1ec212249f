"""What every kit is: tests that can be added to, and not be silenced unseen."""

from __future__ import annotations

import typing as t
from abc import ABC

from kernos.errors import RegistrationError


class Kit(ABC):  # noqa: B024 - what is abstract is each kit's own
    """Tests that a component inherits. A subclass whose name starts with Test runs them.

    Raises:
        RegistrationError: A subclass replaces a test without saying why it must fail.
    """

    def __init_subclass__(cls, **kwargs: t.Any) -> None:
        super().__init_subclass__(**kwargs)
        for name, member in vars(cls).items():
            if name.startswith("test") and _is_inherited(cls, name) and not _may_fail(member):
                raise RegistrationError(
                    f"{cls.__qualname__} replaces {name} of its kit.",
                    why="what the contract wants would go untested, and nobody would see",
                    fix=f'@pytest.mark.xfail(reason="…")\ndef {name}(self, …): super().{name}(…)',
                )


def _is_inherited(cls: type, name: str) -> bool:
    return any(name in vars(base) for base in cls.__mro__[1:])


def _may_fail(member: object) -> bool:
    marks = getattr(member, "pytestmark", [])
    return any(mark.name == "xfail" and mark.kwargs.get("reason") for mark in marks)


__all__ = ["Kit"]
