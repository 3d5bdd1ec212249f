"""The serializer that signs: itsdangerous' own, which keeps what it has computed.

Its texts are those of ``URLSafeTimedSerializer``; what it inflates has a limit.
"""

from __future__ import annotations

import hmac
import typing as t
import zlib
from binascii import a2b_base64, b2a_base64
from functools import lru_cache

from itsdangerous import BadPayload, HMACAlgorithm, Signer, TimestampSigner, URLSafeTimedSerializer
from itsdangerous.encoding import int_to_bytes, want_bytes
from itsdangerous.url_safe import URLSafeSerializerMixin

#: RFC 4648, section 5: base 64 for URLs has these two for the two of ordinary base 64.
_FROM_URL = bytes.maketrans(b"-_", b"+/")
_TO_URL = bytes.maketrans(b"+/", b"-_")

#: A text of up to so many bytes cannot be compressed unless three of them come again: all
#: that could be saved is less than what says how.
_SHORT = 24

#: Of a hash that says less of its blocks, the standard library believes it no more than we.
_LEAST_BLOCK = 16


def _decode(text: bytes) -> bytes:
    """Return what base 64 for URLs stands for; padding may be missing."""
    return a2b_base64(text.translate(_FROM_URL) + b"==")


def _encode(raw: bytes) -> bytes:
    """Return bytes in base 64 for URLs, without padding."""
    return b2a_base64(raw, newline=False).rstrip(b"=").translate(_TO_URL)


@lru_cache(maxsize=256)
def _read_moment(stamp: bytes) -> int:
    return int.from_bytes(_decode(stamp), "big")


@lru_cache(maxsize=2)
def _write_moment(seconds: int) -> bytes:
    return _encode(int_to_bytes(seconds))


def cannot_shrink(text: bytes) -> bool:
    """Tell whether a short text is sure to be no shorter when it is compressed.

    To compress it takes as long as all else that is done with a session.
    """
    pieces = len(text) - 2
    return len(text) <= _SHORT and len({text[at : at + 3] for at in range(pieces)}) == pieces


class PreparedHMAC(HMACAlgorithm):
    """HMACs whose half that depends on the key is computed once.

    Two hashes are copied more quickly than the standard library's HMAC is.

    Source: RFC 2104, section 4, and its section 2 for the two hashes.
    """

    def __init__(self, digest_method: t.Any = None) -> None:
        super().__init__(digest_method)
        self._prepared: dict[bytes, tuple[t.Any, t.Any] | None] = {}

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        """Return the signature of a value."""
        if key not in self._prepared:
            self._prepared[key] = self._prepare(key)
        prepared = self._prepared[key]
        if prepared is None:
            return super().get_signature(key, value)
        inner, outer = prepared[0].copy(), prepared[1].copy()
        inner.update(value)
        outer.update(inner.digest())
        signature: bytes = outer.digest()
        return signature

    def _prepare(self, key: bytes) -> tuple[t.Any, t.Any] | None:
        """Return the inner and the outer hash, fed with the key; None for an odd hash."""
        make = self.digest_method
        blank: t.Any = make()
        size = getattr(blank, "block_size", 0)
        if size < _LEAST_BLOCK:
            return None
        if len(key) > size:
            key = t.cast("t.Any", make(key)).digest()
        block = key.ljust(size, b"\0")
        inner, outer = (make(bytes(byte ^ pad for byte in block)) for pad in (0x36, 0x5C))
        return inner, outer


