"""Pydantic models as bodies and return values of Kernos' views."""

import typing as t

from kernos.lazy import lazy_names

if t.TYPE_CHECKING:
    from kernos_pydantic.bodies import BodyRefused, body


#: Every application loads the plugin; Pydantic is for those that use it.
if not t.TYPE_CHECKING:
    __getattr__ = lazy_names(globals(), {"BodyRefused": ".bodies", "body": ".bodies"})


__all__ = ["BodyRefused", "body"]
