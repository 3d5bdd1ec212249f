"""Routes."""

from __future__ import annotations

import re
import time
import typing as t

from kernos.hooks.checks import Finding, check
from kernos.hooks.sources import shape

if t.TYPE_CHECKING:
    from kernos import Kernos

#: What one attack on a regular expression may take.
BUDGET_SECONDS = 0.02
DELICATE = re.compile(r"(?i)/_?(admin|console|debug|debugger|profiler|phpmyadmin|shell)(/|$)")
SOWN = ("a", "0", "/", "-", "a0", "a/")


def rules_of(app: Kernos) -> list[t.Any]:
    """Return the rules of an application; none where the slot is empty or broken."""
    try:
        return list(app._url_router.rules())
    except Exception:
        return []


def own_converters(app: Kernos) -> dict[str, t.Any]:
    """Return the converters that are not the router's own."""
    try:
        found = dict(app._url_router.converters)
    except Exception:
        return {}
    return {
        name: kind
        for name, kind in found.items()
        if not str(getattr(kind, "__module__", "")).startswith("werkzeug.")
    }


@check("K-040", "No rule takes long to find out that it does not match", level="error")
def rules_are_quick(app: Kernos) -> t.Iterator[Finding]:
    """A short path keeps a worker busy for minutes: a regular expression tries every way."""
    for name, kind in own_converters(app).items():
        pattern = getattr(kind, "regex", None)
        if isinstance(pattern, str) and (text := _attack(pattern)):
            yield Finding(f"The converter {name!r} backtracks: {text}", "a simpler regex")
    for rule in rules_of(app):
        open_ended = len(re.findall(r"<path(?:\([^)]*\))?:", rule.rule))
        if open_ended > 2:
            text = f"{rule.rule!r} has {open_ended} paths: their borders may lie anywhere."
            yield Finding(text, "one <path:…> at most", "warning")


def _attack(pattern: str) -> str:
    """Return how long a text that nearly matches takes, where that is too long.

    The texts grow by little, so that the one that is over the budget is not far over it.
    """
    try:
        compiled = re.compile(pattern)
    except re.error:
        return ""
    for seed in SOWN:
        for length in range(4, 41, 2):
            text = seed * (length // len(seed)) + "\x00"
            started = time.thread_time()
            compiled.fullmatch(text)
            if time.thread_time() - started > BUDGET_SECONDS:
                return f"{length} letters take more than {BUDGET_SECONDS * 1000:.0f} ms."
    return ""


@check("K-041", "Every rule can be reached")
def rules_are_reached(app: Kernos) -> t.Iterator[Finding]:
    """The first of two rules alike answers, and the other view is never run."""
    seen: dict[tuple[object, ...], list[t.Any]] = {}
    for rule in rules_of(app):
        methods = set(rule.methods or ()) - {"HEAD", "OPTIONS"}
        for other in seen.setdefault(shape(rule), []):
            both = methods & set(other.methods or ())
            if both and other.endpoint != rule.endpoint:
                text = (
                    f"{rule.rule!r} ({rule.endpoint}) is hidden by {other.rule!r} "
                    f"({other.endpoint}) for {', '.join(sorted(both))}."
                )
                yield Finding(text, "another rule or other methods for one of them")
                break
        seen[shape(rule)].append(rule)


@check("K-042", "No converter's regex has a capturing group", level="error")
def converters_capture_nothing(app: Kernos) -> t.Iterator[Finding]:
    """A group shifts the values of the rule's variables."""
    for name, kind in own_converters(app).items():
        try:
            groups = re.compile(getattr(kind, "regex", "")).groups
        except (re.error, TypeError) as error:
            yield Finding(f"The regex of the converter {name!r} is none: {error}.", "mend it")
            continue
        if groups:
            text = f"The converter {name!r} has {groups} capturing groups."
            yield Finding(text, "(?:…)   # in place of (…)")


@check("K-043", "Views for few are not open to all", deploy=True)
def delicate_views_are_guarded(app: Kernos) -> t.Iterator[Finding]:
    """Doctor sees no function that runs before such a view and could ask who it is."""
    guarded = {name for name, functions in app.before_request_funcs.items() if functions}
    for rule in rules_of(app):
        names = {None, *_blueprints(str(rule.endpoint))}
        view = app.view_functions.get(rule.endpoint)
        wrapped = hasattr(view, "__wrapped__") or bool(
            getattr(getattr(view, "view_class", None), "decorators", ())
        )
        if DELICATE.match(rule.rule) and not names & guarded and not wrapped:
            text = f"{rule.rule!r} ({rule.endpoint}) is guarded by nothing."
            yield Finding(text, "@bp.before_request   # or a decorator on the view")


def _blueprints(endpoint: str) -> t.Iterator[str]:
    while "." in endpoint:
        endpoint = endpoint.rpartition(".")[0]
        yield endpoint


@check("K-044", "No rule answers TRACE or CONNECT")
def methods_are_harmless(app: Kernos) -> t.Iterator[Finding]:
    """TRACE sends cookies back to scripts, CONNECT is a proxy's."""
    for rule in rules_of(app):
        found = {"TRACE", "CONNECT"} & set(rule.methods or ())
        if found:
            text = f"{rule.rule!r} ({rule.endpoint}) answers {', '.join(sorted(found))}."
            yield Finding(text, 'methods=["GET"]')


CHECKS = (
    rules_are_quick,
    rules_are_reached,
    converters_capture_nothing,
    delicate_views_are_guarded,
    methods_are_harmless,
)
