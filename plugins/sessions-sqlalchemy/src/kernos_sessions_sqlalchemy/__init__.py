"""Kernos' sessions in a table of PostgreSQL or SQLite."""

from kernos_sessions_sqlalchemy.sessions import make_sessions
from kernos_sessions_sqlalchemy.store import SQLAlchemyStore
from kernos_sessions_sqlalchemy.table import create_table

__all__ = ["SQLAlchemyStore", "create_table", "make_sessions"]
