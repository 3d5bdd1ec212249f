"""Sessions in stores that compare before they write, one or several in a row.

Requests of one visitor that overlap are merged, a store that does not answer is given
up in time, and what a former place holds moves to the new one.
"""

from kernos_sessions.chain.interface import ChainedSession, SessionChain
from kernos_sessions.chain.merging import merge
from kernos_sessions.chain.reaching import Patience
from kernos_sessions.chain.settings import Setting, key_prefix_of, store_timeout_of
from kernos_sessions.chain.stores import ComparingStore

__all__ = [
    "ChainedSession",
    "ComparingStore",
    "Patience",
    "SessionChain",
    "Setting",
    "key_prefix_of",
    "merge",
    "store_timeout_of",
]
