"""Templates by Mako, for Kernos."""

from kernos_templating_mako.engine import MakoEngine
from kernos_templating_mako.engine import MakoTemplate
from kernos_templating_mako.folders import TemplateMissing

__all__ = ["MakoEngine", "MakoTemplate", "TemplateMissing"]
