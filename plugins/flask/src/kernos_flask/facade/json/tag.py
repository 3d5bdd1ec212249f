"""Tagged JSON, as in ``kernos_sessions``."""

from kernos_sessions import JSONTag as JSONTag
from kernos_sessions import TaggedJSONSerializer as TaggedJSONSerializer
