"""Time the JSON providers: one process, interleaved, their answers checked first.

Run with ``python benchmarks/json_providers.py`` where kernos-json and alternatives are
installed. A figure is the processor's time for one call in microseconds, the median of all
rounds; a ratio is the median of the rounds' own ratios to the standard provider, since
within a round the providers take turns in an order that rotates.
"""

from __future__ import annotations

import argparse
import datetime as dt
import decimal
import json
import os
import platform
import statistics
import sys
import typing as t
import uuid
from importlib import metadata
from time import thread_time_ns

import kernos

if t.TYPE_CHECKING:
    from kernos.contracts import JSONProvider

STANDARD = "stdlib"
PEERS = {
    STANDARD: "kernos-json",
    "orjson": "kernos-json-orjson",
    "msgspec": "kernos-json-msgspec",
}
#: How a view's answer is written; the text is the same with and without it in the peers.
COMPACT: dict[str, t.Any] = {"separators": (",", ":")}

ROWS = [
    {"id": i, "name": f"user {i}", "tags": ["a", "b"], "ratio": i / 8, "on": True}
    for i in range(100)
]
CASES: dict[str, t.Any] = {
    "hello": {"message": "Hello, World!"},
    "100 rows": ROWS,
    "100 rows with nulls": [{**row, "mail": None} for row in ROWS],
    "100 rows with dates": [
        {
            "id": uuid.UUID(int=i),
            "when": dt.datetime(2024, 2, 29, 1, 2, i % 60, tzinfo=dt.UTC),
            "price": decimal.Decimal("1.50"),
        }
        for i in range(100)
    ],
    "1000 floats": [i / 7 for i in range(1000)],
    "a long text": ["clay ring " * 1000],
}


class Task(t.NamedTuple):
    """One thing that every provider does."""

    name: str
    calls: dict[str, t.Callable[[], object]]


def providers() -> dict[str, JSONProvider]:
    """Return the provider of each distribution that is installed, made for an application."""
    found = {}
    for name, distribution in PEERS.items():
        try:
            metadata.version(distribution)
        except metadata.PackageNotFoundError:
            continue
        app = kernos.Kernos("benchmark", components={"json": name}, plugins=[])
        found[name] = app.json
        app.extensions["json_providers.benchmark"] = app  # a provider holds it weakly
        _APPS.append(app)
    return found


_APPS: list[kernos.Kernos] = []


def tasks(found: t.Mapping[str, JSONProvider]) -> list[Task]:
    """Return what is timed; refuse to time a provider whose answer is another one."""
    made = []
    for name, value in CASES.items():
        texts = {one: provider.dumps(value, **COMPACT) for one, provider in found.items()}
        due = texts[STANDARD]
        for one, text in texts.items():
            if text != due:
                raise SystemExit(f"{one} writes {name!r} in another way: {text[:200]}")
            if found[one].loads(text.encode()) != json.loads(due):
                raise SystemExit(f"{one} reads {name!r} in another way")
        body = due.encode()
        made += [
            Task(
                f"write {name}",
                {
                    one: lambda p=provider, v=value: p.dumps(v, **COMPACT)  # type: ignore[misc]
                    for one, provider in found.items()
                },
            ),
            Task(
                f"read {name}",
                {
                    one: lambda p=provider, b=body: p.loads(b)  # type: ignore[misc]
                    for one, provider in found.items()
                },
            ),
        ]
    return made


def microseconds(call: t.Callable[[], object], number: int) -> float:
    """Return the processor's time for one call, over ``number`` of them one after the other."""
    began = thread_time_ns()
    for _ in range(number):
        call()
    return (thread_time_ns() - began) / number / 1000


def measure(task: Task, rounds: int) -> dict[str, list[float]]:
    """Return each provider's microseconds, round by round."""
    names = list(task.calls)
    number = max(10, int(5000 / max(microseconds(task.calls[STANDARD], 10), 0.1)))
    times: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(rounds + 1):
        shift = turn % len(names)
        for name in names[shift:] + names[:shift]:
            spent = microseconds(task.calls[name], number)
            if turn:  # the first round warms up
                times[name].append(spent)
    return times


def ratio(times: t.Mapping[str, list[float]], name: str) -> float:
    """Return how many times faster than the standard provider one is."""
    return statistics.median(
        due / own for due, own in zip(times[STANDARD], times[name], strict=True)
    )


def main() -> None:
    """Check, measure, print."""
    parser = argparse.ArgumentParser(description="Time the JSON providers of Kernos.")
    parser.add_argument("--rounds", type=int, default=15, help="interleaved rounds (15)")
    parser.add_argument(
        "--require",
        type=float,
        metavar="N",
        help="fail when a provider is not N times faster, the geometric mean of all tasks",
    )
    options = parser.parse_args()

    found = providers()
    todo = tasks(found)
    versions = ", ".join(f"{PEERS[name]} {metadata.version(PEERS[name])}" for name in found)
    print(f"Python {platform.python_version()}, {versions}")
    print(f"one call, µs of the processor: median of {options.rounds} interleaved rounds\n")
    print(f"{'':<28}" + "".join(f"{name:>12}{'':>7}" for name in found))
    ratios: dict[str, list[float]] = {name: [] for name in found}
    for task in todo:
        times = measure(task, options.rounds)
        row = f"{task.name:<28}"
        for name in found:
            ratios[name].append(ratio(times, name))
            factor = "" if name == STANDARD else f"  x{ratios[name][-1]:.1f}"
            row += f"{statistics.median(times[name]):>12.1f}{factor:<7}"
        print(row, flush=True)
    means = {name: statistics.geometric_mean(values) for name, values in ratios.items()}
    print(f"{'mean':<28}" + "".join(f"{'':>12}  x{mean:<4.1f}" for mean in means.values()))
    if options.require and min([*list(means.values())[1:], sys.maxsize]) < options.require:
        raise SystemExit(f"not every provider is {options.require:g} times faster")


if __name__ == "__main__":
    os.environ.setdefault("KERNOS_COMPONENTS", "default")
    main()
