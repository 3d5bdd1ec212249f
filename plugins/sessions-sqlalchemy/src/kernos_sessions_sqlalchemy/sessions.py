"""From an application's configuration to its sessions in a database."""

from __future__ import annotations

import typing as t

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

from kernos.errors import MissingComponent
from kernos_sessions.chain import SessionChain, Setting, key_prefix_of, store_timeout_of
from kernos_sessions_sqlalchemy.store import SQLAlchemyStore
from kernos_sessions_sqlalchemy.table import NAME

if t.TYPE_CHECKING:
    from kernos import Kernos
    from kernos.contracts import SessionInterface

_URL = Setting("SESSION_SQLALCHEMY_URL", "postgresql+psycopg://user@host/database")
_TABLE = Setting("SESSION_SQLALCHEMY_TABLE", NAME)


def make_sessions(app: Kernos, *, former: t.Iterable[SessionInterface] = ()) -> SessionChain:
    """Return sessions in the database that ``SESSION_SQLALCHEMY_URL`` names.

    No connection is made before the first session is read or written.

    Args:
        app: Its configuration is read: ``SESSION_SQLALCHEMY_URL``,
            ``SESSION_SQLALCHEMY_TABLE``, ``SESSION_KEY_PREFIX``,
            ``SESSION_STORE_TIMEOUT``.
        former: Where sessions were kept before; they move.

    Raises:
        RegistrationError: A setting is missing or wrong.
        MissingComponent: The database's driver is not installed.
    """
    url = _URL.read(app)
    table = NAME if app.config.get(_TABLE.name) is None else _TABLE.read(app)
    timeout_seconds = store_timeout_of(app)
    try:
        _check(sa.make_url(url))
        store = SQLAlchemyStore(url, table=table, timeout_seconds=timeout_seconds)
    except ArgumentError as error:
        # Not quoted: SQLAlchemy's text may hold the password.
        raise _URL.refusal("cannot be read", "it is no URL of a database") from error
    except ImportError as error:
        raise MissingComponent(
            f"The driver that {_URL.name} asks for is not installed.",
            why=f"{error}",
            fix='pip install "kernos-sessions-sqlalchemy[postgresql]"',
        ) from error
    return SessionChain(
        store, key_prefix=key_prefix_of(app), timeout_seconds=timeout_seconds, former=former
    )


def _check(url: sa.URL) -> None:
    if url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}:
        raise _URL.refusal(
            "names a database in memory", "each worker would have its own, and forget it"
        )


__all__ = ["make_sessions"]
