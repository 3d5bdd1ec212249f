"""Time one request through Kernos and through its peers: in one process, checked, in turns.

Run with ``make bench``; ``make bench ARGS="--rounds 31"`` passes options on. A figure is the
processor's time of one call in microseconds, the median of all rounds; a ratio is the median of
the rounds' own ratios.
"""

from __future__ import annotations

import argparse
import statistics
import typing as t
from pathlib import Path

from benchmarks import machine, results
from benchmarks.cases import BUILDING, CASES
from benchmarks.contestants import CONTESTANTS, PEER
from benchmarks.measuring import Field, Times, measure, measure_building, ratio
from benchmarks.plot import draw

NAMES = [*(case.name for case in CASES), BUILDING]


def main() -> None:
    """Check, measure, print, write."""
    options = _options()
    contestants = [CONTESTANTS[name] for name in options.contestant or CONTESTANTS]
    report = results.begin(
        "make bench",
        [one.name for one in contestants],
        rounds=options.rounds,
        requests=options.requests,
    )
    out = results.screen(options)
    print(machine.head(report["machine"]), file=out)
    print(_legend(options), file=out)
    print(_row("", [one.name for one in contestants]), file=out)
    for name, times in run(contestants, options.case or NAMES, options.rounds, options.requests):
        report["cases"][name] = times
        print(_figures(name, times, [one.name for one in contestants]), file=out, flush=True)
    results.finish(report, options)
    if options.plot:
        draw(report["cases"], options.plot)
    if options.require:
        reached = ratio(report["cases"]["hello"], "kernos") or 0
        if reached < options.require:
            raise SystemExit(f"hello: {reached:.1f}, not {options.require:g} times {PEER}'s speed")


def run(
    contestants: t.Sequence[t.Any], cases: t.Collection[str], rounds: int, requests: int
) -> t.Iterator[tuple[str, Times]]:
    """Yield each case's name and times; milliseconds for building, else microseconds."""
    field = Field(contestants)
    for case in CASES:
        if case.name in cases:
            yield case.name, _rounded(measure(field.seats(case), case, rounds, requests))
    if BUILDING in cases:
        names = [one.name for one in contestants]
        yield BUILDING, _rounded(measure_building(field, names, max(3, rounds // 5)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Time one request through Kernos and its peers.")
    parser.add_argument("--rounds", type=int, default=15, help="interleaved rounds (15)")
    parser.add_argument("--requests", type=int, default=1000, help="requests a round (1000)")
    parser.add_argument(
        "--case", action="append", choices=NAMES, metavar="NAME", help="only this case; repeatable"
    )
    parser.add_argument(
        "--contestant",
        action="append",
        choices=CONTESTANTS,
        metavar="NAME",
        help="only this contestant; repeatable",
    )
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw the ratios, as SVG")
    results.add_options(parser)
    parser.add_argument(
        "--require", type=float, metavar="N", help="fail when kernos' hello is not N times faster"
    )
    return parser.parse_args()


def _legend(options: argparse.Namespace) -> str:
    return (
        f"one request in process, µs of the processor: median of {options.rounds} interleaved "
        f"rounds of {options.requests} requests (x times faster than {PEER}); building: ms\n"
    )


def _figures(case: str, times: Times, names: t.Sequence[str]) -> str:
    """Return one case's line: each contestant's median, and how many times faster it is."""
    cells = []
    for name in names:
        if name not in times:
            cells.append("-")
            continue
        factor = ratio(times, name)
        beside = "" if name == PEER or factor is None else f" x{factor:.1f}"
        cells.append(f"{statistics.median(times[name]):.1f}{beside}")
    return _row(case, cells)


def _row(head: str, cells: t.Iterable[str]) -> str:
    return f"{head:<24}" + "".join(f"{cell:>14}" for cell in cells)


def _rounded(times: Times) -> Times:
    return {name: [round(one, 3) for one in all_] for name, all_ in times.items()}


if __name__ == "__main__":
    main()
