"""What every kit is: tests that can be added to, and not be silenced unseen."""

from __future__ import annotations

import typing as t
from abc import ABC

from kernos.errors import RegistrationError

#: Marks that keep a test from failing.
GIVING_UP = ("skip", "skipif", "xfail")


class Kit(ABC):  # noqa: B024 - what is abstract is each kit's own
    """Tests that a component inherits. A subclass whose name starts with Test runs them.

    Raises:
        RegistrationError: A subclass, or a class mixed into it, replaces a test without
            saying why it must fail, or gives all of them up at once.
    """

    #: Components for the slots that are not tested, as in ``Kernos(components=…)``; a slot
    #: that is not named takes what is installed.
    others: t.ClassVar[t.Mapping[str, t.Any]] = {}

    def __init_subclass__(cls, **kwargs: t.Any) -> None:
        super().__init_subclass__(**kwargs)
        if any(mark.name in GIVING_UP for mark in _marks(vars(cls).get("pytestmark"))):
            raise RegistrationError(
                f"{cls.__qualname__} marks all tests of its kit at once.",
                why="what the contract wants would go untested, and nobody would see",
                fix='@pytest.mark.xfail(reason="…")   # above each test that must fail',
            )
        for name in dir(cls):
            if name.startswith("test") and not _is_kept(cls, name):
                raise RegistrationError(
                    f"{cls.__qualname__} replaces {name} of its kit.",
                    why="what the contract wants would go untested, and nobody would see",
                    fix=f'@pytest.mark.xfail(reason="…")\ndef {name}(self, …): super().{name}(…)',
                )


def _is_kept(cls: type, name: str) -> bool:
    """Tell whether a kit's test is run, or every replacement of it says why it must fail."""
    members = [(issubclass(one, Kit), vars(one)[name]) for one in cls.__mro__ if name in vars(one)]
    while members and not members[-1][0]:  # behind the kits, where it replaces nothing
        members.pop()
    return all(_may_fail(member) for _, member in members[:-1])


def _may_fail(member: object) -> bool:
    marks = _marks(getattr(member, "pytestmark", None))
    reasons = [mark.kwargs.get("reason") for mark in marks if mark.name == "xfail"]
    return any(isinstance(reason, str) and reason.strip() for reason in reasons)


def _marks(found: t.Any) -> t.Sequence[t.Any]:
    """Return marks as a list: pytest takes one alone too."""
    if found is None:
        return []
    return found if isinstance(found, (list, tuple)) else [found]


__all__ = ["Kit"]
