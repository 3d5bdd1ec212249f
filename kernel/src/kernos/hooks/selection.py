"""The rule of choice: which offer fills a slot. Values in, a value out.

Nothing is imported, and neither the order of installation nor the order of entry
points decides anything.
"""

from __future__ import annotations

import typing as t

from kernos.errors import ComponentConflict, MissingComponent, RegistrationError, nearest
from kernos.hooks.offers import Offer, by_name, called
from kernos.hooks.settings import Chosen, Rule
from kernos.hooks.slots import KERNEL_SLOTS, Slot
from kernos.hooks.value import Value


class Choice(Value):
    """What fills a slot, and why."""

    slot: str
    rule: Rule
    #: Where it was said; for people.
    source: str
    #: Offers and what code gave, in order; empty when the slot is.
    parts: tuple[object, ...] = ()
    #: The default, when it made way for a lone other offer.
    yielded: tuple[Offer, ...] = ()
    #: The name of the default that was asked for and is not installed.
    missing: str | None = None

    @property
    def offers(self) -> tuple[Offer, ...]:
        """The chosen offers, in order."""
        return tuple(part for part in self.parts if isinstance(part, Offer))

    @property
    def value(self) -> object:
        """The component, or the callable that makes it, that code gave; else None."""
        return next((part for part in self.parts if not isinstance(part, Offer)), None)


def choose(
    slot: str | Slot,
    offers: t.Iterable[Offer],
    chosen: Chosen | None,
    disabled: t.Collection[str] = (),
) -> Choice:
    """Choose what fills a slot; the first rule that applies decides.

    Args:
        slot: The slot, or the name of one of the kernel's.
        offers: What is installed for it.
        chosen: What was said about it.
        disabled: Names of offers that may not be chosen.

    Raises:
        ComponentConflict: Several offers, or one name offered twice, and nothing decides.
        MissingComponent: A name that nobody offers.
        RegistrationError: Several components for a slot that takes one.
    """
    slot = KERNEL_SLOTS[slot] if isinstance(slot, str) else slot
    everything = sorted(offers, key=by_name)
    usable = [one for one in everything if not any(map(one.is_called, disabled))]
    if chosen is None:
        choice = _choose_by_rule(slot, usable)
    elif chosen.default:
        choice = _choose_default(slot, usable, chosen)
    else:
        if len(chosen.parts) > 1 and not slot.ordered:
            raise RegistrationError(
                f"{len(chosen.parts)} components are named for the slot {slot.name!r} "
                f"({chosen.source}).",
                why="this slot takes one",
                fix=_line(slot, chosen.rule, _name_of(chosen.parts[0])),
            )
        parts: tuple[object, ...] = ()
        for said in chosen.parts:
            part = said
            if isinstance(said, str):
                part = _find(slot, said, usable, everything, chosen)
            if not any(part is one for one in parts):
                parts += (part,)
        choice = Choice(slot.name, chosen.rule, chosen.source, parts)
    return _with_followers(slot, choice, usable) if slot.ordered else choice


def _choose_by_rule(slot: Slot, usable: list[Offer]) -> Choice:
    """Rules 4 and 5: the only other offer, else the default."""
    defaults = [one for one in usable if one.name == slot.default]
    others = [one for one in usable if one.name != slot.default]
    if slot.ordered and defaults:
        others = []
    if len(others) == 1:
        return Choice(slot.name, "only", "the only offer", (others[0],), tuple(defaults))
    if others:
        why = "none of them is the default, and nothing chooses between them"
        raise _conflict(slot, others, why)
    return _the_default(slot, defaults, Choice(slot.name, "default", "the default"))


def _choose_default(slot: Slot, usable: list[Offer], chosen: Chosen) -> Choice:
    defaults = [one for one in usable if one.name == slot.default]
    empty = Choice(slot.name, chosen.rule, chosen.source)
    return _the_default(slot, defaults, empty)


def _the_default(slot: Slot, defaults: list[Offer], choice: Choice) -> Choice:
    if len(defaults) > 1:
        raise _conflict(slot, defaults, "they share one name, and it is the default's", whole=True)
    if not defaults:
        return Choice(slot.name, "empty", choice.source, missing=slot.default)
    return Choice(slot.name, choice.rule, choice.source, (defaults[0],))


