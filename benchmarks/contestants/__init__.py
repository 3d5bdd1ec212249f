"""Who is measured: one module a framework, each imported when it is asked for."""

from __future__ import annotations

import importlib
import typing as t

from benchmarks.cases import ROUTES
from benchmarks.driving import ASGI, WSGI

if t.TYPE_CHECKING:
    from benchmarks.driving import Driver

#: What all ratios are to.
PEER = "flask"
OURS = ("kernos", "kernos_flask")
DRIVERS: dict[str, t.Callable[[], Driver]] = {"wsgi": WSGI, "asgi": ASGI}


class Contestant:
    """A framework and its applications, each made when a case first asks for it.

    Args:
        name: What the tables call it.
        module: Its module in this folder; its ``factories(name)`` returns
            what makes each application, by the name that a case gives.
        kind: ``wsgi`` or ``asgi``.
        versions: The distributions that are told beside the figures.
        most_routes: Applications of more are not asked for: where adding a route takes the
            longer the more there are, ten thousand take minutes.
    """

    def __init__(
        self,
        name: str,
        module: str,
        kind: str = "wsgi",
        versions: t.Sequence[str] = (),
        most_routes: int = ROUTES[-1],
    ) -> None:
        self.name = name
        self.kind = kind
        self.most_routes = most_routes
        self.versions = tuple(versions)
        self._module = module

    def factories(self) -> dict[str, t.Callable[[], t.Any]]:
        """Return what makes this contestant's applications, by the name in the cases."""
        room = importlib.import_module(f"{__name__}.{self._module}")
        table: dict[str, t.Callable[[], t.Any]] = room.factories(self.name)
        if "routes" in table:
            many = t.cast(t.Callable[[int], t.Any], table.pop("routes"))
            for number in (one for one in ROUTES if one <= self.most_routes):
                table[f"routes {number}"] = lambda number=number: many(number)  # type: ignore[misc]
        return table


CONTESTANTS = {
    one.name: one
    for one in (
        Contestant("kernos", "flask_api", versions=["kernos", "pluggy", "orjson"]),
        Contestant("kernos_flask", "flask_api"),
        Contestant("flask", "flask_api", versions=["flask", "werkzeug", "jinja2"]),
        Contestant("bottle", "bottle_apps", versions=["bottle"], most_routes=1_000),
        Contestant("falcon", "falcon_apps", versions=["falcon"], most_routes=1_000),
        Contestant("pyramid", "pyramid_apps", versions=["pyramid"], most_routes=1_000),
        Contestant("starlette", "starlette_apps", "asgi", versions=["starlette"]),
        Contestant("litestar", "litestar_apps", "asgi", versions=["litestar"], most_routes=1_000),
        Contestant("quart", "quart_apps", "asgi", versions=["quart"]),
        Contestant("bare", "bare_apps"),
    )
}
