"""Draw how many times faster than Flask each framework answers."""

from __future__ import annotations

import typing as t
from pathlib import Path

from benchmarks.cases import CASES
from benchmarks.contestants import PEER
from benchmarks.measuring import Times, ratio

#: A bare function has no place in it: it would flatten all others.
SHOWN = ("kernos", "bottle", "falcon", "pyramid", "starlette", PEER)
FEW_ROUTES = {case.name for case in CASES if not case.app.startswith("routes ")}


def draw(cases: t.Mapping[str, Times], path: Path) -> None:
    """Write the plot of a run as SVG."""
    import pygal

    names = [name for name in cases if name in FEW_ROUTES]
    chart = pygal.Bar(
        js=(),  # a picture, and no program that is fetched from elsewhere
        legend_at_bottom=True,
        x_label_rotation=35,
        width=1200,
        height=500,
        title=f"Times faster than {PEER}",
    )
    chart.x_labels = names
    for name in SHOWN:
        chart.add(name, [_rounded(ratio(cases[case], name)) for case in names])
    path.write_bytes(chart.render() + b"\n")


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
