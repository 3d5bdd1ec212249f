"""Sessions; the objects that the slot ``sessions`` knows."""

import typing as t

from werkzeug.datastructures import CallbackDict as CallbackDict

from kernos.contracts import NullSession as NullSession
from kernos.contracts import SessionInterface as SessionInterface
from kernos.contracts import SessionMixin as SessionMixin
from kernos.lazy import lazy_names
from kernos_sessions.cookie import SecureCookieSession as SecureCookieSession
from kernos_sessions.cookie import SecureCookieSessionInterface as SecureCookieSessionInterface
from kernos_sessions.cookie import session_json_serializer as session_json_serializer

from .json.tag import TaggedJSONSerializer as TaggedJSONSerializer

if t.TYPE_CHECKING:
    from itsdangerous import BadSignature as BadSignature
    from itsdangerous import URLSafeTimedSerializer as URLSafeTimedSerializer

#: Where no session is signed, itsdangerous is not imported.
__getattr__ = lazy_names(
    vars(), {"BadSignature": "itsdangerous", "URLSafeTimedSerializer": "itsdangerous"}
)

# Flask's is one of them; the kernel's does not know what keeps sessions.
SecureCookieSession.register(NullSession)
