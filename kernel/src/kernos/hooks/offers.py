"""What is installed, as values: an offer is one entry point of one distribution."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass
from dataclasses import field

PREFIX = "kernos."

_SEPARATORS = re.compile(r"[-_.]+")


def normalise(name: str) -> str:
    """Return a distribution's name as PEP 503 compares it."""
    return _SEPARATORS.sub("-", name).lower()


@dataclass(frozen=True, slots=True)
class Offer:
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


@dataclass(frozen=True, slots=True)
class Installed:
    """All offers, and what is odd about the metadata they were read from."""

    offers: tuple[Offer, ...] = ()
    #: Sentences for ``kernos doctor``.
    problems: tuple[str, ...] = ()
    #: Files that were read, with time of change and size, so that an edit is seen.
    watched: tuple[tuple[str, int, int], ...] = ()
    _groups: dict[str, tuple[Offer, ...]] = field(default_factory=dict, compare=False, repr=False)

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
