"""Sessions; the objects that the slot ``sessions`` knows."""

import typing as t

from werkzeug.datastructures import CallbackDict as CallbackDict

from kernos.contracts import (
    NullSession as NullSession,
    SessionInterface as SessionInterface,
    SessionMixin as SessionMixin,
)
from kernos.lazy import lazy_names
from kernos_sessions.cookie import (
    SecureCookieSession as SecureCookieSession,
    SecureCookieSessionInterface as SecureCookieSessionInterface,
)

if t.TYPE_CHECKING:
    from itsdangerous import (
        BadSignature as BadSignature,
        URLSafeTimedSerializer as URLSafeTimedSerializer,
    )

    from kernos_sessions.tagged import (
        TaggedJSONSerializer as TaggedJSONSerializer,
        session_json_serializer as session_json_serializer,
    )

#: Where no session is signed, nothing that signs is imported.
__getattr__ = lazy_names(
    vars(),
    {
        "BadSignature": "itsdangerous",
        "TaggedJSONSerializer": "kernos_sessions.tagged",
        "URLSafeTimedSerializer": "itsdangerous",
        "session_json_serializer": "kernos_sessions.tagged",
    },
)

# Flask's is one of them; the kernel's does not know what keeps sessions.
SecureCookieSession.register(NullSession)
