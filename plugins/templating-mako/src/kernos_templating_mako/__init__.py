"""Templates by Mako, for Kernos."""

import typing as t

from kernos.lazy import lazy_names
from kernos_templating_mako.engine import MakoEngine
from kernos_templating_mako.folders import TemplateMissing

if t.TYPE_CHECKING:
    from kernos_templating_mako.lookup import MakoTemplate


#: Mako is imported with the first template of its.
if not t.TYPE_CHECKING:
    __getattr__ = lazy_names(globals(), {"MakoTemplate": ".lookup"})


__all__ = ["MakoEngine", "MakoTemplate", "TemplateMissing"]
