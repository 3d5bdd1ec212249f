from __future__ import annotations

import random

import pytest
from hypothesis import given, strategies as st

from kernos.errors import PluginError
from kernos.hooks.calling import Place
from kernos.hooks.ordering import explain, order

HOOK = "kernos_before_request"


def place(
    name: str,
    rank: int = 0,
    before: tuple[str, ...] = (),
    after: tuple[str, ...] = (),
    distribution: str = "",
    function: str = HOOK,
) -> Place:
    distribution = distribution or f"acme-{name}"
    label = f"{name} ({distribution} 1.0)"
    return Place(name, f"{distribution}:{name}", label, rank, before, after, function)


def names(places: list[Place]) -> list[str]:
    return [places[number].name for number in order(HOOK, places)]


def test_where_nothing_is_said_names_decide() -> None:
    assert names([place("c"), place("a"), place("b")]) == ["a", "b", "c"]


def test_first_and_last_stand_around_the_others() -> None:
    assert names([place("a", 1), place("b"), place("c", -1), place("d", -1)]) == list("cdba")


def test_before_and_after_are_stronger_than_first_and_last() -> None:
    assert names([place("a", -1, after=("z",)), place("z", 1)]) == ["z", "a"]
    assert names([place("a"), place("b", 1, before=("a",))]) == ["b", "a"]


def test_a_peer_that_is_not_there_asks_for_nothing() -> None:
    assert names([place("b", before=("gone",)), place("a", after=("gone", "lost"))]) == ["a", "b"]


def test_a_plugin_may_be_meant_by_distribution_and_name() -> None:
    twins = [place("x", distribution="one"), place("x", distribution="two")]
    asking = place("a", after=("two:x",))
    assert [one.identity for one in _sorted([asking, *twins])] == ["one:x", "two:x", "acme-a:a"]
    both = place("a", after=("x",))
    assert [one.name for one in _sorted([both, *twins])] == ["x", "x", "a"]


def _sorted(places: list[Place]) -> list[Place]:
    return [places[number] for number in order(HOOK, places)]


def test_two_functions_of_one_plugin_stand_by_their_names() -> None:
    places = [place("a", function="two", before=("a",)), place("a", function="one")]
    assert [one.function for one in _sorted(places)] == ["one", "two"]


def test_a_circle_is_refused_and_named() -> None:
    places = [
        place("a", before=("b",)),
        place("b", before=("c",)),
        place("c", before=("a",)),
        place("d", after=("c",)),
        place("e", after=("d",)),
        place("f", before=("a", "g")),
        place("g"),
    ]
    messages = set()
    for seed in range(5):
        random.Random(seed).shuffle(places)
        with pytest.raises(PluginError) as caught:
            order(HOOK, places)
        messages.add(str(caught.value))
    (message,) = messages
    assert HOOK in message
    assert "a (acme-a 1.0) → b (acme-b 1.0) → c (acme-c 1.0) → a (acme-a 1.0)" in message
    assert "b (acme-b 1.0) has before='c'" in message
    assert "d (acme-d" not in message


def test_two_that_both_want_to_be_first_of_each_other_are_refused() -> None:
    with pytest.raises(PluginError, match=r"before='b'.*before='a'"):
        order(HOOK, [place("a", before=("b",)), place("b", before=("a",))])
    with pytest.raises(PluginError):
        order(HOOK, [place("a", before=("b",), after=("b",)), place("b")])


def test_of_two_circles_the_shortest_is_named() -> None:
    places = [
        place("a", before=("b",)),
        place("b", before=("c",)),
        place("c", before=("a", "x")),
        place("x", before=("y", "end")),
        place("y", before=("x", "end")),
        place("end"),
    ]
    with pytest.raises(PluginError) as caught:
        order(HOOK, places)
    assert "x (acme-x 1.0) → y (acme-y 1.0) → x (acme-x 1.0)" in caught.value.what


def test_a_circle_with_two_ways_through_is_named_by_one() -> None:
    places = [
        place("a", before=("b", "c")),
        place("b", before=("d",)),
        place("c", before=("d",)),
        place("d", before=("e",)),
        place("e", before=("a",)),
    ]
    with pytest.raises(PluginError) as caught:
        order(HOOK, places)
    assert " → ".join(f"{one} (acme-{one} 1.0)" for one in "abdea") in caught.value.what


def test_the_order_is_explained() -> None:
    places = [place("a", after=("c",)), place("b", 1), place("c"), place("d")]
    assert explain(HOOK, places) == [
        "c (acme-c 1.0): a (acme-a 1.0) has after='c'",
        "a (acme-a 1.0): a (acme-a 1.0) has after='c'",
        "d (acme-d 1.0): by name",
        "b (acme-b 1.0): trylast",
    ]


@st.composite
def acyclic(draw: st.DrawFn) -> list[Place]:
    """Places whose wishes go along a hidden order, so that no circle can be."""
    count = draw(st.integers(0, 8))
    hidden = draw(st.permutations([f"p{number}" for number in range(count)]))
    places = []
    for position, name in enumerate(hidden):
        earlier = st.sampled_from(["gone", *hidden[:position]])
        later = st.sampled_from(["gone", *hidden[position + 1 :]])
        places.append(
            place(
                name,
                draw(st.sampled_from([-1, 0, 0, 1])),
                before=tuple(draw(st.lists(later, max_size=3))),
                after=tuple(draw(st.lists(earlier, max_size=3))),
            )
        )
    return places


@given(acyclic(), st.randoms(use_true_random=False))
def test_the_order_of_installation_never_matters(
    places: list[Place], chance: random.Random
) -> None:
    expected = names(places)
    chance.shuffle(places)
    assert names(places) == expected


@given(acyclic())
def test_every_wish_is_kept(places: list[Place]) -> None:
    found = names(places)
    assert sorted(found) == sorted(one.name for one in places)
    for one in places:
        for peer in one.before:
            assert peer == "gone" or found.index(one.name) < found.index(peer)
        for peer in one.after:
            assert peer == "gone" or found.index(one.name) > found.index(peer)
