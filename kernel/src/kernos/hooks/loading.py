"""Import one offer's plugin in a guard of its own; note how it stands with each plugin."""

from __future__ import annotations

import _thread
import contextlib
import importlib
import sys
import time
import traceback
import typing as t

from kernos._version import __version__
from kernos.errors import PluginError, PluginVersionError
from kernos.hooks.offers import Offer
from kernos.hooks.plugin import Plugin, name_of

if t.TYPE_CHECKING:
    from kernos.hooks.records import State

#: An import that takes longer is worth a line in the log.
SLOW_SECONDS = 2.0


def load(offer: Offer) -> tuple[object, float]:
    """Import what an offer points to; return it, and the milliseconds that took.

    Raises:
        PluginVersionError: Its distribution asks for another kernel.
        PluginError: It cannot be imported. Only KeyboardInterrupt passes as itself:
            a plugin may not end the process.
    """
    check_versions([offer])
    started = time.perf_counter()
    try:
        with _watched(offer):
            body = _resolve(offer.value)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise PluginError(
            f"The plugin {offer.label} of the group {offer.group} cannot be loaded: "
            f"{_said(error)}",
            why=f"{offer.value!r} is what it names, and importing that failed",
            fix=_cure(offer, error),
        ) from error
    if body is None or isinstance(body, (str, bytes, int, float)):
        raise PluginError(
            f"The plugin {offer.label} of the group {offer.group} is {body!r}.",
            why=f"{offer.value!r} must name a module or an object with hook implementations",
            fix=f'{offer.name} = "MODULE"   # in its entry points',
        )
    return body, (time.perf_counter() - started) * 1000


@contextlib.contextmanager
def _watched(offer: Offer) -> t.Iterator[None]:
    """Say in the log whose import it is that does not end; note what it changes."""
    if _module_of(offer.value) in sys.modules:
        yield
        return
    has_ended = _thread.allocate_lock()
    has_ended.acquire()

    def watch() -> None:
        if not has_ended.acquire(timeout=SLOW_SECONDS):
            _log_slow(offer)

    # A bare thread: nobody waits for its beginning, nor for its end.
    _thread.start_new_thread(watch, ())
    # A tool that is looking has imported it.
    effects = sys.modules.get("kernos.hooks.effects")
    try:
        with contextlib.nullcontext() if effects is None else effects.noting(offer):
            yield
    finally:
        has_ended.release()


def check_versions(offers: t.Iterable[Offer]) -> None:
    """Refuse offers whose distribution asks for another kernel, all of them at once.

    Raises:
        PluginVersionError: At least one does.
    """
    found = [one for one in offers if not one.fits]
    if not found:
        return
    wants = ", ".join(f"{one.label} wants kernos {one.requirement}" for one in found)
    packages = " ".join(dict.fromkeys(one.distribution for one in found))
    raise PluginVersionError(
        f"Kernos {__version__} is running, and {wants}.",
        why="a plugin takes part only in a Kernos that its distribution's range admits",
        fix=f"pip install --upgrade {packages}",
    )


def make_plugin(offer: Offer, body: object) -> Plugin:
    """Return the plugin that an offer's object is."""
    slots = set() if offer.slot == "plugins" else {offer.slot}
    key = f"{offer.slot}/{offer.identity}"
    return Plugin(key, offer.name, offer.identity, offer.label, body, offer, slots)


def make_given_plugin(body: object, name: str | None, taken: t.Container[str]) -> Plugin:
    """Return the plugin that an object given in code is; it may fill any slot."""
    name = name or name_of(body)
    key, number = name, 2
    while key in taken:
        key, number = f"{name}#{number}", number + 1
    return Plugin(key, name, key, f"{key} (given in code)", body, None, None)


def format_error(error: BaseException) -> str:
    """Return an error with its traceback, as text: a kept error would keep its frames."""
    return "".join(traceback.format_exception(error))


def _resolve(value: str) -> object:
    module, attributes = _module_of(value), value.partition(":")[2].strip()
    if not all(part.isidentifier() for part in module.split(".")):
        raise ValueError(f"{value!r} is not 'module' or 'module:attribute'")
    found: object = importlib.import_module(module)
    for attribute in attributes.split(".") if attributes else ():
        found = getattr(found, attribute)
    return found


def _module_of(value: str) -> str:
    return value.partition(":")[0].strip()


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".rstrip(": ")


def _cure(offer: Offer, error: BaseException) -> str:
    if isinstance(error, ModuleNotFoundError) and error.name is not None:
        missing = error.name.partition(".")[0]
        if missing != _module_of(offer.value).partition(".")[0]:
            return f"pip install {missing}   # or: KERNOS_DISABLE={offer.name}"
        return f"pip install --force-reinstall {offer.distribution}"
    return f"KERNOS_DISABLE={offer.name}   # until {offer.distribution} is mended"


def _log_slow(offer: Offer) -> None:
    import logging

    logging.getLogger("kernos.plugins").warning(
        "The plugin %s is still being imported after %g s: %s.",
        offer.label,
        SLOW_SECONDS,
        offer.value,
    )


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
