"""The components of one application: chosen from metadata, built at first use."""

from __future__ import annotations

import sys
import threading
import typing as t

from kernos.errors import ComponentConflict, MissingComponent, PluginError, nearest
from kernos.hooks import calling
from kernos.hooks.loading import check_versions, load, make_plugin
from kernos.hooks.offers import Installed, Offer
from kernos.hooks.plugin import Plugin
from kernos.hooks.roster import Roster
from kernos.hooks.selection import Choice, check_suffixes, choose, missing_default
from kernos.hooks.settings import Chosen, split_parts
from kernos.hooks.slots import Slot
from kernos.lookout import SESSIONS_WAIT


class Components:
    """Choices and built components; everything under one lock.

    One lock for all slots, since building one may use another.
    """

    def __init__(self, roster: Roster, installed: Installed, lock: threading.RLock) -> None:
        self._roster = roster
        self._installed = installed
        self.lock = lock
        self._choices: dict[str, Choice] = {}
        self._built: dict[str, list[object]] = {}
        self._by_offer: dict[tuple[str, str], object] = {}
        self._in_code: dict[str, object] = {}
        self._declined: set[tuple[str, str]] = set()
        self._building: list[str] = []

    # --- choosing

    def slot(self, name: str, source: str = "") -> Slot:
        """Return a slot by its name.

        Raises:
            MissingComponent: There is none.
        """
        slots = self._roster.slots
        if name not in slots:
            near = nearest(name, slots)
            raise MissingComponent(
                f"There is no slot called {name!r}{f' ({source})' if source else ''}.",
                why=f"the slots are {', '.join(sorted(slots))}",
                fix=f"{near[0]}   # in place of {name}" if near else f"take {name!r} out",
            )
        return slots[name]

    def choice(self, name: str) -> Choice:
        """Return what fills a slot, and why; nothing is imported."""
        with self.lock:
            found = self._choices.get(name)
            if found is None:
                found = self._choices[name] = self._choose(self.slot(name))
            return found

    def _choose(self, slot: Slot) -> Choice:
        settings = self._roster.settings
        chosen = self._chosen_in_code(slot) or settings.chosen(slot.name)
        offers = self._installed.in_group(slot.name)
        return choose(slot, offers, chosen, settings.disabled_for(chosen))

    def _chosen_in_code(self, slot: Slot) -> Chosen | None:
        if slot.name in self._in_code:
            return Chosen("code", "in code", (self._in_code[slot.name],))
        named = self._roster.settings.code.components.get(slot.name)
        if named is not None:
            return named
        offering = [
            plugin
            for plugin in self._roster.registry.plugins()
            if plugin.slots is None
            and slot.hook in plugin.hooks
            and (plugin.key, slot.name) not in self._declined
            and self._provides(plugin, slot)
        ]
        if len(offering) > 1 and not slot.ordered:
            labels = ", ".join(plugin.label for plugin in offering)
            raise ComponentConflict(
                f"{len(offering)} plugins given in code offer {slot.name}: {labels}.",
                why="an offer made by a plugin given in code counts as chosen there",
                fix=f'components={{"{slot.name}": COMPONENT}}',
            )
        return Chosen("code", "plugins= in code", tuple(offering)) if offering else None

    def _provides(self, plugin: Plugin, slot: Slot) -> bool:
        """Whether a plugin offers a component, and not only wraps the offering."""
        return any(
            one.hook == slot.hook and not one.options.get("wrapper") for one in plugin.functions
        )

    def set_choice(self, name: str, value: object) -> None:
        """Choose in code, after the constructor: a name, a component or a callable."""
        with self.lock:
            self.slot(name)
            self._in_code[name] = value
            self.reset(name)

    def reset(self, name: str) -> None:
        """Forget what was chosen and built for a slot."""
        with self.lock:
            self._choices.pop(name, None)
            self._built.pop(name, None)
        if name == "sessions":
            SESSIONS_WAIT.take_back()

    def check_slots(self) -> None:
        """Refuse settings for slots that do not exist.

        Raises:
            MissingComponent: There is one.
        """
        for name, source in self._roster.settings.named_slots():
            self.slot(name, source)

    def decide_all(self, settled: t.Container[str] = ()) -> None:
        """Choose every slot that has offers or a setting, from metadata alone.

        Args:
            settled: Slots that the application has decided itself.

        Raises:
            MissingComponent: A name that nobody offers.
            ComponentConflict: Nothing decides between several offers.
            PluginVersionError: Chosen offers ask for another kernel.
        """
        self.check_slots()
        offers: list[Offer] = []
        for name in sorted(self._roster.slots):
            if name not in settled:
                offers += self.choice(name).offers
        check_versions(offers)

    # --- building

    def build(self, name: str) -> list[object]:
        """Return the component that fills a slot, in a list; build it at first use.

        Raises:
            MissingComponent: Nothing fills the slot.
            PluginError: The chosen plugin fails.
        """
        built = self._built.get(name)
        if built is not None:
            return built
        with self.lock:
            built = self._built.get(name)
            if built is None:
                built = self._build_parts(self.slot(name))
                self._built[name] = built
            return built

    def _build_parts(self, slot: Slot) -> list[object]:
        if slot.name in self._building:
            raise PluginError(
                f"The component for the slot {slot.name!r} asks for itself while it is built.",
                why=f"these are being built: {', '.join(self._building)}",
                fix="ask for it at its first use, not in its constructor",
            )
        self._building.append(slot.name)
        try:
            while True:
                choice = self.choice(slot.name)
                if not choice.parts:
                    raise missing_default(slot, choice)
                built = [self._make(slot, part, choice.source) for part in choice.parts]
                if None not in built:
                    if slot.ordered:
                        labels = [_label(part) for part in choice.parts]
                        check_suffixes(list(zip(labels, map(_suffixes, built), strict=True)))
                    return built
                self.reset(slot.name)  # a plugin given in code offered nothing
        finally:
            self._building.remove(slot.name)

    def is_built(self, name: str) -> bool:
        """Tell whether a slot's component exists already."""
        return name in self._built

    def is_as_shipped(self, name: str) -> bool:
        """Tell whether a slot is filled by the kernel's default, and nothing of it is imported.

        Then nobody has changed what is its own, and no plugin's wrapper stands around its hook.
        """
        slot, parts = self.slot(name), self.choice(name).parts
        offer = parts[0] if len(parts) == 1 else None
        return (
            isinstance(offer, Offer)
            and offer.identity == f"{slot.distribution}:{slot.default}"
            and offer.value.partition(".")[0] not in sys.modules
            and not self._roster.registry.implementations(slot.hook)[1]
        )

    def name_of(self, component: object) -> str:
        """Return what people call a component: its plugin's label, else its class's name."""
        for (slot, identity), made in self._by_offer.items():
            if made is component:
                offers = self._installed.in_group(slot)
                return next(one.label for one in offers if one.identity == identity)
        return type(component).__name__

    def build_named(self, name: str, value: object) -> object:
        """Return a component for a blueprint: by name, as it is, or made by a callable.

        Several, where the slot holds several and the value is a list or ``a+b``, are
        returned in a list.
        """
        with self.lock:
            slot = self.slot(name)
            source = "components= of a blueprint"
            parts = split_parts(slot.name, value, source)
            offers = self._installed.in_group(name)
            disabled = self._roster.settings.disabled
            choice = choose(slot, offers, Chosen("code", source, parts), disabled)
            made = [self._make(slot, part, source) for part in choice.parts[: len(parts)]]
            return made[0] if len(made) == 1 else made

    def _make(self, slot: Slot, part: object, source: str) -> object:
        if isinstance(part, Offer):
            return self._make_offered(slot, part)
        if isinstance(part, Plugin):
            component = self._ask(slot, part)
            if component is None:
                self._declined.add((part.key, slot.name))
                return None
            return self._checked(slot, component, f"The plugin {part.label} returns", slot.hook)
        # A class may have all that its instances need to meet the contract.
        if isinstance(part, type) or (callable(part) and not isinstance(part, slot.contract)):
            part = part(self._roster.app)
        return self._checked(slot, part, "The component given is", source)

    def _make_offered(self, slot: Slot, offer: Offer) -> object:
        key = slot.name, offer.identity
        if key not in self._by_offer:
            plugin, is_new = self._plugin_of(slot, offer)
            try:
                component = self._ask(slot, plugin)
                component = self._checked(
                    slot, component, f"The plugin {offer.label} returns", slot.hook
                )
                self._by_offer[key] = component
                if is_new:
                    self._roster.catch_up(plugin)
            except BaseException as error:
                self._by_offer.pop(key, None)
                if is_new:
                    self._roster.drop(plugin)
                if isinstance(error, PluginError):
                    self._roster.ledger.failed(plugin.key, error, quarantined=False)
                raise
        return self._by_offer[key]

    def _plugin_of(self, slot: Slot, offer: Offer) -> tuple[Plugin, bool]:
        """Return an offer's plugin, registered; and whether it was not before."""
        ledger, registry = self._roster.ledger, self._roster.registry
        key = make_plugin(offer, None).key
        try:
            body, milliseconds = load(offer)
            ledger.imported(key, milliseconds)
            plugin = registry.find(body)
            if plugin is not None:  # one module behind several entry points
                if plugin.slots is not None:
                    plugin.slots.add(slot.name)
                plugin.may_fail = False
                return plugin, False
            plugin = make_plugin(offer, body)
            self._roster.take_in_late(plugin, is_component=True)
        except PluginError as error:
            ledger.failed(key, error, quarantined=False)
            raise
        return plugin, True

    def _ask(self, slot: Slot, plugin: Plugin) -> object:
        plain, wrappers = self._roster.registry.implementations(slot.hook)
        mine = [one.call for one in plain if one.plugin == plugin.key]
        if not mine:
            raise PluginError(
                f"The plugin {plugin.label} is offered for the slot {slot.name!r}, "
                f"and does not implement {slot.hook}.",
                why=f"the group kernos.{slot.name} is for plugins that do",
                fix=f"@hookimpl\ndef {slot.hook}(app):",
            )
        try:
            return calling.wrap_all(wrappers, lambda *args: calling.first(mine, *args))(
                self._roster.app
            )
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            raise PluginError(
                f"The plugin {plugin.label} failed in {slot.hook}: "
                f"{type(error).__name__}: {error}",
                why=f"it is chosen for the slot {slot.name!r}",
                fix=f"KERNOS_DISABLE={plugin.name}   # or choose another for {slot.name!r}",
            ) from error

    def _checked(self, slot: Slot, component: object, what: str, where: str) -> object:
        """Return the component, if it meets the slot's contract."""
        contract = slot.contract
        try:
            if isinstance(component, contract):
                return component
        except TypeError as error:  # a protocol that cannot be asked
            raise PluginError(
                f"The slot {slot.name!r} has the contract {contract.__name__}, "
                f"which cannot be checked: {error}",
                why="a contract is a class or a runtime-checkable protocol",
                fix="@typing.runtime_checkable",
            ) from error
        raise PluginError(
            f"{what} {_described(component)} for the slot {slot.name!r} ({where}).",
            why=_lacking(component, contract),
            fix=f"see {contract.__module__}.{contract.__name__}",
        )


def _label(part: object) -> str:
    return part.label if isinstance(part, Offer) else _described(part)


def _suffixes(component: object) -> tuple[str, ...]:
    return tuple(getattr(component, "suffixes", ()))


def _described(component: object) -> str:
    return (
        "None" if component is None else f"an object of the class {type(component).__qualname__}"
    )


def _lacking(component: object, contract: type) -> str:
    """Say what keeps a component from meeting its contract."""
    if not getattr(contract, "_is_protocol", False):
        return f"it must be a {contract.__name__}"
    names = {*vars(contract), *vars(contract).get("__annotations__", ())}
    lacking = sorted(
        name for name in names if not name.startswith("_") and not hasattr(component, name)
    )
    return f"a {contract.__name__} has {', '.join(lacking)} too"
