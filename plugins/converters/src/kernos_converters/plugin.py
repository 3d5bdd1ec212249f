"""Where kernos meets kernos_converters. Hook implementations only."""

from __future__ import annotations

import typing as t

from kernos.hooks import hookimpl
from kernos_converters import (
    DateConverter,
    DateTimeConverter,
    EnumConverter,
    RegexConverter,
    SlugConverter,
    ULIDConverter,
)

if t.TYPE_CHECKING:
    from werkzeug.routing import BaseConverter

    from kernos import Kernos


@hookimpl
def kernos_register_converters(app: Kernos) -> dict[str, type[BaseConverter]]:
    """Contribute every converter of this package."""
    return {
        "date": DateConverter,
        "datetime": DateTimeConverter,
        "enum": EnumConverter,
        "regex": RegexConverter,
        "slug": SlugConverter,
        "ulid": ULIDConverter,
    }
