"""What tools are told about a plugin."""

from __future__ import annotations

import typing as t
from dataclasses import asdict, dataclass

State: t.TypeAlias = t.Literal[
    "active", "available", "yielded", "disabled", "quarantined", "failed"
]


@dataclass(slots=True)
class PluginRecord:
    """One plugin: who it is, what it fills, whether it takes part, and why."""

    name: str
    distribution: str
    version: str
    group: str
    #: The slot it fills; None for a feature plugin.
    slot: str | None
    value: str
    #: The hooks it implements; empty while it is not imported.
    hooks: tuple[str, ...] = ()
    #: Yielded is a default that made way for a lone other offer.
    state: State = "available"
    #: Why it is in that state.
    reason: str = ""
    #: The error with its traceback, for one that failed or is quarantined.
    error: str | None = None
    #: How long its import took, in milliseconds; None while it is not imported.
    import_ms: float | None = None
    #: What its import changed of the process, in words, where a tool looked on.
    effects: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """``name (distribution version)``."""
        return f"{self.name} ({self.distribution} {self.version})"

    def to_dict(self) -> dict[str, object]:
        """Return the fields as JSON has them."""
        return {**asdict(self), "hooks": list(self.hooks), "effects": list(self.effects)}
