"""Write docs/reference/speed.md from the results that the repository keeps, and the goals.

Run with ``make docs``, or with ``make speed``, which measures everything anew before. No figure
of the page is typed, and what falls short of a goal is computed as all else is.
"""

from __future__ import annotations

import argparse
import statistics
import typing as t
from pathlib import Path

from benchmarks import machine, results
from benchmarks.contestants import CONTESTANTS, PEER
from benchmarks.goals import GOALS
from benchmarks.measuring import ratio

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "speed.md"
DASH = "\N{EN DASH}"
TIMES = "\N{MULTIPLICATION SIGN}"
HEAD = """\
# Speed

<!-- Made by `make speed` from a run: nothing here is typed. -->

How fast Kernos answers beside its peers. `make speed` measures all of this anew, in about a
quarter of an hour, and writes this page; [benchmarks](../../benchmarks/README.md) tells how it is
measured, and which command measures one part. The goals stand in `benchmarks/goals.toml`.
"""
PLOT = "![How many times faster than Flask each framework answers](speed.svg)\n"


class Verdict(t.NamedTuple):
    """A goal beside what was reached."""

    what: str
    goal: str
    reached: str
    holds: bool


def main() -> None:
    """Write the page, or print it."""
    parser = argparse.ArgumentParser(description="Write docs/reference/speed.md.")
    parser.add_argument("--print", action="store_true", dest="shown", help="print it instead")
    if parser.parse_args().shown:
        print(make_page(), end="")
        return
    PAGE.write_text(make_page(), encoding="utf-8")
    print(PAGE.relative_to(Path(__file__).parents[1]))


def make_page() -> str:
    """Return the whole page."""
    verdicts = [*of_requests(), *of_counts(), *of_start(), *of_serving()]
    missed = [one for one in verdicts if not one.holds]
    parts = [
        HEAD,
        PLOT if results.read("in-process") else "",
        "## What falls short of its goal\n",
        f"{len(missed)} of {len(verdicts)} goals are not reached.\n"
        if missed
        else f"Nothing does: all {len(verdicts)} goals are reached.\n",
        table(["goal", "due", "reached"], [[one.what, one.goal, one.reached] for one in missed])
        if missed
        else "",
        "## One request, in process\n",
        *requests_section(),
        "## What a request executes\n",
        *counts_section(),
        "## The start, and the memory of an idle worker\n",
        *start_section(),
        "## Behind a server\n",
        *serving_section(),
        "## Every goal\n",
        table(
            ["goal", "due", "reached", ""],
            [
                [one.what, one.goal, one.reached, "yes" if one.holds else "**no**"]
                for one in verdicts
            ],
        ),
    ]
    return "\n".join(part for part in parts if part)


# --- the goals -----------------------------------------------------------------------------


def of_requests() -> t.Iterator[Verdict]:
    """Yield each case's goals: how many times faster than a peer, and how far the twin is."""
    cases = results.read("in-process").get("cases", {})
    for case, due in GOALS["requests"].items():
        times = cases.get(case, {})
        for peer, goal in due.get("goal", {}).items():
            yield _at_least(f"{case}: than {peer}", goal, ratio(times, "kernos", peer))
    twin = GOALS["twin"]["goal"]
    for case, times in cases.items():
        beside = ratio(times, "kernos_flask", "kernos")
        if beside is not None:
            yield _at_least(f"{case}: kernos_flask beside kernos", twin, beside)


def of_counts() -> t.Iterator[Verdict]:
    """Yield what may not grow with routes and plugins."""
    counts = results.read("count").get("cases", {})
    for name, due in GOALS["counts"].items():
        than, within = due["than"], due["within"]
        known = name in counts and than in counts
        factor = counts[name] / counts[than] if known else None
        yield Verdict(
            f"{name}: instructions beside {than}",
            f"1 ± {within:g}",
            _number(factor, 3),
            factor is not None and abs(factor - 1) <= within,
        )


