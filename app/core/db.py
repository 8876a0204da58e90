"""What SQLite and PostgreSQL must be told so that both keep the same promises."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

_writing: ContextVar[bool] = ContextVar("db_writing", default=False)


@contextmanager
def writing() -> Iterator[None]:
    """Transactions begun inside are going to write.

    SQLite: a transaction that first reads and then writes fails at once with SQLITE_BUSY when another wrote in
    between, whatever the time-out; BEGIN IMMEDIATE waits in line instead. PostgreSQL needs nothing.
    """
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


def set_writing(value: bool) -> None:
    """The same for the length of a request; the door sets it for POST and clears it at the end."""
    _writing.set(value)


def prepare(engine: Engine) -> None:
    """Hang our listeners on a new engine."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
    else:
        event.listen(engine, "connect", _postgres_connect)


class PlainCursor(psycopg.Cursor[Any]):
    """Describes the columns of a result as plain tuples. psycopg's own objects, several hundred for a page and thrown
    away unread, were a twenty-fifth of a page's time (0.4 of 11 ms)."""

    @property
    def description(self) -> list[Any] | None:
        result = self.pgresult
        if result is None or not result.nfields:
            return None
        return [
            ((result.fname(i) or b"").decode(), result.ftype(i), None, None, None, None, None)
            for i in range(result.nfields)
        ]


def _postgres_connect(connection: psycopg.Connection[Any], _record: ConnectionPoolEntry) -> None:
    connection.cursor_factory = PlainCursor


def _sqlite_connect(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver must not begin by itself; _sqlite_begin does
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-65536"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


def is_busy(error: DBAPIError) -> bool:
    """Whether the error means that somebody else holds the lock (then: 409, try again)."""
    if getattr(error.orig, "sqlstate", None) in {"55P03", "40001", "40P01"}:
        return True
    return isinstance(error, OperationalError) and "database is locked" in str(error.orig)


def is_away(error: DBAPIError) -> bool:
    """Whether the database could not be reached at all (then: 503)."""
    state = getattr(error.orig, "sqlstate", None) or ""
    return (
        error.connection_invalidated
        or state[:2] in {"08", "57"}
        or (isinstance(error, OperationalError) and not state and "locked" not in str(error.orig))
    )
