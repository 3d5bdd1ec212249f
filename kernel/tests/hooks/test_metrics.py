"""Calls, errors and seconds of plugins' hooks, where they are asked for."""

from __future__ import annotations

import sys
import threading
import typing as t

import pytest

from kernos.errors import PluginError
from kernos.hooks import hookimpl, metrics as metrics_module
from kernos.hooks.metrics import Metrics

if t.TYPE_CHECKING:
    from conftest import Make, Site


class Taker:
    def __init__(self) -> None:
        self.taken: list[Metrics] = []

    @hookimpl
    def kernos_metrics_ready(self, app, metrics):
        self.taken.append(metrics)

    @hookimpl
    def kernos_before_request(self, app, ctx):
        if ctx == "bad":
            raise ValueError("out of clay")


def freeze(app: t.Any) -> None:
    app.plugins.compile_request_hooks()
    app.plugins.notify("kernos_app_ready", app=app)


def told(metrics: Metrics, hook: str) -> tuple[int, int]:
    (one,) = [one for one in metrics.read() if one.hook == hook]
    return one.calls, one.errors


def test_calls_and_errors_are_counted(
    make: Make, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERNOS_METRICS", "1")
    taker = Taker()
    app = make(plugins=[taker])
    freeze(app)
    (metrics,) = taker.taken
    (call,) = app.plugins.request_hooks.before_request
    call(app, "good")
    with pytest.raises(ValueError, match="out of clay"):
        call(app, "bad")
    assert told(metrics, "kernos_before_request") == (2, 1)
    assert told(metrics, "kernos_metrics_ready") == (1, 0)
    (one,) = [one for one in metrics.read() if one.hook == "kernos_before_request"]
    assert one.seconds > 0
    assert one.plugin.endswith("Taker")


def test_the_configuration_asks_for_them_too(make: Make, site: Site) -> None:
    taker = Taker()
    app = make(plugins=[taker])
    app.config["PLUGIN_METRICS"] = True
    freeze(app)
    (metrics,) = taker.taken
    app.plugins.request_hooks.before_request[0](app, "good")
    assert told(metrics, "kernos_before_request") == (1, 0)


@pytest.mark.parametrize("value", ["", "0", "off"])
def test_where_nobody_asks_nothing_is_wrapped_and_nobody_is_told(
    make: Make, site: Site, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("KERNOS_METRICS", value)
    taker = Taker()
    app = make(plugins=[taker])
    freeze(app)
    assert app.plugins.metrics is None
    assert taker.taken == []
    plain, _ = app.plugins._roster.registry.implementations("kernos_before_request")
    assert plain[0].call == taker.kernos_before_request


def test_they_are_handed_over_once(
    make: Make, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERNOS_METRICS", "1")
    taker = Taker()
    app = make(plugins=[taker])
    freeze(app)
    freeze(app)
    assert len(taker.taken) == 1


class Wrapping(Taker):
    """Wrappers of every kind around one hook of its parent's."""

    @hookimpl(wrapper=True)
    def kernos_make_response(self, app, ctx, value):
        if value == "late":
            raise ValueError("before the yield")
        try:
            result = yield
        except (KeyError, StopIteration) as error:
            if value == "answered":
                return error.args[0]
            if value == "another":
                raise ValueError("out of clay") from None
            raise
        if value == "twice":
            yield
        if value == "after":
            raise ValueError("after the yield")
        return result


class Failing:
    @hookimpl
    def kernos_make_response(self, app, ctx, value):
        if value in ("answered", "another", "passing"):
            raise KeyError(value)
        if value == "stop":
            raise StopIteration(value)
        return "made"


@pytest.mark.parametrize(
    ("value", "outcome", "errors"),
    [
        ("good", "made", 0),
        ("answered", "answered", 0),
        ("passing", KeyError, 0),
        ("stop", StopIteration, 0),
        ("another", ValueError, 1),
        ("late", ValueError, 1),
        ("after", ValueError, 1),
        ("twice", PluginError, 1),
    ],
)
def test_a_wrappers_calls_and_own_errors_are_counted(
    make: Make,
    site: Site,
    monkeypatch: pytest.MonkeyPatch,
    value: str,
    outcome: t.Any,
    errors: int,
) -> None:
    monkeypatch.setenv("KERNOS_METRICS", "1")
    taker = Wrapping()
    app = make(plugins=[taker, Failing()])
    freeze(app)
    (call,) = app.plugins.request_hooks.make_response
    if isinstance(outcome, str):
        assert call(app, "ctx", value) == outcome
    else:
        with pytest.raises(outcome):
            call(app, "ctx", value)
    (one,) = [
        one
        for one in taker.taken[0].read()
        if one.hook == "kernos_make_response" and one.plugin.endswith("Wrapping")
    ]
    assert (one.calls, one.errors) == (1, errors)


def test_a_wrapper_that_does_not_yield_is_an_error_of_its_own(
    make: Make, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Silent(Taker):
        @hookimpl(wrapper=True)
        def kernos_make_response(self, app, ctx, value):
            if value == "never":
                yield

    monkeypatch.setenv("KERNOS_METRICS", "1")
    taker = Silent()
    app = make(plugins=[taker])
    freeze(app)
    (call,) = app.plugins.request_hooks.make_response
    with pytest.raises(PluginError, match="did not yield"):
        call(app, "ctx", "value")
    assert told(taker.taken[0], "kernos_make_response") == (1, 1)


def test_a_wrappers_time_is_its_own_parts_alone(
    make: Make, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0

    def spend(seconds: float) -> None:
        nonlocal now
        now += seconds

    class Outer(Taker):
        @hookimpl(wrapper=True)
        def kernos_make_response(self, app, ctx, value):
            spend(1)
            result = yield
            spend(2)
            return result

    class Inner:
        @hookimpl
        def kernos_make_response(self, app, ctx, value):
            spend(100)
            return value

    monkeypatch.setenv("KERNOS_METRICS", "1")
    monkeypatch.setattr(metrics_module.time, "perf_counter", lambda: now)
    taker = Outer()
    app = make(plugins=[taker, Inner()])
    freeze(app)
    app.plugins.request_hooks.make_response[0](app, "ctx", "value")
    found = {
        one.plugin.rpartition(".")[2]: one.seconds
        for one in taker.taken[0].read()
        if one.hook == "kernos_make_response"
    }
    assert found == {"Outer": 3.0, "Inner": 100.0}


def test_what_is_compiled_without_metrics_calls_the_plugins_functions_and_no_more(
    make: Make, site: Site
) -> None:
    """Nothing of what counts is entered: at no moment, whatever a plugin implements."""
    entered: list[tuple[str, str]] = []

    def note(frame: t.Any, event: str, argument: object) -> None:
        if event == "call":
            entered.append((frame.f_code.co_filename, frame.f_code.co_name))

    taker = Wrapping()
    sys.setprofile(note)
    try:
        app = make(plugins=[taker, Failing()])
        freeze(app)
        set_up = len(entered)
        app.plugins.request_hooks.before_request[0](app, "good")
        plain = [name for _, name in entered[set_up:]]
        app.plugins.request_hooks.make_response[0](app, "ctx", "good")
    finally:
        sys.setprofile(None)
    assert plain == ["named", "kernos_before_request"]
    inside = {name for file, name in entered if file == metrics_module.__file__}
    assert inside == set()


def test_threads_lose_no_count() -> None:
    metrics = Metrics()
    call = metrics.counted(lambda: None, "acme", "kernos_x")

    def work() -> None:
        for _ in range(500):
            call()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told(metrics, "kernos_x") == (4000, 0)


def test_a_forked_process_counts_on() -> None:
    metrics = Metrics()
    call = metrics.counted(lambda: None, "acme", "kernos_x")
    metrics._lock.acquire()
    metrics.after_fork()
    call()
    assert told(metrics, "kernos_x") == (1, 0)
