from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given, strategies as st

from kernos.errors import ComponentConflict, MissingComponent, RegistrationError
from kernos.hooks.offers import Offer
from kernos.hooks.selection import Choice, check_suffixes, choose, missing_default
from kernos.hooks.settings import Chosen
from kernos.hooks.slots import KERNEL_SLOTS, Slot


def offer(name: str, distribution: str = "", slot: str = "json") -> Offer:
    return Offer(f"kernos.{slot}", name, distribution or f"kernos-{slot}-{name}", "1.0.0", name)


STDLIB = offer("stdlib", "kernos-json")
ORJSON = offer("orjson")
MSGSPEC = offer("msgspec")
JINJA = offer("jinja2", "kernos-templating", "templating")
MAKO = offer("mako", slot="templating")
CHAMELEON = offer("chameleon", slot="templating")


def code(*parts: object) -> Chosen:
    return Chosen("code", "components= in code", parts)


def environment(*parts: object) -> Chosen:
    return Chosen("environment", "KERNOS_COMPONENTS", parts)


DEFAULT = Chosen("environment", "KERNOS_COMPONENTS", default=True)


# --- rules 1 to 3: somebody said so


@pytest.mark.parametrize("rule", ["code", "environment", "file"])
def test_a_name_that_was_said_decides(rule: str) -> None:
    chosen = Chosen(rule, "somewhere", ("msgspec",))  # type: ignore[arg-type]
    choice = choose("json", [STDLIB, ORJSON, MSGSPEC], chosen)
    assert choice == Choice("json", rule, "somewhere", (MSGSPEC,))  # type: ignore[arg-type]
    assert choice.offers == (MSGSPEC,)
    assert choice.value is None


def test_the_default_can_be_named_beside_a_lone_other() -> None:
    assert choose("json", [STDLIB, ORJSON], code("stdlib")).offers == (STDLIB,)


def test_an_object_given_in_code_is_the_choice() -> None:
    component = object()
    choice = choose("json", [STDLIB, ORJSON, MSGSPEC], code(component))
    assert choice.value is component
    assert choice.offers == ()


def test_a_name_that_nobody_offers_names_the_near_ones_and_what_to_install() -> None:
    with pytest.raises(MissingComponent) as caught:
        choose("json", [STDLIB, ORJSON], environment("orjsn"))
    error = caught.value
    assert "'orjsn'" in error.what
    assert "KERNOS_COMPONENTS" in error.what
    assert "orjson (kernos-json-orjson 1.0.0)" in error.why
    assert 'KERNOS_COMPONENTS="json=orjson"' in error.fix
    assert "pip install kernos-json-orjsn" in error.fix
    assert isinstance(error, LookupError)


@pytest.mark.parametrize(
    ("name", "install"),
    [
        ("stdlib", "pip install kernos-json"),
        ("redis", "pip install kernos-json-redis"),
        ("acme-json:fast", "pip install acme-json"),
    ],
)
def test_an_empty_slot_names_what_to_install(name: str, install: str) -> None:
    with pytest.raises(MissingComponent) as caught:
        choose("json", [], Chosen("file", "kernos.toml", (name,)))
    assert caught.value.fix == install


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ("code", 'components={"json": "orjson"}'),
        ("environment", 'KERNOS_COMPONENTS="json=orjson"'),
        ("file", '[components]\njson = "orjson"'),
    ],
)
def test_the_near_name_is_given_as_the_line_to_type_where_the_choice_was_made(
    rule: str, line: str
) -> None:
    with pytest.raises(MissingComponent) as caught:
        choose("json", [ORJSON], Chosen(rule, "there", ("orjsonn",)))  # type: ignore[arg-type]
    assert caught.value.fix.startswith(line)


def test_one_name_of_two_distributions_is_a_conflict_until_one_is_told_apart() -> None:
    twin = offer("orjson", "acme-json")
    with pytest.raises(ComponentConflict) as caught:
        choose("json", [STDLIB, ORJSON, twin], code("orjson"))
    assert "orjson (acme-json 1.0.0)" in caught.value.what
    assert "orjson (kernos-json-orjson 1.0.0)" in caught.value.what
    assert '"acme-json:orjson"' in caught.value.fix
    assert choose("json", [STDLIB, ORJSON, twin], code("acme-json:orjson")).offers == (twin,)


