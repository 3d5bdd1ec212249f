"""Each kit finds each planted fault, by the test of the clause that is broken."""

from __future__ import annotations

import planted_cli
import pytest
from planted_faults import PlantedFaults

KITS: dict[str, PlantedFaults] = {"cli": planted_cli.FAULTS}


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, set[str]]]:
    """Return what failed, of each kit, for each fault."""
    return {slot: faults.run(tmp_path_factory.mktemp(slot)) for slot, faults in KITS.items()}


@pytest.mark.parametrize(
    ("slot", "fault"),
    [(slot, fault) for slot, faults in KITS.items() for fault in faults.expected],
)
def test_a_fault_is_found_by_the_tests_of_its_clause(
    slot: str, fault: str, failed: dict[str, dict[str, set[str]]]
) -> None:
    assert failed[slot][fault] == KITS[slot].expected[fault]


@pytest.mark.parametrize("slot", KITS)
def test_a_kit_has_ten_faults_and_more(slot: str) -> None:
    assert len(KITS[slot].expected) > 10


@pytest.mark.parametrize("slot", KITS)
def test_each_test_of_a_kit_is_failed_by_a_fault(slot: str) -> None:
    found = set().union(*KITS[slot].expected.values())
    assert KITS[slot].tests() - found == set()
