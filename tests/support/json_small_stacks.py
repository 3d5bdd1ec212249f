"""Text and data that nest too deep are refused; the process survives, whatever its stacks."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import threading
from MODULE import CLASS

provider = CLASS()
provider.strict = STRICT
outcomes = []


class Nested:
    def __init__(self, inner):
        self.inner = inner


def convert(o):
    return [o.inner]


def tries():
    for levels in (60, 70, 130, 200, 254, 255, 256, 257, 300, 1000, 100_000):
        texts = ["[" * levels + "]" * levels, '{"a":' * levels + "1" + "}" * levels, "[" * levels]
        for text in texts + [text.encode() for text in texts]:
            yield provider.loads, text
        a_list, a_dict, objects = [], {}, None
        for _ in range(levels - 1):
            a_list, a_dict, objects = [a_list, 1.5], {"a": a_dict, "b": None}, Nested(objects)
        for data in (a_list, a_dict, objects, {"nan": float("nan"), "a": a_list}):
            yield provider.dumps, data
    itself = []
    itself += [itself, itself]
    yield provider.dumps, itself
    yield provider.dumps, {"a": itself, 1: 2**70}


def work():
    for call, value in kept:
        try:
            call(value)
        except (ValueError, TypeError) as error:
            outcomes.append(type(error).__name__)
        else:
            outcomes.append("done")


provider.default = convert
kept = list(tries())
threading.stack_size(STACK * 1024)
thread = threading.Thread(target=work)
thread.start()
thread.join()
assert len(outcomes) == len(kept), outcomes
assert outcomes.count("done") > 20, outcomes
assert outcomes[-1] == outcomes[-2] == "JSONRefused", outcomes
print("survived", flush=True)
import os
os._exit(0)  # taking the data apart would need a stack too
"""


class SmallStacksKit:
    """The test; a subclass names the provider.

    Attributes:
        provider_class: The class of the provider that is tested.
    """

    provider_class: type

    @pytest.mark.parametrize("strict", [True, False])
    @pytest.mark.parametrize("kibibytes", [64, 128, 1024])
    def test_a_thread_with_a_small_stack_survives_every_depth(
        self, kibibytes: int, strict: bool
    ) -> None:
        program = PROGRAM.replace("STACK", str(kibibytes)).replace("STRICT", str(strict))
        program = program.replace("MODULE", self.provider_class.__module__)
        program = program.replace("CLASS", self.provider_class.__name__)
        ran = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stderr
        assert ran.stdout == "survived\n"
