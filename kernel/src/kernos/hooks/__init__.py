"""Where a plugin comes in.

Markers and specifications are for plugins; discovery, selection and the manager are
the kernel's: they find what is installed, choose by one rule, and keep what plugins
contribute. Nothing here runs during a request but the tuples compiled at the freeze.
"""

from kernos.hooks.markers import hookimpl
from kernos.hooks.markers import hookspec

__all__ = ["hookimpl", "hookspec"]
