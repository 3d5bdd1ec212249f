"""Templates by MiniJinja, for Kernos."""

from kernos_templating_minijinja.engine import MiniJinjaEngine, MiniJinjaTemplate
from kernos_templating_minijinja.folders import TemplateMissing

__all__ = ["MiniJinjaEngine", "MiniJinjaTemplate", "TemplateMissing"]
