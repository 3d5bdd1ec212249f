"""Tagged JSON, as in ``kernos_sessions``."""

from kernos_sessions.tagged import JSONTag as JSONTag
from kernos_sessions.tagged import PassDict as PassDict
from kernos_sessions.tagged import PassList as PassList
from kernos_sessions.tagged import TagBytes as TagBytes
from kernos_sessions.tagged import TagDateTime as TagDateTime
from kernos_sessions.tagged import TagDict as TagDict
from kernos_sessions.tagged import TaggedJSONSerializer as TaggedJSONSerializer
from kernos_sessions.tagged import TagMarkup as TagMarkup
from kernos_sessions.tagged import TagTuple as TagTuple
from kernos_sessions.tagged import TagUUID as TagUUID
