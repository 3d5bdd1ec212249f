"""Where a plugin comes in.

Markers and specifications are for plugins; discovery, selection and the manager are
the kernel's: they find what is installed, choose by one rule, and keep what plugins
contribute. Nothing here runs during a request but the tuples compiled at the freeze.
"""

import typing as t

from kernos.hooks.markers import hookimpl, hookspec
from kernos.lazy import lazy_names

if t.TYPE_CHECKING:
    from kernos.hooks.inspection import list_plugins, list_problems, quarantining
    from kernos.hooks.records import PluginRecord

#: What only tools ask for, which no application needs to start.
if not t.TYPE_CHECKING:
    __getattr__ = lazy_names(
        vars(),
        {
            "PluginRecord": "kernos.hooks.records",
            "list_plugins": "kernos.hooks.inspection",
            "list_problems": "kernos.hooks.inspection",
            "quarantining": "kernos.hooks.inspection",
        },
    )

__all__ = [
    "PluginRecord",
    "hookimpl",
    "hookspec",
    "list_plugins",
    "list_problems",
    "quarantining",
]
