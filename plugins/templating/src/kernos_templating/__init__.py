"""Templates by Jinja, for Kernos."""

from kernos_templating.engine import JinjaEngine
from kernos_templating.environment import Environment
from kernos_templating.loading import DispatchingJinjaLoader

__all__ = ["DispatchingJinjaLoader", "Environment", "JinjaEngine"]
