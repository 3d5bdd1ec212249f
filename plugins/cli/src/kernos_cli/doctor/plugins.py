"""Plugins: which ones, whether they work, whether they agree."""

from __future__ import annotations

import contextlib
import typing as t

from kernos.hooks import list_plugins, list_problems
from kernos.hooks.checks import Finding, check

if t.TYPE_CHECKING:
    from kernos import Kernos

SLOTS_THAT_ASK = {
    "converters": "routing",
    "json_types": "json",
    "session_tags": "sessions",
    "template_names": "templating",
}
OFFICIAL = """
    kernos kernos-cli kernos-flask kernos-json kernos-routing kernos-sessions kernos-templating
    kernos-json-orjson kernos-json-msgspec kernos-sessions-redis kernos-sessions-filesystem
    kernos-sessions-sqlalchemy kernos-templating-mako kernos-templating-minijinja
    kernos-converters kernos-pydantic
""".split()


@check("K-070", "Every plugin that takes part is named", deploy=True)
def plugins_are_named(app: Kernos) -> t.Iterator[Finding]:
    """Whatever is installed, as another package's dependency too, runs in the application."""
    settings = app._kernel_plugins.settings
    named = (settings.code.plugins, settings.environment.plugins)
    if any(isinstance(one, tuple) for one in named) or not settings.file.autoload:
        return
    for record in list_plugins(app, load=False):
        if record.slot is None and record.state == "active" and record.distribution:
            fix = f'[plugins]\nautoload = false\nenable = ["{record.name}"]'
            yield Finding(f"{record.label} takes part because it is installed.", fix)


@check("K-072", "No two distributions share a plugin's name", level="error")
def names_are_single(app: Kernos) -> t.Iterator[Finding]:
    """Which of the two is meant cannot be said by its name."""
    seen: dict[tuple[str, str], str] = {}
    for offer in app._kernel_plugins.installed.offers:
        first = seen.setdefault((offer.group, offer.name), offer.label)
        if first != offer.label:
            text = f"{first} and {offer.label} have one name in the group {offer.group}."
            yield Finding(text, f"KERNOS_DISABLE={offer.identity}")


@check("K-076", "Every plugin is made for this Kernos", level="error")
def versions_fit(app: Kernos) -> t.Iterator[Finding]:
    """A plugin for another version does something else than it was tested for."""
    for offer in app._kernel_plugins.installed.offers:
        if not offer.fits:
            fix = f"pip install --upgrade {offer.distribution}"
            yield Finding(f"{offer.label} wants kernos {offer.requirement}.", fix)
        elif offer.requirement is None and offer.distribution != "kernos":
            text = f"{offer.label} does not say which Kernos it is made for."
            yield Finding(text, 'dependencies = ["kernos>=1,<2"]   # of it', "warning")


@check("K-077", "Importing a plugin is quick, and changes nothing else")
def imports_are_quick(app: Kernos) -> t.Iterator[Finding]:
    """Each worker and each command waits for it, and has what it prints or changes.

    More than half a second of the processor's time is told, and what changes of the working
    folder, ``sys.path``, the filters of warnings, what signals do and the root logger, and that
    something is printed. An import that waits is named in the log after two seconds.
    """
    for record in list_plugins(app):
        for effect in record.effects:
            module = record.value.partition(":")[0]
            fix = f"python -X importtime -c 'import {module}'   # and do it in a hook"
            yield Finding(f"{record.label} {effect} when it is imported.", fix)


@check("K-079", "No plugin is called nearly like an official one")
def names_are_not_near(app: Kernos) -> t.Iterator[Finding]:
    """A letter apart is what somebody would choose who wants to be installed by mistake."""
    for name in sorted({offer.distribution for offer in app._kernel_plugins.installed.offers}):
        near = [one for one in OFFICIAL if _is_one_apart(name, one)]
        if near and name not in OFFICIAL:
            yield Finding(f"{name} is one letter from {near[0]}.", f"pip uninstall {name}")


def _is_one_apart(first: str, second: str) -> bool:
    """Tell whether one letter put in, left out, exchanged or swapped makes one of the other."""
    if first == second or abs(len(first) - len(second)) > 1:
        return False
    start = 0
    while start < min(len(first), len(second)) and first[start] == second[start]:
        start += 1
    one, other = first[start:], second[start:]
    swapped = one[:2] == other[:2][::-1] and one[2:] == other[2:]
    return one[1:] == other[1:] or one == other[1:] or one[1:] == other or swapped


@check("K-081", "Every plugin that should take part does", level="error")
def plugins_work(app: Kernos) -> t.Iterator[Finding]:
    """The missing part may be the one that guards the application."""
    for record in list_plugins(app):
        if record.state in ("failed", "quarantined"):
            fix = f"kernos plugins show {record.name}"
            yield Finding(f"{record.label} is left out: {record.reason}", fix)


@check("K-082", "Somebody asks for what plugins contribute")
def contributions_are_used(app: Kernos) -> t.Iterator[Finding]:
    """A contribution that no chosen component asks for has no effect."""
    for kind, slot in SLOTS_THAT_ASK.items():
        if any(kind == one for one, _ in app._kernel_plugins.unasked()):
            with contextlib.suppress(Exception):  # K-090 tells of a broken component
                component = app._first_component(slot)
                # Some ask as late as they need to know.
                getattr(component, "jinja_env", None)
                if slot == "json":
                    component.dumps(object())
            for label in [label for one, label in app._kernel_plugins.unasked() if one == kind]:
                text = f"No component asks for the {kind} of {label}."
                yield Finding(text, f"kernos plugins why {slot}")


@check("K-083", "No two plugins contribute different things under one name", level="error")
def contributions_agree(app: Kernos) -> t.Iterator[Finding]:
    """One of them would be hidden; the application refuses to start."""
    from kernos.hooks.sources import list_sources

    list_sources(app)  # collects everything
    for one in app._kernel_plugins.conflicts:
        if not app._defines_itself(one.kind, one.name):
            text = f"{one.first} and {one.second} contribute {one.name!r} ({one.kind})."
            yield Finding(text, f"KERNOS_DISABLE={one.second.partition(' ')[0]}")


@check("K-084", "Settings and metadata of plugins are in order", level="error")
def settings_are_in_order(app: Kernos) -> t.Iterator[Finding]:
    """A name that means nothing does nothing, and an application refuses to start."""
    for problem in list_problems(app):
        first, *rest = problem.splitlines()
        yield Finding(first, rest[-1].strip() if rest else "")


CHECKS = (
    plugins_are_named,
    names_are_single,
    versions_fit,
    imports_are_quick,
    names_are_not_near,
    plugins_work,
    contributions_are_used,
    contributions_agree,
    settings_are_in_order,
)
