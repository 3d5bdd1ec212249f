"""The feature plugins an application starts with: which load, by a rule on names; then all do."""

from __future__ import annotations

import typing as t

from kernos.errors import ComponentConflict, KernosError, PluginError, UnknownPlugin, nearest
from kernos.hooks.loading import check_versions, load, make_given_plugin, make_plugin
from kernos.hooks.offers import Installed, Offer, called
from kernos.hooks.plugin import Plugin, name_of
from kernos.hooks.roster import Roster
from kernos.hooks.settings import Settings
from kernos.hooks.slots import FEATURES

Refuse: t.TypeAlias = t.Callable[[KernosError, t.Sequence[Offer]], None]


class Features:
    """Who loads, and why the others do not."""

    def __init__(self) -> None:
        self.offers: list[Offer] = []
        #: What code gave in place of a name.
        self.objects: list[object] = []
        #: The reason for each installed feature plugin that does not load.
        self.left_out: dict[Offer, str] = {}


def select_features(installed: Installed, settings: Settings, refuse: Refuse) -> Features:
    """Return the feature plugins that load, in name order.

    Args:
        installed: What is installed.
        settings: What was said.
        refuse: What is done with an error and the offers it is about: an UnknownPlugin
            for a name that means nothing that is installed, a ComponentConflict where
            two distributions have one entry-point name.
    """
    names, objects, source = _wanted(settings)
    _check_names(installed, settings, {name_of(one) for one in objects}, refuse)
    everything = installed.in_group(FEATURES)
    found = Features()
    found.objects = [one for one in objects if name_of(one) not in settings.disabled]
    usable = []
    for offer in everything:
        if any(map(offer.is_called, settings.disabled)):
            found.left_out[offer] = "disabled by KERNOS_DISABLE"
        elif source == settings.file.path and any(map(offer.is_called, settings.file.disable)):
            found.left_out[offer] = f"disabled in {source}"
        else:
            usable.append(offer)
    taken = _all_named_once(usable, refuse) if names is None else []
    for name in names or ():
        meant = called(name, usable)
        if len(meant) > 1:
            refuse(_conflict(meant), meant)
        elif meant and meant[0] not in taken:
            taken.append(meant[0])
        elif not meant and not called(name, everything):
            refuse(_unknown(name, installed, source), ())
    found.offers = [offer for offer in usable if offer in taken]
    for offer in usable:
        if offer not in taken:
            found.left_out[offer] = f"not named by {source}"
    return found


def _wanted(settings: Settings) -> tuple[list[str] | None, list[object], str]:
    """Return names, objects and source of the layer that decides; None means all."""
    for layer in (settings.code, settings.environment):
        if layer.plugins is True:
            return None, [], layer.source
        if isinstance(layer.plugins, tuple):
            names = [one for one in layer.plugins if isinstance(one, str)]
            objects = [one for one in layer.plugins if not isinstance(one, str)]
            return names, objects, layer.source
    file = settings.file
    return (None if file.autoload else list(file.enable)), [], file.path


def _all_named_once(usable: list[Offer], refuse: Refuse) -> list[Offer]:
    taken = []
    refused: set[str] = set()
    for offer in usable:
        twins = [one for one in usable if one.name == offer.name]
        if len(twins) == 1:
            taken.append(offer)
        elif offer.name not in refused:
            refused.add(offer.name)
            refuse(_conflict(twins), twins)
    return taken


def _check_names(
    installed: Installed, settings: Settings, given: set[str], refuse: Refuse
) -> None:
    """Refuse names of plugins that are not there: a misspelt one would do nothing."""
    file = settings.file
    said = [(name, "KERNOS_DISABLE") for name in settings.disabled]
    said += [(name, file.path) for name in (*file.enable, *file.disable, *file.plugin_on_error)]
    for name, source in said:
        if name not in given and not called(name, installed.offers):
            refuse(_unknown(name, installed, source), ())


def _unknown(name: str, installed: Installed, source: str) -> UnknownPlugin:
    everything = {one.name for one in installed.offers}
    features = installed.in_group(FEATURES)
    near = nearest(name, everything)
    elsewhere = called(name, installed.offers)
    if elsewhere:
        why = f"{elsewhere[0].label} fills the slot {elsewhere[0].slot!r}, and is chosen there"
        fix = f'components={{"{elsewhere[0].slot}": "{name}"}}'
    else:
        labels = ", ".join(one.label for one in features)
        why = f"installed are: {labels}" if labels else "no feature plugin is installed"
        distribution = name.partition(":")[0]
        fix = "\n".join([*near, f"pip install {distribution}"])
    return UnknownPlugin(
        f"No plugin called {name!r} is installed ({source or 'kernos.toml'}).", why=why, fix=fix
    )


def _conflict(offers: list[Offer]) -> ComponentConflict:
    labels = ", ".join(one.label for one in offers)
    return ComponentConflict(
        f"{len(offers)} distributions have a plugin called {offers[0].name!r}: {labels}.",
        why="a name means one plugin, and none of them may hide the other",
        fix=f"KERNOS_DISABLE={offers[1].identity}",
    )


def take_in(features: Features, roster: Roster) -> None:
    """Import the selected plugins, each in a guard of its own, and register them together.

    Raises:
        PluginVersionError: Some ask for another kernel; all are named.
        PluginError: One fails, and its policy is to fail.
    """
    check_versions(
        one for one in features.offers if not roster.is_quarantining(make_plugin(one, None))
    )
    plugins = [found for one in features.offers if (found := _load(one, roster)) is not None]
    taken = {plugin.key for plugin in plugins}
    for body in features.objects:
        plugins.append(make_given_plugin(body, None, taken))
        taken.add(plugins[-1].key)
    roster.take_in(plugins)


def _load(offer: Offer, roster: Roster) -> Plugin | None:
    plugin = make_plugin(offer, None)
    try:
        plugin.body, milliseconds = load(offer)
    except PluginError as error:
        roster.give_up(plugin, error)
        return None
    roster.ledger.imported(plugin.key, milliseconds)
    return plugin
