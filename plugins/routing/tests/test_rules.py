"""Rules that compile their builders late build the URLs that Werkzeug's rules build."""

from __future__ import annotations

import pickle
import threading
from typing import Any

import pytest
from hypothesis import given, strategies as st
from werkzeug.routing import BuildError, Map, Rule

from kernos import Kernos
from kernos.testing.conformance.threads import in_threads
from kernos_routing.map import LazyRule

RULES = ["/", "/a/b", "/<a>", "/<int:a>/x/<b>", "/f/<path:a>", "/<a>-<b>.html", "/ž/<a>/"]
VALUES = st.dictionaries(
    st.sampled_from(["a", "b", "c", "ž"]),
    st.one_of(st.text(max_size=8), st.integers(), st.lists(st.text(max_size=3), max_size=2)),
)


def built(rule_class: type[Rule], text: str, values: dict[str, Any], **options: Any) -> object:
    url_map = Map([rule_class(text, endpoint="it", **options)], host_matching=False)
    adapter = url_map.bind("example.com")
    try:
        return adapter.build("it", values)
    except (BuildError, ValueError, TypeError) as error:
        return type(error)


@given(text=st.sampled_from(RULES), values=VALUES, append=st.booleans())
def test_a_url_is_the_one_that_werkzeug_builds(
    text: str, values: dict[str, Any], append: bool
) -> None:
    defaults = {"c": "d"} if append else None
    assert built(LazyRule, text, values, defaults=defaults) == built(
        Rule, text, values, defaults=defaults
    )


def test_nothing_is_compiled_until_a_url_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[bool] = []
    original = Rule._compile_builder

    def counting(self: Rule, append_unknown: bool = True) -> Any:
        compiled.append(append_unknown)
        return original(self, append_unknown)

    monkeypatch.setattr(Rule, "_compile_builder", counting)
    url_map = Map([LazyRule("/<a>", endpoint="it"), LazyRule("/other", endpoint="other")])
    adapter = url_map.bind("example.com")
    assert adapter.match("/x") == ("it", {"a": "x"})
    assert compiled == []
    assert adapter.build("it", {"a": "x", "q": 1}) == "/x?q=1"
    assert adapter.build("it", {"a": "y", "q": 1}) == "/y?q=1"
    assert compiled == [True]


def test_no_two_threads_compile_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    inside: list[int] = []
    seen: list[int] = []
    wait = threading.Event()
    original = Rule._compile_builder

    def counting(self: Rule, append_unknown: bool = True) -> Any:
        inside.append(1)
        seen.append(len(inside))
        wait.wait(0.005)  # never set: lets the other threads go on
        try:
            return original(self, append_unknown)
        finally:
            inside.pop()

    monkeypatch.setattr(Rule, "_compile_builder", counting)
    maps = [Map([LazyRule("/<a>", endpoint="it")]) for _ in range(4)]

    def build(number: int) -> str:
        return maps[number // 2].bind("example.com").build("it", {"a": str(number)})

    assert in_threads(build) == [f"/{number}" for number in range(8)]
    assert seen == [1] * 4  # one builder for each map, though two threads asked for it


@pytest.mark.parametrize("text", ["/<a>/<a>", "/<None>", "/<int:True>"])
def test_a_variable_that_no_builder_can_take_is_refused_as_the_rule_is_added(text: str) -> None:
    app = Kernos("rules", static_folder=None)
    with pytest.raises((ValueError, LookupError)):
        app.add_url_rule(text, "it", lambda **values: "")
    assert list(app.url_map.iter_rules()) == []


def test_the_application_makes_such_rules_unless_it_has_a_class_of_its_own() -> None:
    class Own(Rule):
        pass

    class App(Kernos):
        url_rule_class = Own

    for kind, expected in ((Kernos, LazyRule), (App, Own)):
        app = kind("rules", static_folder=None)
        app.add_url_rule("/", "it", lambda: "")
        (rule,) = app.url_map.iter_rules()
        assert type(rule) is expected


def test_a_rule_shows_itself_as_werkzeugs_does_and_can_be_emptied_and_compared() -> None:
    lazy, plain = LazyRule("/<a>", endpoint="it"), Rule("/<a>", endpoint="it")
    for rule in (lazy, plain):
        Map([rule])
    assert repr(lazy) == repr(plain)
    assert type(lazy.empty()) is LazyRule
    assert pickle.loads(pickle.dumps(LazyRule("/x", endpoint="it"))).rule == "/x"
