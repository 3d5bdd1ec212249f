"""JSON through the application's provider, as in ``kernos.json``."""

import typing as t

from kernos.json import dump as dump
from kernos.json import dumps as dumps
from kernos.json import jsonify as jsonify
from kernos.json import load as load
from kernos.json import loads as loads
from kernos_flask.dropped import dropped_name

from ..globals import current_app as current_app


def __getattr__(name: str) -> t.Any:
    return dropped_name("flask.json", name)
