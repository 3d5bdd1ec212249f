"""Tagged JSON, as in ``kernos_sessions``."""

from kernos_sessions.tagged import (
    JSONTag as JSONTag,
    PassDict as PassDict,
    PassList as PassList,
    TagBytes as TagBytes,
    TagDateTime as TagDateTime,
    TagDict as TagDict,
    TaggedJSONSerializer as TaggedJSONSerializer,
    TagMarkup as TagMarkup,
    TagTuple as TagTuple,
    TagUUID as TagUUID,
)
