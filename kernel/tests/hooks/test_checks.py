"""What a check is, and what becomes of one that is asked."""

from __future__ import annotations

import typing as t

import pytest

from kernos.errors import RegistrationError
from kernos.hooks.checks import Check, Finding, check, run_check, spell_id

APP: t.Any = object()


@check("ACME-001", "The kiln is shut", level="error", deploy=True)
def kiln(app: object) -> t.Iterator[Finding]:
    """The heat
    gets out.
    """
    yield Finding("The kiln is open.", "shut it")
    yield Finding("The kiln is cold.", level="info")


def test_a_decorated_function_is_a_check() -> None:
    assert isinstance(kiln, Check)
    assert (kiln.id, kiln.level, kiln.deploy) == ("ACME-001", "error", True)
    assert kiln.why == "The heat gets out."


def test_a_finding_has_its_checks_level_unless_it_has_its_own() -> None:
    found = run_check(kiln, APP, "acme")
    assert [(one.level, one.message, one.source) for one in found] == [
        ("error", "The kiln is open.", "acme"),
        ("info", "The kiln is cold.", "acme"),
    ]
    assert found[0].to_dict()["fix"] == "shut it"


def test_a_check_may_find_nothing() -> None:
    assert run_check(Check("ACME-002", "All is well", lambda app: None), APP) == []


@pytest.mark.parametrize("source", ["", "acme"])
def test_a_check_that_fails_is_an_error_of_its_own(source: str) -> None:
    @check("ACME-003", "It works", level="info")
    def fails(app: object) -> t.Iterator[Finding]:
        raise ValueError("out of clay")
        yield

    (found,) = run_check(fails, APP, source)
    assert (found.id, found.level) == ("ACME-003", "error")
    assert found.message == "The check failed: ValueError: out of clay"


@pytest.mark.parametrize("id", ["acme-001", "ACME", "ACME-1", "ACME 001", ""])
def test_an_id_that_could_not_be_silenced_is_refused(id: str) -> None:
    with pytest.raises(RegistrationError, match="is no check"):
        check(id, "title")(lambda app: ())


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(RegistrationError, match="is no check"):
        check("ACME-001", "title", level=t.cast("t.Any", "fatal"))(lambda app: ())


@pytest.mark.parametrize(
    ("text", "id"),
    [("K-001", "K-001"), ("k001", "K-001"), (" acme-042 ", "ACME-042"), ("nothing", "nothing")],
)
def test_ids_may_be_written_shorter(text: str, id: str) -> None:
    assert spell_id(text) == id
