"""Templates by Mako, for Kernos."""

import typing as t

from kernos_templating_mako.engine import MakoEngine
from kernos_templating_mako.folders import TemplateMissing

if t.TYPE_CHECKING:
    from kernos_templating_mako.lookup import MakoTemplate


if not t.TYPE_CHECKING:

    def __getattr__(name: str) -> t.Any:
        # Mako is imported with the first template of its.
        if name != "MakoTemplate":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from kernos_templating_mako.lookup import MakoTemplate

        return MakoTemplate


__all__ = ["MakoEngine", "MakoTemplate", "TemplateMissing"]
