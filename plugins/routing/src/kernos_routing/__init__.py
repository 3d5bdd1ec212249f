"""Kernos' routing: Werkzeug's URL map, its six converters, and nothing that waits.

How a request is matched: :mod:`router` asks the :mod:`map`, whose :mod:`matcher` walks
the rules and matches dynamic :mod:`parts` by what :mod:`patterns` says, else by :mod:`linear`.
"""

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
