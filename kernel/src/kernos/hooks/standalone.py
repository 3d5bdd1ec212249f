"""What is chosen where there is no application yet."""

from __future__ import annotations

import typing as t

from kernos.errors import PluginError
from kernos.hooks.discovery import installed
from kernos.hooks.loading import load, make_plugin
from kernos.hooks.registry import Registry
from kernos.hooks.selection import choose, missing_default
from kernos.hooks.settings import read_settings
from kernos.hooks.slots import KERNEL_SLOTS

if t.TYPE_CHECKING:
    from kernos.contracts import CommandLine


def command_line() -> CommandLine:
    """Return the command line that environment and metadata choose: a blueprint's.

    Raises:
        MissingComponent: None is installed.
        ComponentConflict: Nothing decides between several.
        PluginError: The chosen one fails, or needs an application.
    """
    settings = read_settings()
    slot = KERNEL_SLOTS["cli"]
    chosen = settings.chosen(slot.name)
    choice = choose(slot, installed().in_group(slot.name), chosen, settings.disabled_for(chosen))
    if not choice.offers:
        raise missing_default(slot, choice)
    (offer,) = choice.offers
    plugin = make_plugin(offer, load(offer)[0])
    registry = Registry()
    registry.add(plugin)
    plain, _ = registry.implementations(slot.hook)
    try:
        found = plain[0].call(None) if plain else None
    except Exception as error:
        raise PluginError(
            f"The plugin {offer.label} failed in {slot.hook}: {type(error).__name__}: {error}",
            why="a blueprint has its group of commands before it has an application",
            fix=f"def {slot.hook}(app):   # app may be None",
        ) from error
    if not isinstance(found, slot.contract):
        raise PluginError(
            f"The plugin {offer.label} returns {type(found).__name__} from {slot.hook} when "
            "there is no application.",
            why="a blueprint has its group of commands before it has an application",
            fix=f"return a {slot.contract.__name__}",
        )
    return t.cast("CommandLine", found)
