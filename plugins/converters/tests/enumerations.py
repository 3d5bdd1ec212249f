"""Enumerations that rules import."""

from __future__ import annotations

import enum


class Size(enum.Enum):
    SMALL = "small"
    EXTRA_LARGE = "extra large/ž"
    L = "l"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 10


class Same(enum.Enum):
    NUMBER = 1
    TEXT = "1"
