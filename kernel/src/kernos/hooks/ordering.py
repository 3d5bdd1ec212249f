"""The order in which the implementations of one hook are called.

Three things decide, the first the strongest: ``before=``/``after=`` between two
plugins that are both there, ``tryfirst``/``trylast``, and the plugin's name. The
order of installation, of import and of registration decides nothing.
"""

from __future__ import annotations

import heapq
import typing as t

from kernos.errors import PluginError
from kernos.hooks.calling import Place
from kernos.hooks.value import Value

_RANKS = {-1: "tryfirst", 0: "", 1: "trylast"}


class Edge(Value):
    """One stands before another, and who asked for it."""

    first: Place
    second: Place
    reason: str


def edges(places: t.Sequence[Place]) -> list[Edge]:
    """Return who must stand before whom; a peer that is not there asks for nothing."""
    found = []
    for place in sorted(places, key=lambda one: one.key):
        for name in place.before:
            found += [
                Edge(place, peer, f"{place.label} has before={name!r}")
                for peer in places
                if peer.is_called(name) and peer.identity != place.identity
            ]
        for name in place.after:
            found += [
                Edge(peer, place, f"{place.label} has after={name!r}")
                for peer in places
                if peer.is_called(name) and peer.identity != place.identity
            ]
    return found


def order(hook: str, places: t.Sequence[Place]) -> list[int]:
    """Return the indices of ``places`` in the order of calling.

    Raises:
        PluginError: Their wishes contradict each other.
    """
    index = {id(place): number for number, place in enumerate(places)}
    after: dict[int, set[int]] = {number: set() for number in range(len(places))}
    waits_for = dict.fromkeys(after, 0)
    found = edges(places)
    for edge in found:
        first, second = index[id(edge.first)], index[id(edge.second)]
        if second not in after[first]:
            after[first].add(second)
            waits_for[second] += 1
    ready = [(places[number].key, number) for number, count in waits_for.items() if not count]
    heapq.heapify(ready)
    ordered: list[int] = []
    while ready:
        _, number = heapq.heappop(ready)
        ordered.append(number)
        for peer in after[number]:
            waits_for[peer] -= 1
            if not waits_for[peer]:
                heapq.heappush(ready, (places[peer].key, peer))
    if len(ordered) < len(places):
        stuck = {id(places[number]) for number, count in waits_for.items() if count}
        raise _cycle(hook, found, stuck)
    return ordered


def explain(hook: str, places: t.Sequence[Place]) -> list[str]:
    """Return one line for each implementation, in order: who it is, and why there."""
    found = edges(places)
    lines = []
    for number in order(hook, places):
        place = places[number]
        reasons = [edge.reason for edge in found if edge.first is place or edge.second is place]
        if place.rank:
            reasons.append(_RANKS[place.rank])
        lines.append(f"{place.label}: {'; '.join(dict.fromkeys(reasons)) or 'by name'}")
    return lines


def _cycle(hook: str, found: list[Edge], stuck: set[int]) -> PluginError:
    """Name one circle, shortest first, so that the reader need not look for it."""
    following: dict[int, list[Edge]] = {}
    for edge in found:
        if id(edge.first) in stuck and id(edge.second) in stuck:
            following.setdefault(id(edge.first), []).append(edge)
    circle = min(
        (path for start in following if (path := _way_back(start, following))),
        key=lambda path: (len(path), [edge.reason for edge in path]),
    )
    names = " → ".join([edge.first.label for edge in circle] + [circle[-1].second.label])
    return PluginError(
        f"The implementations of {hook} ask for an order that does not exist: {names}.",
        why="; ".join(edge.reason for edge in circle),
        fix=f"KERNOS_DISABLE={circle[0].first.name}   # or drop one before=/after=",
    )


def _way_back(start: int, following: dict[int, list[Edge]]) -> list[Edge]:
    """Return the shortest way from a place to itself; empty when there is none."""
    ways: list[list[Edge]] = [[edge] for edge in following[start]]
    seen: set[int] = set()
    for way in ways:
        end = id(way[-1].second)
        if end == start:
            return way
        if end not in seen:
            seen.add(end)
            ways += [[*way, edge] for edge in following.get(end, ())]
    return []
