"""The serializer that signs: itsdangerous' own, with a limit on what it inflates."""

from __future__ import annotations

import hashlib
import typing as t
import zlib

from itsdangerous import BadPayload
from itsdangerous import URLSafeTimedSerializer
from itsdangerous.encoding import base64_decode
from itsdangerous.url_safe import URLSafeSerializerMixin


def lazy_sha1(data: bytes = b"") -> t.Any:
    """Return ``hashlib.sha1(data)``; a Python that lacks it fails at the call only."""
    return hashlib.sha1(data)  # noqa: S324 - in HMAC it is sound, and cookies have it


class BoundedSerializer(URLSafeTimedSerializer):
    """Sign values with a time, in characters that URLs and cookies may hold.

    Its texts are those of ``URLSafeTimedSerializer``.
    """

    #: A payload that inflates to more is refused, before memory is spent on it.
    inflate_limit_bytes: int = 1_000_000

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


__all__ = ["BoundedSerializer", "lazy_sha1"]
