"""What tools ask: which plugins there are, and how it stands with each."""

from __future__ import annotations

import contextlib
import typing as t

from kernos.contracts.own_names import asked_of
from kernos.errors import KernosError, PluginError
from kernos.hooks.discovery import installed
from kernos.hooks.effects import effects_of, watching
from kernos.hooks.features import select_features
from kernos.hooks.loading import format_error, load, make_plugin
from kernos.hooks.manager import PluginManager
from kernos.hooks.offers import Installed, Offer
from kernos.hooks.records import PluginRecord
from kernos.hooks.registry import Registry
from kernos.hooks.reporting import in_order, make_records
from kernos.hooks.selection import Choice, choose
from kernos.hooks.settings import Settings, read_settings
from kernos.hooks.slots import KERNEL_SLOTS, Slot

if t.TYPE_CHECKING:
    from kernos.app import Kernos


@contextlib.contextmanager
def quarantining() -> t.Iterator[None]:
    """Have applications that are made in the body leave out every plugin that fails.

    For tools that inspect, which must work when nothing else does.
    """
    before = PluginManager.always_quarantine
    PluginManager.always_quarantine = True
    try:
        with watching():
            yield
    finally:
        PluginManager.always_quarantine = before


def list_plugins(app: Kernos | None = None, *, load: bool = True) -> list[PluginRecord]:
    """Return a record of each installed plugin, and of those given in code.

    Nothing that a plugin does wrong raises here: it is in its record.

    Args:
        app: Tell what this application chose; None asks environment and metadata.
        load: Import those that take part, to tell their hooks and whether they work.
    """
    records: list[PluginRecord]
    if app is None:
        found = installed()
        records, _ = _look(found)
    else:
        manager: PluginManager = asked_of(app, "plugins", None)
        found = manager.installed
        records = manager.report()
    with watching():
        for record, offer in zip(records, in_order(found), strict=False):
            if load and record.state == "active" and record.import_ms is None:
                _try(record, offer)
            record.effects = effects_of(offer)
    return records


def list_problems(app: Kernos | None = None) -> list[str]:
    """Return what is odd about metadata and settings, and belongs to no one plugin.

    Args:
        app: Ask what this application has noted; None asks environment and metadata.
    """
    if app is None:
        found = installed()
        return [*found.problems, *_look(found)[1]]
    manager: PluginManager = asked_of(app, "plugins", None)
    return [*manager.installed.problems, *manager.problems]


def _look(found: Installed) -> tuple[list[PluginRecord], list[str]]:
    """Return records and problems as environment and metadata tell them."""
    problems = []
    try:
        settings = read_settings()
    except KernosError as error:
        settings = Settings()
        problems.append(str(error))
    refused: dict[Offer, KernosError] = {}

    def refuse(error: KernosError, offers: t.Sequence[Offer]) -> None:
        problems.append(str(error))
        refused.update(dict.fromkeys(offers, error))

    def choose_slot(slot: Slot) -> Choice:
        chosen = settings.chosen(slot.name)
        return choose(slot, found.in_group(slot.name), chosen, settings.disabled_for(chosen))

    features = select_features(found, settings, refuse)
    records = make_records(found, settings, KERNEL_SLOTS, features, choose_slot)
    for record, offer in zip(records, in_order(found), strict=True):
        if offer in refused:
            _fail(record, refused[offer])
    return records, problems


def _try(record: PluginRecord, offer: Offer) -> None:
    """Import one plugin and check it, as far as that goes without an application."""
    registry = Registry()
    try:
        body, record.import_ms = load(offer)
        plugin = make_plugin(offer, body)
        registry.add(plugin)
        record.hooks = plugin.hooks
        strange = sorted(set(plugin.hooks) - set(registry.hooks()))
        if strange:  # hooks that another plugin publishes, perhaps: only an application knows
            record.reason += f"; hooks of other plugins: {', '.join(strange)}"
        else:
            registry.admit(plugin)
    except PluginError as error:
        _fail(record, error)


def _fail(record: PluginRecord, error: KernosError) -> None:
    record.state, record.reason, record.error = "failed", error.what, format_error(error)
