"""What is installed, as values: an offer is one entry point of one distribution."""

from __future__ import annotations

import re
import typing as t

from kernos.hooks.value import Value

PREFIX = "kernos."


def normalise(name: str) -> str:
    """Return a distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


class Offer(Value):
    """One entry point in one of Kernos' groups, known from metadata alone."""

    group: str
    name: str
    #: Normalised as pip does: lower case, words joined by ``-``.
    distribution: str
    version: str
    #: ``module`` or ``module:attribute``.
    value: str
    #: The distribution's range for ``kernos``; None when it declares none.
    requirement: str | None = None
    #: The metadata folder; empty for what lies in an archive.
    folder: str = ""
    #: Whether the range admits the running kernel.
    fits: bool = True

    @property
    def slot(self) -> str:
        """The group without its prefix: a slot's name, or ``plugins``."""
        return self.group.removeprefix(PREFIX)

    @property
    def label(self) -> str:
        """What people are shown: ``name (distribution version)``."""
        return f"{self.name} ({self.distribution} {self.version})"

    @property
    def identity(self) -> str:
        """The name that no other distribution can have: ``distribution:name``."""
        return f"{self.distribution}:{self.name}"

    def is_called(self, name: str) -> bool:
        """Tell whether ``name``, as operators write it, means this offer."""
        distribution, colon, entry = name.rpartition(":")
        return entry == self.name and (not colon or normalise(distribution) == self.distribution)


class Installed:
    """All offers, and what is odd about the metadata they were read from.

    Args:
        offers: In the order in which they were found.
        problems: Sentences for ``kernos doctor``.
        watched: Files that were read, with time of change and size, so that an edit is
            seen.
    """

    __slots__ = ("_groups", "offers", "problems", "watched")

    def __init__(
        self,
        offers: tuple[Offer, ...] = (),
        problems: tuple[str, ...] = (),
        watched: tuple[tuple[str, int, int], ...] = (),
    ) -> None:
        self.offers = offers
        self.problems = problems
        self.watched = watched
        self._groups: dict[str, tuple[Offer, ...]] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Installed) and (self.offers, self.problems, self.watched) == (
            other.offers,
            other.problems,
            other.watched,
        )

    def __hash__(self) -> int:
        return hash((self.offers, self.problems, self.watched))

    def in_group(self, group: str) -> tuple[Offer, ...]:
        """Return the offers of one group, ``kernos.json`` or ``json``, by name."""
        group = PREFIX + group.removeprefix(PREFIX)
        found = self._groups.get(group)
        if found is None:
            found = tuple(sorted((one for one in self.offers if one.group == group), key=by_name))
            self._groups[group] = found
        return found

    def groups(self) -> list[str]:
        """Return the groups that have an offer, sorted."""
        return sorted({one.group for one in self.offers})


def by_name(offer: Offer) -> tuple[str, str]:
    """The order of offers wherever there is no other: name, then distribution."""
    return offer.name, offer.distribution


def called(name: str, offers: t.Iterable[Offer]) -> list[Offer]:
    """Return the offers that ``name`` means: several when distributions share it."""
    return [one for one in offers if one.is_called(name)]
