"""The records of plugins: read for an application, found by name."""

from __future__ import annotations

import typing as t

from kernos.hooks import list_plugins
from kernos_cli.platform.nearest import refuse_name
from kernos_cli.platform.target import Target

if t.TYPE_CHECKING:
    from kernos.hooks import PluginRecord


def read_records(target: Target) -> list[PluginRecord]:
    """Return the records of everything installed, as the application chose."""
    return list_plugins(None if target.bare else target.app)


def find_records(name: str, records: list[PluginRecord]) -> list[PluginRecord]:
    """Return the plugins that a name means: ``entry``, ``distribution:entry`` or distribution.

    Raises:
        UsageError: There is none; the nearest names are in it.
    """
    found = [one for one in records if name in (one.name, identity(one))]
    found = found or [one for one in records if name == one.distribution]
    if not found:
        known = [one.name for one in records]
        refuse_name("plugin", name, [*known, *(one.distribution for one in records)])
    return found


def identity(record: PluginRecord) -> str:
    """Return ``distribution:entry``; the name of one given in code."""
    return f"{record.distribution}:{record.name}" if record.distribution else record.name
