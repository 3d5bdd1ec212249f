"""Read the goals and the floors of the gate: the one table, goals.toml."""

from __future__ import annotations

import tomllib
import typing as t
from pathlib import Path

GOALS: dict[str, t.Any] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
)
