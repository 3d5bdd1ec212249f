"""How it stands with each plugin: loaded when, failed why."""

from __future__ import annotations

import typing as t

from kernos.hooks.loading import format_error

if t.TYPE_CHECKING:
    from kernos.hooks.records import State


class Standing:
    """One plugin's line in the ledger."""

    __slots__ = ("error", "import_ms", "reason", "state")

    def __init__(self, state: State, reason: str = "", import_ms: float | None = None) -> None:
        self.state = state
        self.reason = reason
        self.error: str | None = None
        self.import_ms = import_ms


class Ledger:
    """The standing of the plugins of one application, by their keys."""

    def __init__(self) -> None:
        self._lines: dict[str, Standing] = {}

    def get(self, key: str) -> Standing | None:
        """Return a plugin's standing, if anything was noted."""
        return self._lines.get(key)

    def failures(self) -> dict[str, Standing]:
        """Return the standing of each plugin that failed, by their keys."""
        return {key: line for key, line in self._lines.items() if line.error is not None}

    def note(self, key: str, state: State, reason: str = "") -> None:
        """Note a plugin's state and its reason."""
        line = self._lines.get(key)
        import_ms = None if line is None else line.import_ms
        self._lines[key] = Standing(state, reason, import_ms)

    def imported(self, key: str, milliseconds: float) -> None:
        """Note that a plugin was imported, and how long that took."""
        line = self._lines.setdefault(key, Standing("active"))
        line.import_ms = milliseconds

    def failed(self, key: str, error: BaseException, quarantined: bool) -> None:
        """Note an error, as text: kept as itself it would keep its frames alive."""
        reason = str(error).partition("\n")[0]
        self.note(key, "quarantined" if quarantined else "failed", reason)
        self._lines[key].error = format_error(error)

    def log_spared(self, label: str, hook: str, error: BaseException) -> None:
        """Log that what a plugin has for one hook is left out, and nothing else of it."""
        import logging

        logging.getLogger("kernos.plugins").error(
            "The plugin %s failed in %s: what it has to register is left out.",
            label,
            hook,
            exc_info=error,
        )

    def log(self, label: str, error: BaseException) -> None:
        """Log that a plugin is left out, with its traceback."""
        import logging

        logging.getLogger("kernos.plugins").error(
            "The plugin %s is left out: it failed, and its policy is to quarantine.",
            label,
            exc_info=error,
        )
