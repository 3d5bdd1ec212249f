"""Say on what something was measured."""

from __future__ import annotations

import datetime as dt
import os
import platform
import typing as t
from importlib import metadata


def describe(distributions: t.Iterable[str]) -> dict[str, t.Any]:
    """Return the machine, its load at this moment, and the versions of what is measured."""
    return {
        "date": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "load": load(),
        "versions": versions(distributions),
    }


def versions(distributions: t.Iterable[str]) -> dict[str, str]:
    """Return the version of each distribution."""
    return {name: metadata.version(name) for name in distributions}


def load() -> float:
    """Return how many processes wanted a core during the last minute."""
    return round(os.getloadavg()[0], 2)


def head(machine: t.Mapping[str, t.Any]) -> str:
    """Return the same in two lines."""
    versions = ", ".join(f"{name} {text}" for name, text in machine["versions"].items())
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['system']}, "
        f"{machine['python']}, load {machine['load']:.1f}\n{versions}"
    )


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            for line in lines:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or "unknown processor"
