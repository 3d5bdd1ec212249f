"""Kernos' sessions in files of one machine."""

from kernos_sessions_filesystem.sessions import make_sessions
from kernos_sessions_filesystem.store import FileStore

__all__ = ["FileStore", "make_sessions"]
