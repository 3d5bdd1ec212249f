"""Refuse code that is slower than the gates of goals.toml.

Run with ``make bench-gate``. What is compared was measured in one run, in turns, so that the
machine's speed does not matter. A case that falls short is measured once more, longer, before it
is refused: something else may have run meanwhile.
"""

from __future__ import annotations

import argparse
import typing as t

from benchmarks.contestants import CONTESTANTS
from benchmarks.goals import GOALS
from benchmarks.in_process import run
from benchmarks.measuring import ratio

TWIN = "kernos_flask"
AGAIN = 4


class Line(t.NamedTuple):
    """One comparison."""

    case: str
    name: str
    peer: str
    goal: float | None
    gate: float
    reached: float

    @property
    def holds(self) -> bool:
        """Whether the gate is passed."""
        return self.reached >= self.gate

    def __str__(self) -> str:
        goal = "" if self.goal is None else f"{self.goal:g}"
        verdict = "" if self.holds else "  FALLS SHORT"
        return (
            f"{self.case:<26}{self.name:<14}{self.peer:<8}"
            f"{goal:>6}{self.gate:>7g}{self.reached:>9.2f}{verdict}"
        )


def main() -> None:
    """Measure the cases that have a gate, print them beside the goals."""
    parser = argparse.ArgumentParser(description="Refuse code slower than the gates.")
    parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds (5)")
    parser.add_argument("--requests", type=int, default=200, help="requests a round (200)")
    options = parser.parse_args()
    cases = [name for name, one in GOALS["requests"].items() if "gate" in one]
    print(f"{'case':<26}{'':<14}{'peer':<8}{'goal':>6}{'gate':>7}{'reached':>9}")
    lines = measured(cases, options.rounds, options.requests)
    short = {line.case for line in lines if not line.holds}
    if short:
        print("\nonce more, longer:")
        lines = measured(short, options.rounds * AGAIN, options.requests)
    wrong = [line.case for line in lines if not line.holds]
    if wrong:
        raise SystemExit(f"slower than the gate: {', '.join(dict.fromkeys(wrong))}")


def measured(cases: t.Collection[str], rounds: int, requests: int) -> list[Line]:
    """Measure, print and return the comparisons that these cases have."""
    peers = {peer for name in cases for peer in GOALS["requests"][name]["gate"]}
    contestants = [CONTESTANTS[name] for name in ("kernos", TWIN, *sorted(peers))]
    lines = []
    for case, times in run(contestants, cases, rounds, requests):
        table = GOALS["requests"][case]
        found = [
            Line(
                case,
                "kernos",
                peer,
                table.get("goal", {}).get(peer),
                gate,
                ratio(times, "kernos", peer) or 0,
            )
            for peer, gate in table["gate"].items()
        ]
        beside = ratio(times, TWIN, "kernos") or 0
        found.append(
            Line(case, TWIN, "kernos", GOALS["twin"]["goal"], GOALS["twin"]["gate"], beside)
        )
        for line in found:
            print(line, flush=True)
        lines += found
    return lines


if __name__ == "__main__":
    main()
