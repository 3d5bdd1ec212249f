"""Each kit finds each planted fault, by the test of the clause that is broken."""

from __future__ import annotations

import typing as t
from functools import cache

import planted_cli
import planted_json
import planted_routing
import planted_sessions
import planted_templating
import pytest
from planted_faults import PlantedFaults

KITS: dict[str, PlantedFaults] = {
    "cli": planted_cli.FAULTS,
    "json": planted_json.FAULTS,
    "routing": planted_routing.FAULTS,
    "sessions": planted_sessions.FAULTS,
    "templating": planted_templating.FAULTS,
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> t.Callable[[str], dict[str, set[str]]]:
    """Return what tells which tests of a slot's kit failed for which fault."""

    @cache
    def run_once(slot: str) -> dict[str, set[str]]:
        return KITS[slot].run(tmp_path_factory.mktemp(slot))

    return run_once


FAULTS = [(slot, fault) for slot, faults in KITS.items() for fault in faults.expected]


@pytest.mark.parametrize(("slot", "fault"), FAULTS)
def test_a_fault_is_found_by_the_tests_of_its_clause(
    slot: str, fault: str, run: t.Callable[[str], dict[str, set[str]]]
) -> None:
    assert run(slot)[fault] == KITS[slot].expected[fault]


@pytest.mark.parametrize("slot", KITS)
def test_a_kit_has_ten_faults_and_more(slot: str) -> None:
    assert len(KITS[slot].expected) > 10


@pytest.mark.parametrize("slot", KITS)
def test_each_test_of_a_kit_is_failed_by_a_fault(slot: str) -> None:
    found = set().union(*KITS[slot].expected.values())
    assert KITS[slot].tests() - found == set()


class TestPages(planted_templating.Sound):
    """What the faults of templates are planted in is no double, and passes as well."""