def of_start() -> t.Iterator[Verdict]:
    """Yield the goals of a new process: parts of Flask's time and memory."""
    cases = results.read("start").get("cases", {})
    for case, due in GOALS["start"].items():
        for unit, goal in due.items():
            factor = ratio(cases.get(case, {}).get(unit, {}), PEER, "kernos")
            what = {"milliseconds": "time", "megabytes": "memory"}[unit]
            yield Verdict(
                f"start, {case}: {what}, a part of {PEER}'s",
                f"at most {goal:g}",
                _number(factor),
                factor is not None and factor <= goal,
            )


def of_serving() -> t.Iterator[Verdict]:
    """Yield the goals behind servers."""
    cases = results.read("serve").get("cases", {})
    for server, due in GOALS["serve"].items():
        rows = cases.get(server, {})
        paces = {name: figures["requests/s"] for name, figures in rows.items()}
        for peer, goal in due["goal"].items():
            factor = ratio(paces, peer, "kernos")  # more is faster: the other way round
            yield _at_least(f"{server}: requests a second, of {peer}'s", goal, factor)
        if "p99" in due:
            waits = {name: figures["p99 ms"] for name, figures in rows.items()}
            factor = ratio(waits, due["p99"], "kernos")
            yield Verdict(
                f"{server}: latency p99, a part of {due['p99']}'s",
                "below 1",
                _number(factor),
                factor is not None and factor < 1,
            )


def _at_least(what: str, goal: float, reached: float | None) -> Verdict:
    return Verdict(what, f"{goal:g}", _number(reached), reached is not None and reached >= goal)


def _number(value: float | None, digits: int = 2) -> str:
    return "not measured" if value is None else f"{value:.{digits}f}"


# --- the sections --------------------------------------------------------------------------


def requests_section() -> t.Iterator[str]:
    """Yield the table of times."""
    run = results.read("in-process")
    yield provenance(run)
    if not run:
        return
    names = [name for name in CONTESTANTS if any(name in one for one in run["cases"].values())]
    rounds, requests = run["settings"]["rounds"], run["settings"]["requests"]
    yield (
        f"Microseconds of the processor a request (milliseconds where an application is built), "
        f"the median of {rounds} rounds of up to {requests} requests; in brackets, how many times "
        f"faster than Flask.\n"
    )
    rows = [
        [case, *(_cell(times, name) for name in names)] for case, times in run["cases"].items()
    ]
    yield table(["", *names], rows)


def _cell(times: t.Mapping[str, list[float]], name: str) -> str:
    if name not in times:
        return DASH
    median = statistics.median(times[name])
    factor = ratio(dict(times), name)
    figure = f"{median:.1f}"
    return figure if name == PEER or factor is None else f"{figure} ({TIMES}{factor:.1f})"


def counts_section() -> t.Iterator[str]:
    """Yield the table of instructions."""
    run = results.read("count")
    yield provenance(run)
    if run:
        rows = [[name, f"{count:,.0f}"] for name, count in run["cases"].items()]
        yield table(["", run["settings"]["unit"]], rows)


def start_section() -> t.Iterator[str]:
    """Yield the table of starts."""
    run = results.read("start")
    yield provenance(run)
    if run:
        rows = [
            [
                case,
                name,
                *(f"{statistics.median(one[name]):.1f}" for one in all_.values()),
            ]
            for case, all_ in run["cases"].items()
            for name in all_["milliseconds"]
        ]
        yield table(["", "", *(next(iter(run["cases"].values())))], rows)


def serving_section() -> t.Iterator[str]:
    """Yield the table of servers."""
    run = results.read("serve")
    yield provenance(run)
    if run:
        rows = [
            [server, name, *(f"{statistics.median(one):,.2f}" for one in figures.values())]
            for server, all_ in run["cases"].items()
            for name, figures in all_.items()
        ]
        yield table(["", "", "requests a second", "p50, ms", "p99, ms"], rows)


def provenance(run: t.Mapping[str, t.Any]) -> str:
    """Return by which command, when and on what a run was made."""
    if not run:
        return "Not measured yet.\n"
    first, versions = machine.head(run["machine"]).split("\n")
    return f"`{run['command']}`, {run['machine']['date'][:10]}: {first}. {versions}.\n"


def table(head: t.Sequence[str], rows: t.Iterable[t.Sequence[str]]) -> str:
    """Return a table of Markdown; all but its first column are figures."""
    lines = [head, ["---", *("---:" for _ in head[1:])], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    main()
