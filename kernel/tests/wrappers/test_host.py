"""Hosts: what can be one, against the grammar that RFC 3986 writes as an expression."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, strategies as st

from kernos.wrappers import host as room

#: Section 3.2.2, without user information; the length of a port is bounded.
GRAMMAR = re.compile(
    r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<name>[^\x00-\x20\x7f/?#@\\:\[\],<>\"^`{|}]*))"
    r"(?::(?P<port>[0-9]{0,5}))?"
)


def parts_are_good(host: str) -> bool:
    found = GRAMMAR.fullmatch(host)
    if found is None or int(found["port"] or 0) > 65535:
        return False
    return room._is_address(found["six"]) if found["six"] else room._is_name(found["name"])


@given(st.text("[]:.-a1F/@\x7f\t ²é", max_size=12))
def test_a_host_is_what_the_grammar_takes(host: str) -> None:
    assert room._is_host(host) == parts_are_good(host)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("", True),
        ("localhost:", True),
        ("a.example:65535", True),
        ("a.example:65536", False),
        ("a.example:000080", False),
        ("a.example:8²", False),
        ("a.example:80:80", False),
        ("[::1]:80", True),
        ("[::1]80", False),
        ("[::1", False),
        ("[]", False),
        ("[a.example]", False),
        ("user@a.example", False),
        ("a b", False),
    ],
)
def test_a_host_has_a_name_or_an_address_and_perhaps_a_port(host: str, expected: bool) -> None:
    assert room._is_host(host) is expected
