"""What the how-to pages show of plugins works as it is written."""

from __future__ import annotations

import re
import types
import typing as t
from pathlib import Path

import prometheus_client
import pytest

from kernos import Kernos
from kernos.hooks import hookimpl
from kernos.hooks.checks import run_check

HOW_TO = Path(__file__).parents[3] / "docs" / "how-to"


def block(page: str, word: str) -> str:
    """Return the block of code that holds a word."""
    blocks = re.findall(r"```python\n(.*?)```", (HOW_TO / page).read_text(), re.DOTALL)
    (found,) = [one for one in blocks if word in one]
    return str(found)


def program(page: str, word: str) -> dict[str, t.Any]:
    """Run the block of code that holds a word, and return its names."""
    names: dict[str, t.Any] = {}
    exec(compile(block(page, word), page, "exec"), names)
    return names


METRICS = "kernos_metrics_ready"


def test_the_plugin_for_prometheus_shows_the_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = prometheus_client.CollectorRegistry()
    monkeypatch.setattr(prometheus_client, "REGISTRY", registry)
    monkeypatch.setenv("KERNOS_METRICS", "1")
    plugin: t.Any = types.ModuleType("acme_metrics")
    vars(plugin).update(program("operate-plugins.md", METRICS))

    class Around:
        @hookimpl(wrapper=True)
        def kernos_before_request(self, app, ctx):
            return (yield)

    Around.__module__ = "acme"
    client = Kernos(__name__, plugins=[plugin, Around()]).test_client()
    client.get("/")
    client.get("/")
    shown = prometheus_client.generate_latest(registry).decode()
    labels = f'hook="{METRICS}",plugin="acme_metrics"'
    assert f"kernos_hook_calls_total{{{labels}}} 1.0" in shown
    around = 'hook="kernos_before_request",plugin="acme.'
    (calls,) = [line for line in shown.splitlines() if f"calls_total{{{around}" in line]
    assert calls.endswith(" 2.0")
    (seconds,) = [line for line in shown.splitlines() if f"seconds_total{{{around}" in line]
    assert float(seconds.rpartition(" ")[2]) > 0


def test_the_plugin_for_prometheus_is_ten_lines_beside_its_imports() -> None:
    lines = block("operate-plugins.md", METRICS).splitlines()
    assert len([one for one in lines if one and not one.startswith(("import ", "from "))]) <= 10


def test_the_plugin_that_publishes_is_asked_and_filled() -> None:
    publisher: t.Any = types.ModuleType("acme_shop")
    vars(publisher).update(program("write-a-plugin.md", "kernos_register_slots"))

    class Till:
        @hookimpl(spec=publisher.Hooks.acme_price)
        def asked(self, app, article):
            return len(article)

        @hookimpl
        def kernos_provide_mail(self, app):
            return publisher.Mailer()

    app = Kernos(__name__, plugins=[publisher, Till()])
    assert app.plugins.call("acme_price", article="jar") == 3
    assert isinstance(app.component("mail"), publisher.Mailer)


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
