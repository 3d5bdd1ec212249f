"""Ask all checks of an application; silence those that are to be silent."""

from __future__ import annotations

import importlib
import typing as t

from kernos.hooks.checks import LEVELS, Check, Result, run_check, spell_id
from kernos.hooks.sources import contributed

if t.TYPE_CHECKING:
    from kernos import Kernos

#: What can be asked where there is no application: how the installation stands.
INSTALLATION = ("plugins", "supply", "advisories", "runtime")
SUBJECTS = (
    *("keys", "cookies", "servers", "limits", "routes", "templates", "headers"),
    *INSTALLATION,
)

#: What doctor says of a plugin that contributes something else than a check.
ODD = Check("K-085", "Plugins contribute checks, each id once", lambda app: (), "warning")


def own_checks(subjects: t.Iterable[str] = SUBJECTS) -> list[Check]:
    """Return doctor's own checks of some subjects, by their ids."""
    found: list[Check] = [ODD]
    for subject in subjects:
        found += importlib.import_module(f"kernos_cli.doctor.{subject}").CHECKS
    return sorted(found, key=lambda one: one.id)


def all_checks(app: Kernos) -> tuple[list[tuple[Check, str]], list[Result]]:
    """Return each check with its plugin's label, and what is odd about contributed ones."""
    found = [(one, "") for one in own_checks()]
    odd = []
    taken = {one.id for one, _ in found}
    for contribution in contributed(app, "checks"):
        for one in contribution.value:
            label = contribution.source_label
            if not isinstance(one, Check):
                what = f"{label} contributes {type(one).__name__}, which is no check."
                odd.append(_odd(what, label))
            elif one.id in taken:
                odd.append(_odd(f"{label} contributes {one.id}, which is taken.", label))
            else:
                taken.add(one.id)
                found.append((one, label))
    return found, odd


def _odd(what: str, label: str) -> Result:
    fix = "from kernos.hooks.checks import check"
    return Result(ODD.id, ODD.level, what, fix, ODD.title, label)


def silenced_by_settings(app: Kernos) -> list[str]:
    """Return the ids that ``DOCTOR_IGNORE`` and ``[doctor] ignore`` in kernos.toml name."""
    said = app.config.get("DOCTOR_IGNORE") or ()
    names = said.replace(",", " ").split() if isinstance(said, str) else [str(one) for one in said]
    return [spell_id(one) for one in (*names, *app._kernel_plugins.settings.file.doctor_ignore)]


def examine(
    app: Kernos, *, deploy: bool, ignore: t.Collection[str] = (), bare: bool = False
) -> list[Result]:
    """Return what is wrong with an application, the gravest first; no view is run.

    Args:
        app: The application, made within :func:`kernos.hooks.quarantining`.
        deploy: Ask the checks for an application that the open network reaches too.
        ignore: Ids to silence, besides those that the settings name.
        bare: The application is nobody's: ask only how the installation stands.
    """
    checks, results = all_checks(app)
    silent = {spell_id(one) for one in ignore} | set(silenced_by_settings(app))
    asked = {one.id for one in own_checks(INSTALLATION if bare else SUBJECTS)}
    for one, label in checks:
        if (deploy or not one.deploy) and (label or one.id in asked):
            results += run_check(one, app, label)
    told = [
        Result(r.id, r.level, r.message, r.fix, r.title, r.source, r.id in silent) for r in results
    ]
    return sorted(told, key=lambda r: (LEVELS.index(r.level), r.id, r.message))