class RememberingSigner(TimestampSigner):
    """A signer that derives each signing key once, and prepares it for signing."""

    def __init__(self, *args: t.Any, **kwargs: t.Any) -> None:
        super().__init__(*args, **kwargs)
        if type(self.algorithm) is HMACAlgorithm:  # none was given
            self.algorithm = PreparedHMAC(self.digest_method)
        self._derived: dict[t.Any, bytes] = {}

    def derive_key(self, secret_key: str | bytes | None = None) -> bytes:
        """Return the key that signs, made of a secret key; None takes the current one."""
        key = self._derived.get(secret_key)
        if key is None:
            key = self._derived[secret_key] = super().derive_key(secret_key)
        return key

    def get_signature(self, value: str | bytes) -> bytes:
        """Return the signature of a value, in base 64 for URLs."""
        return _encode(self.algorithm.get_signature(self.derive_key(), want_bytes(value)))

    def sign(self, value: str | bytes) -> bytes:
        """Return a value with the time and a signature; the time is written once a second."""
        signed = want_bytes(value) + self.sep + _write_moment(self.get_timestamp())
        return signed + self.sep + self.get_signature(signed)

    def unsign(
        self, signed_value: str | bytes, max_age: int | None = None, return_timestamp: bool = False
    ) -> t.Any:
        """Return the value that was signed.

        Raises:
            BadSignature: None of the keys has signed it, or it is too old.
        """
        if max_age is not None and not return_timestamp:
            value = self._value_if_fresh(want_bytes(signed_value), max_age)
            if value is not None:
                return value
        return super().unsign(signed_value, max_age, return_timestamp)  # type: ignore[call-overload]

    def _value_if_fresh(self, signed: bytes, max_age: int) -> bytes | None:
        """Return the value of a text as the newest key would sign it, and not too old.

        All else is for the library to judge, which also says what is wrong.
        """
        body, _, signature = signed.rpartition(self.sep)
        value, sep, stamp = body.rpartition(self.sep)
        if not sep or not hmac.compare_digest(signature, self.get_signature(body)):
            return None
        try:
            age = self.get_timestamp() - _read_moment(stamp)
        except ValueError:
            return None
        return value if 0 <= age <= max_age else None


class BoundedSerializer(URLSafeTimedSerializer):
    """Sign values with a time, in characters that URLs and cookies may hold.

    Its keys and its salt are fixed: other ones make another serializer.
    """

    default_signer = RememberingSigner

    #: A payload that inflates to more is refused, before memory is spent on it.
    inflate_limit_bytes: int = 1_000_000

    _own_signer: Signer | None = None

    def make_signer(self, salt: str | bytes | None = None) -> Signer:
        """Return what signs and verifies; the same one for the same salt."""
        if salt is not None and salt != self.salt:
            return super().make_signer(salt)
        if self._own_signer is None:
            self._own_signer = super().make_signer()
        return self._own_signer

    def loads(  # type: ignore[override] # as the library's own is
        self,
        s: str | bytes,
        max_age: int | None = None,
        return_timestamp: bool = False,
        salt: str | bytes | None = None,
    ) -> t.Any:
        """Return the value in a signed text.

        Raises:
            BadSignature: None of the keys has signed it, or it is too old.
            BadPayload: It holds no value, or is too large.
        """
        if max_age is None or return_timestamp or salt is not None or self.fallback_signers:
            return super().loads(s, max_age, return_timestamp, salt)
        # With one signer there is no other to try, and nobody asks for the moment.
        signer = t.cast("TimestampSigner", self.make_signer())
        return self.load_payload(signer.unsign(s, max_age))

    def load_payload(self, payload: bytes, *args: t.Any, **kwargs: t.Any) -> t.Any:
        """Return the value in a payload whose signature was verified.

        Raises:
            BadPayload: It holds no value, or is too large.
        """
        try:
            text = self._inflate(payload[1:]) if payload.startswith(b".") else _decode(payload)
        except BadPayload:
            raise
        except Exception as error:
            raise BadPayload("The payload cannot be decoded.", original_error=error) from error
        # What the mixin does has been done: on to what it would call.
        return super(URLSafeSerializerMixin, self).load_payload(text, *args, **kwargs)

    def _inflate(self, payload: bytes) -> bytes:
        inflater = zlib.decompressobj()
        text = inflater.decompress(_decode(payload), self.inflate_limit_bytes + 1)
        if len(text) > self.inflate_limit_bytes:
            raise BadPayload(f"The payload has more than {self.inflate_limit_bytes} bytes.")
        if not inflater.eof:
            raise BadPayload("The payload was cut short.")
        return text

    def dump_payload(self, obj: t.Any) -> bytes:
        """Return a value as text to be signed, compressed where that is shorter."""
        # As the mixin does it, but that it compresses whatever it is given.
        text = super(URLSafeSerializerMixin, self).dump_payload(obj)
        if not cannot_shrink(text):
            compressed = zlib.compress(text)
            if len(compressed) < len(text) - 1:
                return b"." + _encode(compressed)
        return _encode(text)


__all__ = ["BoundedSerializer"]
