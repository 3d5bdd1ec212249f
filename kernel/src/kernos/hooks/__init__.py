"""Where a plugin comes in.

Markers and specifications are for plugins; discovery, selection and the manager are
the kernel's: they find what is installed, choose by one rule, and keep what plugins
contribute. Nothing here runs during a request but the tuples compiled at the freeze.
"""

from kernos.hooks.inspection import list_plugins
from kernos.hooks.inspection import list_problems
from kernos.hooks.inspection import quarantining
from kernos.hooks.markers import hookimpl
from kernos.hooks.markers import hookspec
from kernos.hooks.records import PluginRecord

__all__ = [
    "PluginRecord",
    "hookimpl",
    "hookspec",
    "list_plugins",
    "list_problems",
    "quarantining",
]