def test_a_chosen_offer_that_is_disabled_is_missing_and_says_why() -> None:
    with pytest.raises(MissingComponent) as caught:
        choose("json", [STDLIB, ORJSON], code("orjson"), ("orjson",))
    assert "disabled" in caught.value.what


def test_a_slot_that_takes_one_refuses_two() -> None:
    with pytest.raises(RegistrationError, match="takes one"):
        choose("json", [ORJSON, MSGSPEC], code("orjson", "msgspec"))
    with pytest.raises(RegistrationError, match="2 components"):
        choose("json", [], code(object(), object()))


# --- the word default


def test_the_word_default_beats_a_lone_other_and_a_conflict() -> None:
    choice = choose("json", [STDLIB, ORJSON, MSGSPEC], DEFAULT)
    assert choice == Choice("json", "environment", "KERNOS_COMPONENTS", (STDLIB,))


def test_the_word_default_leaves_a_slot_empty_that_has_none() -> None:
    choice = choose("json", [ORJSON], DEFAULT)
    assert (choice.rule, choice.parts, choice.missing) == ("empty", (), "stdlib")
    error = missing_default(KERNEL_SLOTS["json"], choice)
    assert error.fix == "pip install kernos-json"
    assert "KERNOS_COMPONENTS" in error.what


# --- rule 4: the only other offer


def test_a_lone_other_offer_makes_the_default_yield() -> None:
    choice = choose("json", [ORJSON, STDLIB], None)
    assert choice == Choice("json", "only", "the only offer", (ORJSON,), (STDLIB,))


def test_a_lone_offer_needs_no_default_and_no_setting() -> None:
    assert choose("json", [ORJSON], None) == Choice("json", "only", "the only offer", (ORJSON,))


def test_two_offers_without_a_setting_name_both_and_the_cure() -> None:
    for offers in itertools.permutations([ORJSON, MSGSPEC, STDLIB]):
        with pytest.raises(ComponentConflict) as caught:
            choose("json", offers, None)
        error = caught.value
        assert "orjson (kernos-json-orjson 1.0.0)" in error.what
        assert "msgspec (kernos-json-msgspec 1.0.0)" in error.what
        assert "stdlib" not in error.what
        assert 'json = "msgspec"' in error.fix
        assert "KERNOS_COMPONENTS=json=msgspec" in error.fix
        assert isinstance(error, RuntimeError)


def test_disabling_one_of_two_leaves_a_lone_one() -> None:
    for name in ("msgspec", "kernos-json-msgspec:msgspec"):
        assert choose("json", [ORJSON, MSGSPEC, STDLIB], None, (name,)).offers == (ORJSON,)


# --- rule 5: the default


def test_the_default_fills_a_slot_that_nobody_else_wants() -> None:
    assert choose("json", [STDLIB], None) == Choice("json", "default", "the default", (STDLIB,))


def test_nothing_installed_is_an_empty_slot_and_no_error_yet() -> None:
    choice = choose("json", [], None)
    assert (choice.rule, choice.parts) == ("empty", ())
    error = missing_default(KERNEL_SLOTS["json"], choice)
    assert error.what == "Nothing fills the slot 'json'."
    assert error.fix == "pip install kernos-json"


def test_two_distributions_with_the_defaults_name_are_a_conflict() -> None:
    copy = offer("stdlib", "acme-json")
    with pytest.raises(ComponentConflict) as caught:
        choose("json", [STDLIB, copy], None)
    assert 'json = "acme-json:stdlib"' in caught.value.fix
    with pytest.raises(ComponentConflict):
        choose("json", [STDLIB, copy], DEFAULT)


def test_a_renamed_copy_of_the_default_is_the_default() -> None:
    copy = offer("stdlib", "acme-json")
    assert choose("json", [copy], None).rule == "default"


def test_a_slot_without_a_default_is_filled_by_its_only_offer() -> None:
    slot = Slot("mail", object)
    one, two = offer("smtp", slot="mail"), offer("null", slot="mail")
    assert choose(slot, [one], None).offers == (one,)
    assert choose(slot, [], None).rule == "empty"
    assert "default" not in missing_default(slot, choose(slot, [], None)).why
    with pytest.raises(ComponentConflict):
        choose(slot, [one, two], None)


