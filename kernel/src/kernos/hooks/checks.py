"""Checks for ``kernos doctor``: what a plugin returns from ``kernos_register_checks``.

from kernos.hooks.checks import Finding, check

@check("ACME-001", "The ACME address is encrypted", level="error", deploy=True)
def encrypted(app):
    if app.config["ACME_URL"].startswith("http:"):
        yield Finding("ACME_URL is not encrypted.", fix='ACME_URL = "https://…"')

@hookimpl
def kernos_register_checks(app):
    return [encrypted]
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import asdict, dataclass

from kernos.errors import RegistrationError

if t.TYPE_CHECKING:
    from kernos.app import Kernos

Level: t.TypeAlias = t.Literal["error", "warning", "info"]
LEVELS: tuple[Level, ...] = ("error", "warning", "info")

_ID = re.compile(r"[A-Z][A-Z0-9]*-[0-9]{3,}")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        message: What is wrong, in one sentence. No secret is in it.
        fix: A line to type that cures it.
        level: Where it is graver or lighter than its check.
    """

    message: str
    fix: str = ""
    level: Level | None = None


Function: t.TypeAlias = t.Callable[..., t.Iterable[Finding] | None]


@dataclass(frozen=True, slots=True)
class Check:
    """One question that doctor asks of an application.

    Attributes:
        id: Stable, unique, and what silences it: letters, a hyphen, three digits.
        title: What holds when it finds nothing, in one sentence.
        function: Given the application; yields findings. It runs no view.
        level: How grave a finding is: an error makes doctor's exit status 1.
        deploy: Asked only by ``kernos doctor --deploy``.
        why: What goes wrong otherwise, for the reference.
    """

    id: str
    title: str
    function: Function
    level: Level = "warning"
    deploy: bool = False
    why: str = ""

    def __post_init__(self) -> None:
        """Refuse an id that could not be silenced, and an unknown level."""
        if not _ID.fullmatch(self.id) or self.level not in LEVELS:
            raise RegistrationError(
                f"{self.id!r} with the level {self.level!r} is no check.",
                why=f"an id is like 'ACME-001', a level one of {', '.join(LEVELS)}",
                fix='check("ACME-001", "The door is shut", level="warning")',
            )


@t.runtime_checkable
class BackedComponent(t.Protocol):
    """A component that stands on something which may be away: what doctor asks of it.

    Any slot's component may have this method; none needs it.
    """

    def probe_backend(self) -> float | None:
        """Ask the backend for an answer, as quickly and harmlessly as it can give one.

        Nothing is changed, and nothing made that is missing.

        Returns:
            What the backend's clock says, in seconds since 1970; None where it tells none.

        Raises:
            Exception: It does not answer. No secret is in the error's text.
        """
        ...


@dataclass(frozen=True, slots=True)
class Result:
    """A finding as doctor reports it."""

    id: str
    level: Level
    message: str
    fix: str
    title: str
    #: The plugin that contributed the check; empty for doctor's own.
    source: str = ""
    silenced: bool = False

    def to_dict(self) -> dict[str, object]:
        """Return the fields as JSON has them."""
        return asdict(self)


def check(
    id: str, title: str, *, level: Level = "warning", deploy: bool = False
) -> t.Callable[[Function], Check]:
    """Decorate a function to be a check; its docstring says why it matters.

    Raises:
        RegistrationError: The id or the level is none.
    """

    def mark(function: Function) -> Check:
        return Check(
            id, title, function, level, deploy, " ".join((function.__doc__ or "").split())
        )

    return mark


def run_check(one: Check, app: Kernos, source: str = "") -> list[Result]:
    """Ask one check; one that fails is itself a finding, at the level of an error."""
    try:
        found = list(one.function(app) or ())
        return [
            Result(one.id, f.level or one.level, f.message, f.fix, one.title, source)
            for f in found
        ]
    except Exception as error:
        message = f"The check failed: {type(error).__name__}: {error}"
        fix = f"--ignore {one.id}   # until {source or 'it'} is mended"
        return [Result(one.id, "error", message, fix, one.title, source)]


def spell_id(text: str) -> str:
    """Return an id as checks have it: ``k001`` and ``K-001`` are the same."""
    found = re.fullmatch(r"\s*([A-Za-z][A-Za-z0-9]*?)-?([0-9]{3,})\s*", text)
    return f"{found[1].upper()}-{found[2]}" if found else text.strip()


__all__ = [
    "LEVELS",
    "BackedComponent",
    "Check",
    "Finding",
    "Level",
    "Result",
    "check",
    "run_check",
    "spell_id",
]
