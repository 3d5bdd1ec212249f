"""The entries, in SQLite: one connection a context, opened when first needed."""

from __future__ import annotations

import sqlite3
import typing as t
from dataclasses import dataclass
from datetime import UTC, datetime

from kernos import current_app, g

if t.TYPE_CHECKING:
    from kernos import Kernos

SCHEMA = """
CREATE TABLE IF NOT EXISTS entry (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    message TEXT NOT NULL,
    written_at TEXT NOT NULL
)
"""
ONE = "SELECT number, name, message, written_at FROM entry WHERE number = ?"
LATEST = (
    "SELECT number, name, message, written_at FROM entry ORDER BY number DESC LIMIT ? OFFSET ?"
)
NAME_LIMIT = 40
MESSAGE_LIMIT = 500


@dataclass(frozen=True)
class Entry:
    """What one visitor wrote."""

    number: int
    name: str
    message: str
    written_at: datetime


class InvalidEntry(ValueError):
    """An entry is refused; ``problems`` tells why, by field."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


def init_app(app: Kernos) -> None:
    """Make the table, and close what each context opened."""
    with sqlite3.connect(app.config["DATABASE"]) as connection:
        connection.execute("PRAGMA journal_mode = WAL")  # readers never wait for a writer
        connection.execute(SCHEMA)
    connection.close()
    app.teardown_appcontext(_close)


def add(name: object, message: object) -> Entry:
    """Write an entry and return it.

    Raises:
        InvalidEntry: A field is empty or too long.
    """
    problems: dict[str, str] = {}
    name = _checked("name", name, NAME_LIMIT, problems)
    message = _checked("message", message, MESSAGE_LIMIT, problems)
    if problems:
        raise InvalidEntry(problems)
    now = datetime.now(UTC).replace(microsecond=0)
    with _connection() as connection:
        cursor = connection.execute(
            "INSERT INTO entry (name, message, written_at) VALUES (?, ?, ?)",
            (name, message, now.isoformat()),
        )
    return Entry(t.cast("int", cursor.lastrowid), name, message, now)


def get(number: int) -> Entry | None:
    """Return the entry with that number, or None."""
    try:
        found = _entries(ONE, number)
    except OverflowError:  # SQLite counts to 2 ** 63
        return None
    return found[0] if found else None


def latest(limit: int, offset: int = 0) -> list[Entry]:
    """Return at most ``limit`` entries, the newest first."""
    return _entries(LATEST, limit, offset)


def count() -> int:
    """Return how many entries there are."""
    return t.cast("int", _connection().execute("SELECT count(*) FROM entry").fetchone()[0])


def _connection() -> sqlite3.Connection:
    if "connection" not in g:
        g.connection = sqlite3.connect(current_app.config["DATABASE"])
    return t.cast("sqlite3.Connection", g.connection)


def _close(_error: BaseException | None) -> None:
    connection = g.pop("connection", None)
    if connection is not None:
        connection.close()


def _entries(query: str, *values: int) -> list[Entry]:
    return [
        Entry(number, name, message, datetime.fromisoformat(written_at))
        for number, name, message, written_at in _connection().execute(query, values)
    ]


def _checked(field: str, value: object, limit: int, problems: dict[str, str]) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if not text:
        problems[field] = f"Please write a {field}."
    elif len(text) > limit:
        problems[field] = f"A {field} has at most {limit} characters; this one has {len(text)}."
    return text