# --- the order of installation

_NAMES = st.sampled_from(["stdlib", "orjson", "msgspec", "rapid"])
_OFFERS = st.lists(
    st.builds(offer, _NAMES, st.sampled_from(["one", "two", "three"])), unique=True, max_size=5
)
_CHOSEN = st.none() | st.just(DEFAULT) | st.builds(environment, _NAMES)


def outcome(offers: list[Offer], chosen: Chosen | None) -> Choice | str:
    try:
        return choose("json", offers, chosen)
    except (ComponentConflict, MissingComponent) as error:
        return str(error)


@given(_OFFERS, _CHOSEN, st.randoms(use_true_random=False))
def test_the_order_of_installation_decides_nothing(
    offers: list[Offer], chosen: Chosen | None, chance: random.Random
) -> None:
    expected = outcome(offers, chosen)
    chance.shuffle(offers)
    assert outcome(offers, chosen) == expected


# --- templating holds several


def test_another_engine_is_added_and_never_makes_the_default_yield() -> None:
    choice = choose("templating", [MAKO, CHAMELEON, JINJA], None)
    assert choice.rule == "default"
    assert choice.offers == (JINJA, CHAMELEON, MAKO)
    assert choice.yielded == ()


def test_a_name_puts_one_engine_first_and_the_others_follow_by_name() -> None:
    choice = choose("templating", [MAKO, CHAMELEON, JINJA], environment("mako"))
    assert choice.offers == (MAKO, CHAMELEON, JINJA)


def test_several_names_stand_in_their_order() -> None:
    choice = choose("templating", [CHAMELEON, JINJA, MAKO], code("mako", "jinja2", "mako"))
    assert choice.offers == (MAKO, JINJA, CHAMELEON)


def test_an_engine_given_in_code_stands_where_it_was_named() -> None:
    engine = object()
    choice = choose("templating", [JINJA, MAKO], code("mako", engine))
    assert choice.parts == (MAKO, engine, JINJA)
    assert choice.value is engine


def test_the_default_engine_goes_first_when_defaults_are_asked_for() -> None:
    assert choose("templating", [MAKO, JINJA], DEFAULT).offers == (JINJA, MAKO)
    assert choose("templating", [MAKO], DEFAULT).parts == ()


def test_a_lone_engine_that_is_not_the_default_goes_first() -> None:
    assert choose("templating", [MAKO], None).offers == (MAKO,)


def test_without_the_default_two_engines_need_a_choice() -> None:
    with pytest.raises(ComponentConflict):
        choose("templating", [MAKO, CHAMELEON], None)


def test_a_disabled_engine_does_not_follow() -> None:
    assert choose("templating", [MAKO, JINJA], None, ("mako",)).offers == (JINJA,)


def test_two_engines_of_one_name_cannot_both_follow() -> None:
    twin = offer("mako", "acme-mako", "templating")
    with pytest.raises(ComponentConflict, match="share one name"):
        choose("templating", [JINJA, MAKO, twin], None)
    chosen = code("jinja2", "acme-mako:mako")
    assert choose("templating", [JINJA, MAKO, twin], chosen).offers == (JINJA, twin)


def test_an_empty_list_of_engines_is_no_error_yet() -> None:
    assert choose("templating", [], None).rule == "empty"


def test_a_suffix_claimed_by_two_of_the_others_is_a_conflict() -> None:
    first = ("jinja2 (kernos-templating 1.0.0)", (".html", ".mako"))
    mako = ("mako (kernos-templating-mako 1.0.0)", (".mako", ".txt", ".txt"))
    check_suffixes([first, mako])
    check_suffixes([])
    with pytest.raises(ComponentConflict) as caught:
        check_suffixes([first, mako, ("other (acme 2.0)", [".pt", ".txt"])])
    assert "'.txt'" in caught.value.what
    assert mako[0] in caught.value.what
    assert "other (acme 2.0)" in caught.value.what
    assert caught.value.fix == "KERNOS_DISABLE=other"
