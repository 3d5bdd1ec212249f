"""The records of all plugins: what is installed, held against what was chosen."""

from __future__ import annotations

import typing as t

from kernos.errors import KernosError
from kernos.hooks.components import Components
from kernos.hooks.features import Features
from kernos.hooks.loading import Standing, make_plugin
from kernos.hooks.offers import Installed, Offer, by_name
from kernos.hooks.plugin import Plugin
from kernos.hooks.records import PluginRecord
from kernos.hooks.roster import Roster
from kernos.hooks.selection import Choice
from kernos.hooks.settings import Settings
from kernos.hooks.slots import FEATURES, Slot

Choose: t.TypeAlias = t.Callable[[Slot], Choice]


def report(
    found: Installed, roster: Roster, components: Components, features: Features
) -> list[PluginRecord]:
    """Return the records of one application."""
    records = make_records(
        found,
        roster.settings,
        roster.slots,
        features,
        lambda slot: components.choice(slot.name),
    )
    failed = roster.ledger.failures()
    registered = {plugin.key: plugin for plugin in roster.registry.plugins()}
    for record, offer in zip(records, in_order(found), strict=True):
        key = make_plugin(offer, None).key
        failed.pop(key, None)
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
    records += [_given(plugin) for plugin in registered.values() if plugin.key not in failed]
    return records + [_given_and_failed(key, standing) for key, standing in failed.items()]


def _given_and_failed(key: str, standing: Standing) -> PluginRecord:
    group = f"kernos.{FEATURES}"
    state, reason, error = standing.state, standing.reason, standing.error
    return PluginRecord(key, "", "", group, None, "", (), state, reason, error)


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


def in_order(found: Installed) -> list[Offer]:
    """Return all offers in the order of their records: by group, then by name."""
    return sorted(found.offers, key=lambda one: (one.group, *by_name(one)))


def make_records(
    found: Installed,
    settings: Settings,
    slots: t.Mapping[str, Slot],
    features: Features,
    choose_slot: Choose,
) -> list[PluginRecord]:
    """Return one record for each offer, from settings and choices alone."""
    choices: dict[str, Choice | KernosError] = {}
    for name, slot in slots.items():
        try:
            choices[name] = choose_slot(slot)
        except KernosError as error:
            choices[name] = error
    records = []
    for offer in in_order(found):
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
