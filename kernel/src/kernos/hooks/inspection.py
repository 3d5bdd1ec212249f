"""What tools ask: which plugins there are, and how it stands with each."""

from __future__ import annotations

import typing as t

from kernos.errors import KernosError
from kernos.errors import PluginError
from kernos.hooks.components import Components
from kernos.hooks.discovery import installed
from kernos.hooks.features import Features
from kernos.hooks.features import select_features
from kernos.hooks.loading import format_error
from kernos.hooks.loading import load
from kernos.hooks.loading import make_plugin
from kernos.hooks.offers import Installed
from kernos.hooks.offers import Offer
from kernos.hooks.offers import by_name
from kernos.hooks.plugin import Plugin
from kernos.hooks.plugin import read_functions
from kernos.hooks.records import PluginRecord
from kernos.hooks.registry import Registry
from kernos.hooks.roster import Roster
from kernos.hooks.selection import Choice
from kernos.hooks.selection import choose
from kernos.hooks.settings import Settings
from kernos.hooks.settings import read_settings
from kernos.hooks.slots import FEATURES
from kernos.hooks.slots import KERNEL_SLOTS
from kernos.hooks.slots import Slot

if t.TYPE_CHECKING:
    from kernos.app import Kernos

Choose: t.TypeAlias = t.Callable[[Slot], Choice]


def list_plugins(app: Kernos | None = None, *, load: bool = True) -> list[PluginRecord]:
    """Return a record of each installed plugin, and of those given in code.

    Nothing that a plugin does wrong raises here: it is in its record.

    Args:
        app: Tell what this application chose; None asks environment and metadata.
        load: Import those that take part, to tell their hooks and whether they work.
    """
    records: list[PluginRecord]
    records = _report_without_app() if app is None else app.plugins.report()
    if load:
        for record in records:
            if record.state == "active" and record.import_ms is None and record.value:
                _try(record)
    return records


def _report_without_app() -> list[PluginRecord]:
    found = installed()
    problem = ""
    try:
        settings = read_settings()
    except KernosError as error:
        settings, problem = Settings(), str(error).partition("\n")[0]
    refused: dict[Offer, KernosError] = {}
    features = select_features(
        found, settings, lambda error, offers: refused.update(dict.fromkeys(offers, error))
    )

    def choose_slot(slot: Slot) -> Choice:
        chosen = settings.chosen(slot.name)
        return choose(slot, found.in_group(slot.name), chosen, settings.disabled_for(chosen))

    records = _records(found, settings, KERNEL_SLOTS, features, choose_slot)
    for record, offer in zip(records, _sorted(found), strict=True):
        if offer in refused:
            _fail(record, refused[offer])
        elif not record.reason:
            record.reason = problem
    return records


def report(
    found: Installed, roster: Roster, components: Components, features: Features
) -> list[PluginRecord]:
    """Return the records of one application."""
    records = _records(
        found,
        roster.settings,
        roster.slots,
        features,
        lambda slot: components.choice(slot.name),
    )
    registered = {plugin.key: plugin for plugin in roster.registry.plugins()}
    for record, offer in zip(records, _sorted(found), strict=True):
        key = make_plugin(offer, None).key
        standing = roster.ledger.get(key)
        if standing is not None:
            record.import_ms = standing.import_ms
            if standing.error is not None:
                record.state, record.reason = standing.state, standing.reason
                record.error = standing.error
        if key in registered:
            record.hooks = registered.pop(key).hooks
            if record.state == "available":
                record.state, record.reason = "active", "chosen by a blueprint"
    for plugin in registered.values():
        if plugin.offer is None:
            records.append(_given(plugin))
    return records


def _given(plugin: Plugin) -> PluginRecord:
    return PluginRecord(
        plugin.name,
        "",
        "",
        f"kernos.{FEATURES}",
        None,
        "",
        plugin.hooks,
        "active",
        "given in code",
    )


def _sorted(found: Installed) -> list[Offer]:
    return sorted(found.offers, key=lambda one: (one.group, *by_name(one)))


def _records(
    found: Installed,
    settings: Settings,
    slots: t.Mapping[str, Slot],
    features: Features,
    choose_slot: Choose,
) -> list[PluginRecord]:
    choices: dict[str, Choice | KernosError] = {}
    for name, slot in slots.items():
        try:
            choices[name] = choose_slot(slot)
        except KernosError as error:
            choices[name] = error
    records = []
    for offer in _sorted(found):
        slot_name = None if offer.slot == FEATURES else offer.slot
        record = PluginRecord(
            offer.name, offer.distribution, offer.version, offer.group, slot_name, offer.value
        )
        if any(map(offer.is_called, settings.disabled)):
            record.state, record.reason = "disabled", "disabled by KERNOS_DISABLE"
        elif slot_name is None:
            _judge_feature(record, offer, features)
        elif slot_name not in choices:
            record.reason = f"no slot is called {slot_name!r}"
        else:
            _judge_component(record, offer, choices[slot_name], settings)
        records.append(record)
    return records


def _judge_feature(record: PluginRecord, offer: Offer, features: Features) -> None:
    if offer in features.offers:
        record.state, record.reason = "active", "a feature plugin"
    else:
        record.reason = features.left_out.get(offer, "")
        record.state = "disabled" if record.reason.startswith("disabled") else "available"


def _judge_component(
    record: PluginRecord, offer: Offer, choice: Choice | KernosError, settings: Settings
) -> None:
    if isinstance(choice, KernosError):
        record.reason = choice.what
    elif offer in choice.offers:
        record.state, record.reason = "active", choice.source
        if offer is not choice.offers[0]:
            record.reason = f"behind {choice.offers[0].name}"
    elif offer in choice.yielded:
        record.state = "yielded"
        record.reason = f"makes way for {choice.offers[0].label}"
    elif any(map(offer.is_called, settings.file.disable)):
        record.state, record.reason = "disabled", f"disabled in {settings.file.path}"
    else:
        record.reason = f"{choice.source} chose another"


def _try(record: PluginRecord) -> None:
    """Import one plugin, as far as that goes without an application."""
    offer = Offer(record.group, record.name, record.distribution, record.version, record.value)
    offer = next((one for one in installed().offers if _is(one, offer)), offer)
    try:
        body, record.import_ms = load(offer)
        plugin = make_plugin(offer, body)
        plugin.functions = read_functions(plugin)
    except PluginError as error:
        _fail(record, error)
        return
    record.hooks = plugin.hooks
    known = Registry().hooks()
    strange = [one.hook for one in plugin.functions if one.hook not in known]
    if strange:
        record.reason += f"; hooks of other plugins: {', '.join(strange)}"


def _is(one: Offer, other: Offer) -> bool:
    return (one.group, one.identity) == (other.group, other.identity)


def _fail(record: PluginRecord, error: KernosError) -> None:
    record.state, record.reason, record.error = "failed", error.what, format_error(error)
