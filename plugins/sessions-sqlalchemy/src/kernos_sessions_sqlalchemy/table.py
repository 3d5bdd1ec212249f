"""The table that holds sessions."""

from __future__ import annotations

import typing as t

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

#: Its name unless ``SESSION_SQLALCHEMY_TABLE`` says another.
NAME: t.Final = "kernos_sessions"


def make_table(name: str = NAME) -> sa.Table:
    """Return the table's description, for migrations too."""
    return sa.Table(
        name,
        sa.MetaData(),
        # A hash of the session's key: who reads the table, or a backup, has no ids.
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("data", sa.LargeBinary, nullable=False),
        # Seconds since 1970, by the clocks of those who write.
        sa.Column("expires_at", sa.BigInteger, nullable=False, index=True),
    )


def create_table(where: str | sa.Engine, name: str = NAME) -> None:
    """Create the table unless it is there: for accounts that may, before those that may not.

    Args:
        where: The database's URL, or an engine.
        name: The table's name.

    Raises:
        sqlalchemy.exc.DBAPIError: The database refused.
    """
    if isinstance(where, str):
        engine = sa.create_engine(where)
        try:
            create_table(engine, name)
        finally:
            engine.dispose()
        return
    table = make_table(name)
    if sa.inspect(where).has_table(name):
        return
    try:
        with where.begin() as connection:
            table.create(connection)
    except DBAPIError:
        # Another worker was faster, and its table serves as well.
        if not sa.inspect(where).has_table(name):
            raise


__all__ = ["NAME", "create_table", "make_table"]
