"""Sessions as rows of a table, each with the moment at which it is over."""

from __future__ import annotations

import hashlib
import itertools
import math
import os
import threading
import time
import typing as t

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError, TimeoutError as PoolTimeoutError

from kernos_sessions_sqlalchemy.table import NAME, create_table, make_table

R = t.TypeVar("R")

#: One new session in so many has the expired ones removed.
_SWEEP_EVERY = 100


class SQLAlchemyStore:
    """Keep sessions in a table of PostgreSQL or SQLite, created when it is first needed.

    Each call is one statement that commits itself, so that none waits for another's
    transaction longer than its row is written.

    Args:
        url: SQLAlchemy's URL of the database.
        table: The table's name.
        timeout_seconds: The longest wait for a connection or a lock.

    Raises:
        sqlalchemy.exc.ArgumentError: The URL cannot be read, or nobody knows its kind.
        ImportError: The database's driver is not installed.
    """

    errors = (DBAPIError, PoolTimeoutError)

    def __init__(self, url: str, *, table: str = NAME, timeout_seconds: float = 1.0) -> None:
        where = sa.make_url(url)
        self._engine = sa.create_engine(
            where,
            isolation_level="AUTOCOMMIT",
            pool_timeout=timeout_seconds,
            hide_parameters=True,  # no session's data in errors, and so none in logs
            connect_args=_connect_arguments(where, timeout_seconds),
        )
        if where.get_backend_name() == "sqlite":
            sa.event.listen(self._engine, "connect", _let_readers_read)
        self._table = make_table(table)
        self._lock = threading.Lock()
        self._pid = os.getpid()
        self._is_created = False
        self._count = itertools.count(1)

    def get(self, key: str) -> bytes | None:
        """Return what is kept under ``key``; None when there is nothing, or no more."""
        wanted = sa.select(self._table.c.data).where(*self._alive(key))
        value = self._reach(lambda connection: connection.scalar(wanted))
        return None if value is None else bytes(value)

    def set(self, key: str, value: bytes, ttl_seconds: int) -> None:
        """Keep ``value`` under ``key`` for ``ttl_seconds`` from now."""
        row = {"data": value, "expires_at": _expiry(ttl_seconds)}
        change = self._table.update().where(self._table.c.key == _hashed(key)).values(row)
        try:
            self._execute(self._table.insert().values(key=_hashed(key), **row))
        except IntegrityError:
            self._execute(change)
        if next(self._count) % _SWEEP_EVERY == 0:
            self.sweep()

    def delete(self, key: str) -> None:
        """Forget what is kept under ``key``, if anything is."""
        self._execute(self._table.delete().where(self._table.c.key == _hashed(key)))

    def exchange(
        self, key: str, expected: bytes | None, value: bytes | None, ttl_seconds: int
    ) -> bool:
        """Keep ``value`` in place of ``expected``, in one step; tell whether it was there."""
        table = self._table
        if expected is None:
            return self._begin(key, value, ttl_seconds)
        there = (*self._alive(key), table.c.data == expected)
        statement: sa.Delete | sa.Update
        if value is None:
            statement = table.delete().where(*there)
        else:
            row = {"data": value, "expires_at": _expiry(ttl_seconds)}
            statement = table.update().where(*there).values(row)
        return self._execute(statement) == 1

    def _begin(self, key: str, value: bytes | None, ttl_seconds: int) -> bool:
        table = self._table
        if value is None:
            return self.get(key) is None
        row = {"data": value, "expires_at": _expiry(ttl_seconds)}
        over = (table.c.key == _hashed(key), table.c.expires_at <= _now())
        if self._execute(table.update().where(*over).values(row)) == 1:
            return True
        try:
            self._execute(table.insert().values(key=_hashed(key), **row))
        except IntegrityError:
            return False
        return True

    def sweep(self, limit: int = 1000) -> int:
        """Remove sessions that are over, ``limit`` at most; return how many it were."""
        column = self._table.c.key
        over = sa.select(column).where(self._table.c.expires_at <= _now()).limit(limit)
        return self._execute(self._table.delete().where(column.in_(over)))

    def probe(self) -> float | None:
        """Return what the database's clock says; neither table nor file is made.

        Raises:
            FileNotFoundError: The file of an SQLite database is not there yet, nor its folder.
        """
        url = self._engine.url
        if url.get_backend_name() == "sqlite":
            # Whoever looks may be somebody else than who serves: the file is the latter's.
            where = os.path.dirname(os.path.abspath(url.database or ""))
            if not os.access(where, os.W_OK):
                raise FileNotFoundError(where)
            return None
        with self._engine.connect() as connection:
            return float(connection.scalar(sa.select(sa.extract("epoch", sa.func.now()))) or 0)

    def close(self) -> None:
        """Close the connections; the next call opens new ones."""
        self._engine.dispose()

    def _alive(self, key: str) -> tuple[sa.ColumnElement[bool], ...]:
        return (self._table.c.key == _hashed(key), self._table.c.expires_at > _now())

    def _execute(self, statement: sa.Executable) -> int:
        """Execute a statement that returns no rows; return how many it touched."""
        return self._reach(lambda connection: connection.execute(statement).rowcount)

    def _reach(self, work: t.Callable[[sa.Connection], R]) -> R:
        self._prepare()
        try:
            with self._engine.connect() as connection:
                return work(connection)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
        # The server was started anew since; SQLAlchemy has dropped all connections to the
        # former one. If the work was done after all, doing it again is no harm.
        with self._engine.connect() as connection:
            return work(connection)

    def _prepare(self) -> None:
        if self._is_created and self._pid == os.getpid():
            return
        with self._lock:
            if self._pid != os.getpid():
                # Connections must not be shared with the process that this one came from.
                self._engine.dispose(close=False)
                self._pid = os.getpid()
            if not self._is_created:
                create_table(self._engine, self._table.name)
                self._is_created = True


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _now() -> int:
    return int(time.time())


def _expiry(ttl_seconds: int) -> int:
    return _now() + max(ttl_seconds, 1)


def _connect_arguments(url: sa.URL, timeout_seconds: float) -> dict[str, t.Any]:
    if url.get_backend_name() == "sqlite":
        return {"timeout": timeout_seconds}
    if url.get_driver_name() in {"psycopg", "psycopg2"}:
        return {
            "connect_timeout": max(2, math.ceil(timeout_seconds)),  # libpq knows no 1
            # A connection whose other end has vanished ends, instead of waiting for it.
            "tcp_user_timeout": math.ceil(timeout_seconds * 1000),
        }
    return {}


def _let_readers_read(connection: t.Any, _: object) -> None:
    """Have SQLite write beside the database, so that reading does not wait for it."""
    connection.execute("PRAGMA journal_mode=WAL").close()


__all__ = ["SQLAlchemyStore"]
