"""JSON through the application's provider, as in ``kernos.json``."""

import typing as t

from kernos.json import (
    dump as dump,
    dumps as dumps,
    jsonify as jsonify,
    load as load,
    loads as loads,
)
from kernos.lazy import lazy_names
from kernos_flask.dropped import dropped_name

from ..globals import current_app as current_app

_later = lazy_names(vars(), {"provider": ".provider", "tag": ".tag"})


def __getattr__(name: str) -> t.Any:
    return _later(name) if name in ("provider", "tag") else dropped_name("flask.json", name)
