"""Count what a request executes: of many routes beside few, with plugins and without.

Run with ``make bench-count``: machine instructions, by valgrind. ``--bytecode`` counts bytecode
instructions instead, in seconds and without valgrind. Neither asks a clock; ``counted.py`` says
what each is blind to.
"""

from __future__ import annotations

import argparse

from benchmarks import counted, results
from benchmarks.goals import GOALS


def main() -> None:
    """Count, print, write; refuse what is out of the goals' bounds."""
    table = counted.subjects()
    parser = argparse.ArgumentParser(description="Count what a request executes.")
    parser.add_argument("--bytecode", action="store_true", help="bytecode, without valgrind")
    parser.add_argument(
        "--most-routes",
        type=int,
        metavar="N",
        help="leave out applications of more routes, which take minutes under valgrind",
    )
    results.add_options(parser)
    options = parser.parse_args()
    names = [
        name
        for name, one in table.items()
        if not (options.most_routes and one.routes > options.most_routes)
    ]
    unit = "bytecode" if options.bytecode else "machine"
    report = results.begin(
        "make bench-count", ["kernos"], unit=f"{unit} instructions", requests=counted.REQUESTS
    )
    if options.bytecode:
        counts: dict[str, float] = {name: counted.bytecode(table[name]) for name in names}
    else:
        counts = counted.machine_instructions(names)
    report["cases"] = counts
    wrong = []
    for name, count in counts.items():
        goal = GOALS["counts"].get(name)
        line = f"{name:<24}{count:>12,.0f} {unit} instructions"
        if goal:
            factor = count / counts[goal["than"]]
            line += f"  {factor:.3f} of {goal['than']} (goal: 1 ± {goal['within']})"
            if abs(factor - 1) > goal["within"]:
                wrong.append(name)
        print(line, file=results.screen(options))
    results.finish(report, options)
    if wrong:
        raise SystemExit(f"out of bounds: {', '.join(wrong)}")


if __name__ == "__main__":
    main()
