"""Every error that Kernos raises on its own behalf, in one tree.

HTTP errors are not here: they are Werkzeug's.
"""

from __future__ import annotations

import difflib
import typing as t


class KernosError(Exception):
    """Something Kernos refuses, said as *what*, *why* and *the line that cures it*.

    Args:
        what: What happened, naming the thing; values are quoted with ``!r``.
        why: The rule that was broken.
        fix: A command or a line to type that cures it.
    """

    def __init__(self, what: str, *, why: str = "", fix: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.fix = fix

    def __str__(self) -> str:
        lines = [self.what]
        if self.why:
            lines.append(f"  why: {self.why}")
        if self.fix:
            lines.append("  fix: " + self.fix.replace("\n", "\n       "))
        return "\n".join(lines)

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.what, self.why, self.fix)


def _rebuild(kind: type[KernosError], what: str, why: str, fix: str) -> KernosError:
    return kind(what, why=why, fix=fix)


def nearest(name: str, known: t.Iterable[str], likeness: float = 0.5) -> list[str]:
    """Return up to three names that somebody may have meant, the likeliest first.

    Args:
        name: What was written.
        known: What there is.
        likeness: How much of a name must agree, from 0 to 1.
    """
    return difflib.get_close_matches(name, sorted(known), 3, likeness)


class MissingComponent(KernosError, LookupError):
    """A slot is needed and empty, or is asked for a name that nobody offers."""


class ComponentConflict(KernosError, RuntimeError):
    """Several offers for one slot, or one name offered twice, and nothing decides."""


class ContributionConflict(KernosError, ValueError):
    """Two sources contribute different things under one name."""


class PluginError(KernosError, RuntimeError):
    """A plugin cannot be loaded or registered, or one of its hooks misbehaves.

    The message names plugin, distribution, version and hook.
    """


class PluginVersionError(PluginError):
    """A plugin's distribution asks for a Kernos other than the one installed."""


class UnknownPlugin(KernosError, LookupError):
    """A plugin is named that is not installed."""


class SetupError(KernosError, AssertionError, RuntimeError):
    """A registration is refused: it comes too late, or it contradicts another.

    Also an AssertionError, because callers of Flask's set-up methods expect one.
    """


class RegistrationError(KernosError, ValueError):
    """A registration's arguments are wrong: a name, a rule, an option."""


class NoSession(KernosError, RuntimeError):
    """A value is written to a session that nothing can keep."""


class SessionUnavailable(KernosError, RuntimeError):
    """The store that holds sessions cannot be reached.

    Answered with 503 unless the application handles it; ``status_code`` says so
    to whoever renders it.
    """

    status_code: t.ClassVar[int] = 503


class ContextError(KernosError, RuntimeError):
    """Something that needs an application or request context is used without one."""


__all__ = [
    "ComponentConflict",
    "ContextError",
    "ContributionConflict",
    "KernosError",
    "MissingComponent",
    "NoSession",
    "PluginError",
    "PluginVersionError",
    "RegistrationError",
    "SessionUnavailable",
    "SetupError",
    "UnknownPlugin",
    "nearest",
]
