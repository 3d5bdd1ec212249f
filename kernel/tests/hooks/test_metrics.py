"""Calls, errors and seconds of plugins' hooks, where they are asked for."""

from __future__ import annotations

import threading
import typing as t

import pytest

from kernos.hooks import hookimpl
from kernos.hooks.metrics import Metrics

if t.TYPE_CHECKING:
    from conftest import Make
    from conftest import Site


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

    @hookimpl(wrapper=True)
    def kernos_after_request(self, app, ctx, response):
        return (yield)


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


def test_wrappers_work_and_are_not_counted(
    make: Make, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERNOS_METRICS", "1")
    taker = Taker()
    app = make(plugins=[taker])
    freeze(app)
    (call,) = app.plugins.request_hooks.after_request
    assert call(app, "ctx", "response") == "response"
    assert "kernos_after_request" not in {one.hook for one in taker.taken[0].read()}


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
