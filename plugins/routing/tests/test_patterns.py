"""Parts of rules are matched as ``re`` would, in linear time."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, strategies as st
from werkzeug.routing import Map, Rule

from kernos_routing import linear
from kernos_routing.parts import Part
from kernos_routing.patterns import NotSimple, Parser, longest

CONVERTERS = [
    "[^/]{1,}",
    "[^/]{2}",
    "[^/]{1,3}",
    "[^/]+?",
    "[^/].*?",
    r"\d+",
    r"-?\d+",
    r"\d+\.\d+",
    "(?:a|ab|b-)",
    "[a-b]*",
    "(?:[ab]+-)*[ab]+",
    "(?:a-?)+?",
    "(?:ab)?-*",
    "a{0,2}|b",
]
LITERALS = ["", "-", r"\.", "ab", "/", "--", "!"]

converter = st.sampled_from(CONVERTERS)
literal = st.sampled_from(LITERALS)


@st.composite
def expressions(draw: st.DrawFn) -> str:
    source = draw(literal)
    for number in range(draw(st.integers(1, 4))):
        source += f"(?P<__werkzeug_{number}>{draw(converter)})" + draw(literal)
    return source


@given(expressions(), st.text("ab-1.!/\n", max_size=14))
def test_a_linear_match_takes_what_re_takes(source: str, text: str) -> None:
    expected = re.compile(source + r"\Z").match(text)
    found = linear.match(Parser(source).parse(), text)
    assert found == (None if expected is None else list(expected.groups()))


@given(expressions(), st.data())
def test_a_text_made_for_the_expression_is_taken_apart_as_re_does(
    source: str, data: st.DataObject
) -> None:
    text = data.draw(
        st.from_regex(source + r"\Z", fullmatch=True, alphabet=st.sampled_from("ab-1.!/"))
    )
    expected = re.compile(source + r"\Z").match(text)
    assert expected is not None
    assert linear.match(Parser(source).parse(), text) == list(expected.groups())


def parts_of(rule: str) -> list[Part]:
    bound = Rule(rule, endpoint="x")
    Map([bound])
    return [Part(part) for part in bound._parts if not part.static]


HOSTILE = [
    ("/<a>-<b>-<c>-<d>-<e>!", "-"),
    ("/<y>-<m>-<d>-<slug>.html", "-"),
    ("/<path:a>/<path:b>/<path:c>/<path:d>!", "/a"),
    ("/<path:a>/<path:b>/<path:c>/<path:d>/", "/a"),
    ("/<float:a>-<float:b>x", "1"),
    ("/<a><b><c><d><e>!", "é"),
    ("/<int:a><int:b><int:c>!", "1"),
    ("/<string(minlength=2):a>-<string(maxlength=40):b>-<c>!", "-"),
    ("/<any(a,aa,aaa):a><any(a,aa,aaa):b><c>-<d>!", "a"),
]


@pytest.mark.parametrize(("rule", "unit"), HOSTILE)
def test_a_long_text_is_refused_without_trying_its_ways(rule: str, unit: str) -> None:
    (part,) = parts_of(rule)
    assert part.match(unit * (4096 // len(unit))) is None  # with re: hours
    assert part.linear is not None


@pytest.mark.parametrize(("rule", "unit"), HOSTILE)
def test_the_work_grows_with_the_length_and_not_with_the_ways(
    rule: str, unit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (part,) = parts_of(rule)
    steps = 0
    runs = linear.Run.starts

    def counted(self: linear.Run, ends: int, text: linear.Text) -> int:
        nonlocal steps
        steps += 1
        return runs(self, ends, text)

    monkeypatch.setattr(linear.Run, "starts", counted)

    def steps_for(length: int) -> int:
        nonlocal steps
        steps = 0
        part.match(unit * (length // len(unit)))
        return steps

    assert steps_for(4000) == steps_for(1000) > 0


def test_a_long_text_that_matches_is_matched() -> None:
    (part,) = parts_of("/<y>-<m>-<slug>.html")
    slug = "x" * 1000
    assert part.match(f"2026-{slug}-{slug}.html") == (["2026", slug, slug], False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a/b", (["a", "b"], False)),
        ("a/b/", (["a", "b"], True)),
        ("a/b//", None),
        ("a" * 300 + "/b", (["a" * 300, "b"], False)),
        ("a" * 300 + "/b/", (["a" * 300, "b"], True)),
        ("a" * 300 + "/b//", None),
    ],
)
def test_a_final_slash_is_told_apart_in_both_ways(text: str, expected: object) -> None:
    (part,) = parts_of("/<path:a>/<path:b>/")
    assert part.match(text) == expected


@pytest.mark.parametrize(
    "regex",
    [r"\bx", "(?=a)a", r"(?P<q>a)", "a++", "(?:a|)*", "(?:ab){2}", "(?i:a)", "^a", "{}", r"\x61"],
)
def test_what_is_not_simple_is_left_to_re(regex: str) -> None:
    with pytest.raises(NotSimple):
        Parser(f"(?P<__werkzeug_0>{regex})").parse()


def part(content: str) -> Part:
    (one,) = parts_of("/<a>-<b>")
    one.part.content = content
    return Part(one.part)


def test_an_expression_that_is_not_simple_has_a_longest_text() -> None:
    two = part(r"(?P<__werkzeug_0>\b[^/]+)-(?P<__werkzeug_1>\b[^/]+)\Z")
    assert two.match("a-b") == (["a", "b"], False)
    assert two.linear is None
    assert two.bound is not None
    assert two.match("a" * two.bound + "-b") is None


def test_one_argument_needs_no_bound() -> None:
    one = part(r"(?P<__werkzeug_0>\b[^/]+)\Z")
    assert one.match("a" * 70_000) == (["a" * 70_000], False)
    assert one.bound is None


def test_groups_of_a_converter_are_not_values() -> None:
    one = part(r"(?P<__werkzeug_0>(a|b)+)-(?P<__werkzeug_1>(c))\Z")
    assert one.match("ab-c") == (["ab", "c"], False)
    assert one.match("ab" * 50 + "-c") == (["ab" * 50, "c"], False)


@pytest.mark.parametrize(("ways", "length"), [(2, 200), (3, 50)])
def test_the_longest_text_follows_from_the_steps(ways: int, length: int) -> None:
    import math

    assert math.comb(longest(ways, 20_000), ways) <= 20_000 < math.comb(length * 2, ways)
    assert math.comb(longest(ways, 20_000) + 1, ways) > 20_000
