"""The message about a missing template never fails itself."""

from __future__ import annotations

from jinja2 import PrefixLoader

from kernos_templating.explaining import places


class Halfway(PrefixLoader):
    """A loader that keeps its mapping elsewhere."""

    def __init__(self) -> None:
        self.mapping = None  # type: ignore[assignment]


def test_a_loader_that_cannot_be_described_is_named_by_its_class() -> None:
    assert places(Halfway()) == ["Halfway"]
