"""The slots at work, and what they stand on."""

from __future__ import annotations

import datetime as dt
import sys
import typing as t

from kernos.errors import KernosError
from kernos.hooks.checks import Finding
from kernos.hooks.checks import check

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
VALUES: tuple[t.Any, ...] = (None, [1, -1.5, "žluť"], {"a": {"b": []}})


@check("K-090", "Every filled slot works", level="error")
def slots_work(app: Kernos) -> t.Iterator[Finding]:
    """A component that cannot be built, or loses what it is given, fails at a first use."""
    for slot in ("json", "sessions", "routing", "templating"):
        try:
            if not app.has_component(slot):
                continue
            for component in app.components_of(slot):
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


CHECKS = (slots_work, python_is_alive, files_may_be_open)