def _with_followers(slot: Slot, choice: Choice, usable: list[Offer]) -> Choice:
    """Put the other installed offers behind those that were chosen, by name."""
    if not choice.parts:
        return choice
    taken = {one.name for one in choice.offers}
    followers = [one for one in usable if one.name not in taken]
    for one in followers:
        twins = called(one.name, followers)
        if len(twins) > 1:
            raise _conflict(slot, twins, "they share one name", whole=True)
    parts = choice.parts + tuple(followers)
    return Choice(slot.name, choice.rule, choice.source, parts, choice.yielded)


def _find(
    slot: Slot, name: str, usable: list[Offer], everything: list[Offer], chosen: Chosen
) -> Offer:
    found = called(name, usable)
    if len(found) > 1:
        raise _conflict(slot, found, f"all of them are called {name!r}", whole=True)
    if not found:
        raise _missing(slot, name, usable, everything, chosen)
    return found[0]


def _missing(
    slot: Slot, name: str, usable: list[Offer], everything: list[Offer], chosen: Chosen
) -> MissingComponent:
    what = f"Nothing called {name!r} is installed for the slot {slot.name!r} ({chosen.source})."
    off = called(name, everything)
    if off:
        return MissingComponent(
            f"{off[0].label} is chosen for the slot {slot.name!r} ({chosen.source}) and disabled.",
            why="KERNOS_DISABLE, or [plugins] disable in kernos.toml, beats the choice",
            fix=f"take {name!r} out of what is disabled, or choose another",
        )
    known = [one.name for one in usable]
    near = nearest(name, known)
    why = f"installed are: {', '.join(one.label for one in usable)}" if usable else "nothing is"
    lines = [_line(slot, chosen.rule, one) for one in near]
    # "a:b" names the distribution itself; else it is called as ours are.
    guess, colon, _ = name.partition(":")
    if name == slot.default:
        install = slot.distribution
    else:
        install = guess if colon else f"{slot.distribution}-{name}"
    lines.append(f"pip install {install}")
    return MissingComponent(what, why=why, fix="\n".join(lines))


def missing_default(slot: Slot, choice: Choice) -> MissingComponent:
    """Return the error for a slot that is used and that nothing fills."""
    default = "" if slot.default is None else f"; its default is called {slot.default!r}"
    source = "" if choice.source in ("", "the default") else f" ({choice.source})"
    return MissingComponent(
        f"Nothing fills the slot {slot.name!r}{source}.",
        why=f"it is needed, and no installed distribution offers it{default}",
        fix=f"pip install {slot.distribution}",
    )


def _conflict(slot: Slot, offers: list[Offer], why: str, whole: bool = False) -> ComponentConflict:
    labels = ", ".join(one.label for one in offers)
    name = offers[0].identity if whole else offers[0].name
    return ComponentConflict(
        f"{len(offers)} distributions offer {slot.name}: {labels}.",
        why=why,
        fix=f'[components]\n{slot.name} = "{name}"   # in kernos.toml, '
        f"or KERNOS_COMPONENTS={slot.name}={name}",
    )


def _line(slot: Slot, rule: Rule, name: str) -> str:
    """Return the line to type that chooses ``name`` where the choice was made."""
    if rule == "code":
        return f'components={{"{slot.name}": "{name}"}}'
    if rule == "environment":
        return f'KERNOS_COMPONENTS="{slot.name}={name}"'
    return f'[components]\n{slot.name} = "{name}"   # in kernos.toml'


def _name_of(part: object) -> str:
    return part if isinstance(part, str) else "NAME"


def check_suffixes(engines: t.Sequence[tuple[str, t.Iterable[str]]]) -> None:
    """Refuse two engines that claim one suffix; the first one's are no claim.

    Args:
        engines: The label and the suffixes of each engine, in the order chosen.

    Raises:
        ComponentConflict: Two of those behind the first claim one suffix.
    """
    claims: dict[str, str] = {}
    for label, suffixes in engines[1:]:
        for suffix in suffixes:
            if claims.setdefault(suffix, label) != label:
                raise ComponentConflict(
                    f"Two template engines claim the suffix {suffix!r}: "
                    f"{claims[suffix]} and {label}.",
                    why="neither is the first engine, so nothing says which renders it",
                    fix=f"KERNOS_DISABLE={label.partition(' ')[0]}",
                )
