"""At least 20,000 generated requests, answered by Flask and by Kernos."""

from __future__ import annotations

import os
from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from differential.differences import explain
from differential.pair import Answer, Conversation, Pair, Request
from differential.traffic import conversations, shown

LENGTH = 40
REQUESTS = int(os.environ.get("KERNOS_REQUESTS", "20000"))
SEED = int(os.environ.get("KERNOS_SEED", "313"))


def test_the_children_run_flask_and_kernos(pair: Pair) -> None:
    theirs, ours = pair.flask.ask("identity"), pair.kernos.ask("identity")
    assert not any(module.startswith("kernos") for module in theirs["bases"])
    assert "kernos.app" in ours["bases"]
    assert theirs["file"] != ours["file"]


def test_both_answer_alike_or_as_documented(
    pair: Pair, capsys: pytest.CaptureFixture[str], tmp_path: object
) -> None:
    statuses: Counter[str] = Counter()
    explained: Counter[str] = Counter()

    @seed(SEED)
    @settings(
        max_examples=-(-REQUESTS // LENGTH) + 10,  # a few drawn twice are asked once
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
        print_blob=False,
    )
    @given(conversations(LENGTH))
    def compare(talks: list[Conversation]) -> None:
        for (app, _), talk in zip(talks, pair.talk(talks), strict=True):
            for place, (request, flask, kernos) in enumerate(talk):
                statuses[flask.status[:3]] += 1
                if flask == kernos:
                    continue
                row = explain(request, flask, kernos)
                if row is None:
                    before = [shown(earlier) for earlier, _, _ in talk[:place]]
                    pytest.fail(told(app, before, request, flask, kernos), pytrace=False)
                explained[row.rows] += 1

    compare()
    with capsys.disabled():
        print(
            f"\n{statuses.total()} requests, seed {SEED}; as documented:"
            f" {dict(sorted(explained.items()))}; statuses: {dict(sorted(statuses.items()))}"
        )
    assert statuses.total() >= REQUESTS


def told(app: str, before: list[str], request: Request, flask: Answer, kernos: Answer) -> str:
    """Return what a reader needs to see the difference, the client's earlier requests first."""
    lines = [f"{app}:", *before, shown(request)]
    for name, theirs, ours in zip(Answer._fields, flask, kernos, strict=True):
        if theirs != ours:
            lines += [f"  Flask's {name}: {theirs!r}", f"  Kernos' {name}: {ours!r}"]
    return "\n".join(lines)
