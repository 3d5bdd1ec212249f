"""A session that one signed is read by the other, in both directions."""

from __future__ import annotations

import typing as t

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from differential.pair import Pair, Worker
from differential.signed_by_flask import BY_FORMER_KEY, CONTENTS, COOKIES, FORMER, SECRET

KEYS = {"SECRET_KEY": SECRET}
ROTATED = {"SECRET_KEY": "a new secret for both of them", "SECRET_KEY_FALLBACKS": [SECRET, FORMER]}

plain = st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=20)
tagged = plain | st.binary(max_size=10) | st.uuids() | st.floats(allow_nan=False)
values = st.recursive(
    tagged,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=5) | st.sampled_from([" t", " di"]), inner, max_size=3)
    ),
    max_leaves=6,
)
contents = st.dictionaries(st.text(min_size=1, max_size=8), values, min_size=1, max_size=4)


@pytest.fixture(scope="module")
def kernos() -> t.Iterator[Worker]:
    """Kernos alone: the committed cookies need no Flask."""
    worker = Worker("kernos")
    yield worker
    worker.close()


def test_cookies_that_flask_signed_are_read(kernos: Worker) -> None:
    assert kernos.ask("read", KEYS, COOKIES) == CONTENTS


def test_the_same_sessions_are_signed_to_the_same_cookies(kernos: Worker) -> None:
    assert kernos.ask("sign", KEYS, CONTENTS) == COOKIES


def test_cookies_that_flask_signed_with_a_former_key_are_read(kernos: Worker) -> None:
    assert kernos.ask("read", ROTATED, [BY_FORMER_KEY, *COOKIES]) == [CONTENTS[0], *CONTENTS]


def test_cookies_of_a_key_that_is_not_listed_are_empty(kernos: Worker) -> None:
    assert kernos.ask("read", KEYS, [BY_FORMER_KEY]) == [{}]


@given(st.lists(contents, min_size=1, max_size=20))
@settings(
    max_examples=100,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_any_session_travels_in_both_directions(
    pair: Pair, sessions: list[dict[str, object]]
) -> None:
    theirs = pair.flask.ask("sign", KEYS, sessions)
    ours = pair.kernos.ask("sign", KEYS, sessions)
    assert theirs == ours
    for setting in (KEYS, ROTATED):
        read_by_flask = pair.flask.ask("read", setting, ours)
        assert pair.kernos.ask("read", setting, theirs) == read_by_flask
        assert read_by_flask == sessions


def test_a_key_is_rotated_on_either_side_first(pair: Pair) -> None:
    former = {"SECRET_KEY": FORMER}
    for signer, reader in ((pair.flask, pair.kernos), (pair.kernos, pair.flask)):
        assert reader.ask("read", ROTATED, signer.ask("sign", former, CONTENTS)) == CONTENTS
        assert reader.ask("read", ROTATED, signer.ask("sign", ROTATED, CONTENTS)) == CONTENTS
        assert reader.ask("read", KEYS, signer.ask("sign", ROTATED, CONTENTS[:1])) == [{}]


def test_the_text_of_a_cookie_does_not_follow_the_json_provider(pair: Pair) -> None:
    written = {**KEYS, "JSON": {"sort_keys": False, "ensure_ascii": False}}
    session = [{"b": "ä", "a": 1}]
    (theirs,) = pair.flask.ask("sign", written, session)
    (ours,) = pair.kernos.ask("sign", written, session)
    assert theirs != ours
    assert [ours] == pair.flask.ask("sign", KEYS, session)
    assert pair.flask.ask("read", KEYS, [ours]) == pair.kernos.ask("read", KEYS, [theirs])


def test_a_signed_session_that_is_none_is_empty_on_kernos_and_an_error_on_flask(
    pair: Pair,
) -> None:
    (cookie,) = pair.flask.ask("sign_text", KEYS, ['["a", "list"]'])
    assert pair.kernos.ask("read", KEYS, [cookie]) == [{}]
    assert pair.flask.ask("read", KEYS, [cookie]) == ["raised ValueError"]
