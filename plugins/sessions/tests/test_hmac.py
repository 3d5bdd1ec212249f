"""A prepared HMAC signs as the standard library's does, whatever hash it is made of."""

from __future__ import annotations

import hashlib
import hmac
import typing as t

import pytest
from hypothesis import given, strategies as st
from itsdangerous import HMACAlgorithm

from kernos_sessions.signing import PreparedHMAC

HASHES = [hashlib.md5, hashlib.sha1, hashlib.sha256, hashlib.sha512, hashlib.sha3_256]


@given(key=st.binary(max_size=200), value=st.binary(max_size=200), hash_=st.sampled_from(HASHES))
def test_a_signature_is_that_of_the_standard_library(
    key: bytes, value: bytes, hash_: t.Any
) -> None:
    prepared = PreparedHMAC(hash_)
    expected = hmac.new(key, value, hash_).digest()
    assert [prepared.get_signature(key, value) for _ in range(2)] == [expected, expected]
    assert prepared.verify_signature(key, value, expected)
    assert not prepared.verify_signature(key, value, expected[::-1])


class Plain:
    """A hash as a program may bring it, which says nothing of its blocks."""

    digest_size = 20

    def __init__(self, data: bytes = b"") -> None:
        self._hash = hashlib.sha1(data)

    def update(self, data: bytes) -> None:
        self._hash.update(data)

    def digest(self) -> bytes:
        return self._hash.digest()

    def copy(self) -> Plain:
        twin = Plain()
        twin._hash = self._hash.copy()
        return twin


def test_a_hash_of_unknown_blocks_signs_as_itsdangerous_has_it_sign() -> None:
    with pytest.warns(RuntimeWarning, match="block_size"):
        expected = HMACAlgorithm(Plain).get_signature(b"key", b"value")
    with pytest.warns(RuntimeWarning, match="block_size"):
        assert PreparedHMAC(Plain).get_signature(b"key", b"value") == expected
