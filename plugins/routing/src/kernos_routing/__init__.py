"""Kernos' routing: Werkzeug's URL map, its six converters, and nothing that waits.

How a request is matched: while all paths are :mod:`literal` by a table; else :mod:`router`
asks the :mod:`map`, whose :mod:`matcher` walks the rules and matches dynamic :mod:`parts`
by what :mod:`patterns` says, else by :mod:`linear`.
"""

import typing as t

from kernos.lazy import lazy_names

if t.TYPE_CHECKING:
    from werkzeug.routing import (
        AnyConverter,
        BaseConverter,
        FloatConverter,
        IntegerConverter,
        PathConverter,
        Rule,
        UnicodeConverter,
        UUIDConverter,
        ValidationError,
    )

    from kernos_routing.lint import UnknownConverter
    from kernos_routing.map import RouteMap
    from kernos_routing.router import WerkzeugRouter

#: A path without variables is found without any of it.
if not t.TYPE_CHECKING:
    __getattr__ = lazy_names(
        globals(),
        {
            "AnyConverter": "werkzeug.routing",
            "BaseConverter": "werkzeug.routing",
            "FloatConverter": "werkzeug.routing",
            "IntegerConverter": "werkzeug.routing",
            "PathConverter": "werkzeug.routing",
            "RouteMap": ".map",
            "Rule": "werkzeug.routing",
            "UUIDConverter": "werkzeug.routing",
            "UnicodeConverter": "werkzeug.routing",
            "UnknownConverter": ".lint",
            "ValidationError": "werkzeug.routing",
            "WerkzeugRouter": ".router",
            **{room: f".{room}" for room in ("lint", "map", "matcher", "parts", "router")},
        },
    )


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


__all__ = [
    "AnyConverter",
    "BaseConverter",
    "FloatConverter",
    "IntegerConverter",
    "PathConverter",
    "RouteMap",
    "Rule",
    "UUIDConverter",
    "UnicodeConverter",
    "UnknownConverter",
    "ValidationError",
    "WerkzeugRouter",
]
