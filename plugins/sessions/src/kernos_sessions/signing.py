"""The serializer that signs: itsdangerous' own, which keeps what it has computed.

Its texts are those of ``URLSafeTimedSerializer``; what it inflates has a limit.
"""

from __future__ import annotations

import hmac
import typing as t
import zlib

from itsdangerous import BadPayload
from itsdangerous import HMACAlgorithm
from itsdangerous import Signer
from itsdangerous import TimestampSigner
from itsdangerous import URLSafeTimedSerializer
from itsdangerous.encoding import base64_decode
from itsdangerous.url_safe import URLSafeSerializerMixin


class PreparedHMAC(HMACAlgorithm):
    """HMACs whose half that depends on the key is computed once."""

    def __init__(self, digest_method: t.Any = None) -> None:
        super().__init__(digest_method)
        self._prepared: dict[bytes, hmac.HMAC] = {}

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        """Return the signature of a value."""
        prepared = self._prepared.get(key)
        if prepared is None:
            prepared = self._prepared[key] = hmac.new(key, digestmod=self.digest_method)
        mac = prepared.copy()
        mac.update(value)
        return mac.digest()


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
        if not payload.startswith(b"."):
            return super().load_payload(payload, *args, **kwargs)
        try:
            inflater = zlib.decompressobj()
            text = inflater.decompress(base64_decode(payload[1:]), self.inflate_limit_bytes + 1)
        except Exception as error:
            raise BadPayload("The payload cannot be inflated.", original_error=error) from error
        if len(text) > self.inflate_limit_bytes:
            raise BadPayload(f"The payload has more than {self.inflate_limit_bytes} bytes.")
        if not inflater.eof:
            raise BadPayload("The payload was cut short.")
        # What the mixin does has been done: on to what it would call.
        return super(URLSafeSerializerMixin, self).load_payload(text, *args, **kwargs)


__all__ = ["BoundedSerializer"]
