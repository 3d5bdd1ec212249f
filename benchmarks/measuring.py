"""Take times in turns, so that a busy machine is slow for everybody."""

from __future__ import annotations

import gc
import json
import statistics
import typing as t
from time import thread_time_ns

from benchmarks.cases import CASES, ROUTES
from benchmarks.contestants import DRIVERS, OURS, PEER

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.cases import Case
    from benchmarks.contestants import Contestant
    from benchmarks.driving import Answer, Driver

#: Each contestant's times, round by round.
Times = dict[str, list[float]]

#: A round of one contestant lasts no longer than its requests would at this pace.
SLOW_MICROSECONDS = 150.0


class Seat(t.NamedTuple):
    """One contestant at one case."""

    driver: Driver
    app: t.Any
    cookie: str


class Field:
    """The contestants, and their applications as the cases ask for them."""

    def __init__(self, contestants: t.Iterable[Contestant]) -> None:
        self._drivers = {one.name: DRIVERS[one.kind]() for one in contestants}
        self._factories = {one.name: one.factories() for one in contestants}
        self._apps: dict[tuple[str, str], t.Any] = {}

    def seats(self, case: Case) -> dict[str, Seat]:
        """Return those who have the case's application, their answers checked.

        The applications of another kind are let go of, and what is left is taken out of the
        garbage collector's sight: nobody pays for the memory of the others.
        """
        self._apps = {key: app for key, app in self._apps.items() if key[1] == case.app}
        seats = {}
        for name, table in self._factories.items():
            if case.app in table:
                if (name, case.app) not in self._apps:
                    self._apps[name, case.app] = table[case.app]()
                seats[name] = self._seat(name, case)
        check(
            case, {name: one.driver.ask(one.app, case, one.cookie) for name, one in seats.items()}
        )
        gc.collect()
        gc.freeze()
        return seats

    def _seat(self, name: str, case: Case) -> Seat:
        driver, app = self._drivers[name], self._apps[name, case.app]
        if not case.cookie_from:
            return Seat(driver, app, "")
        login = case._replace(path=case.cookie_from, cookie_from="")
        cookie = driver.ask(app, login).headers["set-cookie"].partition(";")[0]
        return Seat(driver, app, cookie)

    def build_milliseconds(self, name: str) -> float | None:
        """Return how long an application with the most routes takes, to its first answer."""
        make = self._factories[name].get(f"routes {ROUTES[-1]}")
        if make is None:
            return None
        (case,) = (one for one in CASES if one.app == f"routes {ROUTES[-1]}")
        gc.collect()
        began = thread_time_ns()
        answer = self._drivers[name].ask(make(), case)
        spent = thread_time_ns() - began
        _check_one(name, case, answer)
        return spent / 1e6


def measure(seats: t.Mapping[str, Seat], case: Case, rounds: int, requests: int) -> Times:
    """Return the microseconds of one request."""
    numbers = {name: _number(seat, case, requests) for name, seat in seats.items()}
    times: Times = {name: [] for name in seats}
    for name, counts in turns(seats, rounds):
        driver, app, cookie = seats[name]
        spent = driver.microseconds(app, case, cookie, numbers[name])
        if counts:
            times[name].append(spent)
    return times


def measure_building(field: Field, names: t.Iterable[str], rounds: int) -> Times:
    """Return the milliseconds that making the application with the most routes takes."""
    times: Times = {}
    for name, counts in turns(names, rounds):
        spent = field.build_milliseconds(name)
        if counts and spent is not None:
            times.setdefault(name, []).append(spent)
    return times


def turns(names: t.Iterable[str], rounds: int) -> Iterator[tuple[str, bool]]:
    """Yield names, in an order that rotates, and whether the round counts: the first warms up."""
    line = list(names)
    for number in range(rounds + 1):
        shift = number % len(line)
        for name in line[shift:] + line[:shift]:
            yield name, number > 0


def ratio(times: Times, name: str, peer: str = PEER) -> float | None:
    """Return how many times faster than a peer a contestant is: the median round's."""
    if name not in times or peer not in times:
        return None
    return statistics.median(
        theirs / own for theirs, own in zip(times[peer], times[name], strict=True)
    )


def check(case: Case, answers: t.Mapping[str, Answer]) -> None:
    """Refuse to time an answer that is not the right one; ours are Flask's to the byte."""
    for name, answer in answers.items():
        _check_one(name, case, answer)
        if name in OURS and PEER in answers:
            theirs = answers[PEER]
            if case.app != "orjson" and answer.body != theirs.body:
                _refuse(name, case, "body", answer.body, theirs.body)
            if ("set-cookie" in answer.headers) != ("set-cookie" in theirs.headers):
                _refuse(name, case, "cookie", answer.headers, theirs.headers)
            if answer.headers["content-type"] != theirs.headers["content-type"]:
                _refuse(name, case, "content type", answer.headers, theirs.headers)


def _check_one(name: str, case: Case, answer: Answer) -> None:
    if answer.status != case.status:
        _refuse(name, case, "status", answer.status, case.status)
    if answer.headers.get("content-length") != str(len(answer.body)):
        _refuse(name, case, "content length", answer.headers, len(answer.body))
    if case.sets_cookie and "set-cookie" not in answer.headers:
        _refuse(name, case, "cookie", answer.headers, case.sets_cookie)
    if case.media is None:
        return
    media = answer.headers.get("content-type", "")
    if media.lower() != case.media:
        _refuse(name, case, "content type", media, case.media)
    given = json.loads(answer.body) if case.media.endswith("json") else answer.body.decode()
    if given != case.answer:
        _refuse(name, case, "body", given, case.answer)


def _refuse(name: str, case: Case, what: str, given: object, due: object) -> t.NoReturn:
    raise SystemExit(f"{name}, {case.name}: the {what} is {given!r}, not {due!r}")


def _number(seat: Seat, case: Case, requests: int) -> int:
    """Return how many requests a round has: fewer where one lasts very long."""
    pace = seat.driver.microseconds(seat.app, case, seat.cookie, 3)
    return max(3, min(requests, int(requests * SLOW_MICROSECONDS / pace)))
