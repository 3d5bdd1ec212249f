"""The slots at work, and what they stand on."""

from __future__ import annotations

import datetime as dt
import sys
import time
import typing as t

from kernos.errors import KernosError
from kernos.hooks.checks import BackedComponent, Finding, check
from kernos_cli.doctor.forks import nothing_is_left_behind

if t.TYPE_CHECKING:
    from kernos import Kernos

#: The last day of each Python, as PEP 664 and its sisters say.
LAST_DAYS = {
    (3, 11): dt.date(2027, 10, 31),
    (3, 12): dt.date(2028, 10, 31),
    (3, 13): dt.date(2029, 10, 31),
    (3, 14): dt.date(2030, 10, 31),
}
OPEN_FILES = 1024
SLOTS = ("json", "sessions", "routing", "templating")
LATENCY_SECONDS = 0.1
SKEW_SECONDS = 5.0
VALUES: tuple[t.Any, ...] = (None, [1, -1.5, "žluť"], {"a": {"b": []}})


@check("K-090", "Every filled slot works", level="error")
def slots_work(app: Kernos) -> t.Iterator[Finding]:
    """A component that cannot be built, or loses what it is given, fails at a first use."""
    for slot in SLOTS:
        try:
            if not app._has_component(slot):
                continue
            for component in app._components_of(slot):
                if slot == "json":
                    yield from _try_json(component)
        except KernosError as error:
            yield Finding(error.what, error.fix.splitlines()[-1] if error.fix else "")
        except Exception as error:
            text = f"The component of {slot!r} fails: {type(error).__name__}: {error}"
            yield Finding(text, f"kernos plugins why {slot}")


def _try_json(provider: t.Any) -> t.Iterator[Finding]:
    for value in VALUES:
        text = provider.dumps(value)
        if type(text) is not str or provider.loads(text) != value:
            name = type(provider).__name__
            yield Finding(f"{name} does not keep {value!r}.", "see JSONProviderKit")
            return


@check("K-091", "What components stand on answers, soon, and knows the time", deploy=True)
def backends_answer(app: Kernos) -> t.Iterator[Finding]:
    """Without its store an application answers 503; with another clock sessions end at odd times.

    The only check that opens a connection: a component that has the method ``probe_backend``
    asks its own backend for an answer, and changes nothing there.
    """
    for slot in SLOTS:
        for component in _components(app, slot):
            if isinstance(component, BackedComponent):
                yield from _probe(slot, component)


def _probe(slot: str, component: BackedComponent) -> t.Iterator[Finding]:
    what = f"The backend of {type(component).__name__} ({slot})"
    try:
        component.probe_backend()  # opens the connection, which takes its own time
        began, clock = time.time(), time.perf_counter()
        said = component.probe_backend()
        spent = time.perf_counter() - clock
    except Exception as error:
        fix = getattr(error, "fix", "") or "start it, or correct its address"
        yield Finding(f"{what} does not answer: {type(error).__name__}.", fix, "error")
        return
    if spent > LATENCY_SECONDS:
        text = f"{what} takes {spent * 1000:.0f} ms to answer."
        yield Finding(text, "bring it nearer: each request with a session waits for it")
    if said is not None and abs(skew := said - (began + spent / 2)) > SKEW_SECONDS:
        text = f"{what} has a clock that is {abs(skew):.0f} s {'ahead' if skew > 0 else 'behind'}."
        yield Finding(text, "timedatectl set-ntp true   # on both machines")


def _components(app: Kernos, slot: str) -> t.Sequence[object]:
    """Return what fills a slot; nothing where K-090 has something to tell."""
    try:
        return app._components_of(slot) if app._has_component(slot) else ()
    except Exception:
        return ()


@check("K-093", "This Python still gets its fixes", deploy=True)
def python_is_alive(app: Kernos) -> t.Iterator[Finding]:
    """Holes that are found from now on stay open."""
    last = LAST_DAYS.get(sys.version_info[:2])
    if last is not None and dt.datetime.now(dt.UTC).date() > last:
        name = ".".join(map(str, sys.version_info[:2]))
        yield Finding(f"Python {name} has had no fixes since {last}.", "a newer Python")


@check("K-094", "A process may open enough files", deploy=True)
def files_may_be_open(app: Kernos) -> t.Iterator[Finding]:
    """Each connection is an open file; the one too many is refused."""
    try:
        import resource
    except ImportError:
        return
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if 0 < soft < OPEN_FILES:
        yield Finding(f"A process may open {soft} files.", f"ulimit -n {OPEN_FILES}")


CHECKS = (slots_work, backends_answer, nothing_is_left_behind, python_is_alive, files_may_be_open)
