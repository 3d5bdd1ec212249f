"""Pydantic models as bodies and return values of Kernos' views."""

import typing as t

if t.TYPE_CHECKING:
    from kernos_pydantic.bodies import BodyRefused, body


if not t.TYPE_CHECKING:

    def __getattr__(name: str) -> t.Any:
        # Every application loads the plugin; Pydantic is for those that use it.
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from kernos_pydantic import bodies

        found = globals()[name] = getattr(bodies, name)
        return found


__all__ = ["BodyRefused", "body"]
