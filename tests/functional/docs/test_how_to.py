"""What the how-to pages show of plugins works as it is written."""

from __future__ import annotations

import re
import sys
import types
import typing as t
from pathlib import Path

import pytest

from kernos import Kernos
from kernos.hooks.checks import run_check

HOW_TO = Path(__file__).parents[3] / "docs" / "how-to"


def program(page: str, word: str) -> dict[str, t.Any]:
    """Run the block of code that holds a word, and return its names."""
    blocks = re.findall(r"```python\n(.*?)```", (HOW_TO / page).read_text(), re.DOTALL)
    (block,) = [block for block in blocks if word in block]
    names: dict[str, t.Any] = {}
    exec(compile(block, page, "exec"), names)
    return names


class Family:
    """Counts as prometheus_client takes them."""

    def __init__(self, name: str, text: str, labels: list[str]) -> None:
        self.name, self.labels = name, labels
        self.rows: list[tuple[list[str], float]] = []

    def add_metric(self, labels: list[str], value: float) -> None:
        self.rows.append((labels, value))


def test_the_plugin_for_prometheus_hands_the_counts_on(monkeypatch: pytest.MonkeyPatch) -> None:
    collectors: list[t.Any] = []
    client: t.Any = types.ModuleType("prometheus_client")
    client.REGISTRY = types.SimpleNamespace(register=collectors.append)
    core: t.Any = types.ModuleType("prometheus_client.core")
    core.CounterMetricFamily = Family
    monkeypatch.setitem(sys.modules, "prometheus_client", client)
    monkeypatch.setitem(sys.modules, "prometheus_client.core", core)
    monkeypatch.setenv("KERNOS_METRICS", "1")
    plugin: t.Any = types.ModuleType("acme_metrics")
    vars(plugin).update(program("operate-plugins.md", "kernos_metrics_ready"))
    app = Kernos(__name__, plugins=[plugin])
    app.test_client().get("/")
    (collector,) = collectors
    families = {one.name: one for one in collector.collect()}
    assert set(families) == {"kernos_hook_calls", "kernos_hook_errors", "kernos_hook_seconds"}
    assert (["acme_metrics", "kernos_metrics_ready"], 1) in families["kernos_hook_calls"].rows


def test_the_check_finds_what_it_says() -> None:
    names = program("write-a-plugin.md", "kernos_register_checks")
    (check,) = names["kernos_register_checks"](None)
    app = Kernos(__name__, plugins=[])
    for url, count in (("http://acme.example", 1), ("https://acme.example", 0)):
        app.config["ACME_URL"] = url
        assert len(run_check(check, app)) == count


def test_every_command_that_the_page_names_is_there() -> None:
    from kernos_cli.plugins import plugins_group

    text = (HOW_TO / "operate-plugins.md").read_text()
    named = set(re.findall(r"kernos plugins (\w+)", text))
    assert named >= set(plugins_group.commands) - {"new", "enable"}
    assert named <= set(plugins_group.commands)
