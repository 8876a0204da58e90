"""Rows in bulk: COPY on PostgreSQL, executemany on SQLite, indexes and foreign keys put aside meanwhile.

A loader names the columns that differ from row to row once per table; what a model declares as default is filled in
here as the ORM would, once for all rows. On PostgreSQL a row is a line of text made from a template, on SQLite the
parameters of a statement: for millions of rows that is several times cheaper than a dictionary each.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Date, Table, text

from app.extensions import UtcDateTime

CHUNK = 5000
Row = Callable[..., None]


class Bulk:
    """Collects rows per table and writes them in chunks over one connection."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.postgres = connection.dialect.name == "postgresql"
        self.writers: list[Writer] = []

    def rows(self, table: Any, *names: str, **same: Any) -> Row:
        """A function that takes the values of ``names``, in that order, for each row. same: the same in all rows."""
        writer = Writer(table, names, same, self)
        self.writers.append(writer)
        return writer.add

    @property
    def count(self) -> int:
        """How many rows there were so far."""
        return sum(writer.count for writer in self.writers)

    def finish(self) -> None:
        """Write what is left, and let sequences count on from the last id."""
        for writer in self.writers:
            writer.flush()
        for name in {writer.table.name for writer in self.writers if "id" in writer.table.columns and self.postgres}:
            asked = text("select pg_get_serial_sequence(:t, 'id')")
            sequence = self.connection.execute(asked, {"t": f'"{name}"'}).scalar()
            if sequence:
                self.connection.exec_driver_sql(f"select setval('{sequence}', (select max(id) from \"{name}\"))")


class Writer:
    """Writes the rows of one table. JSON columns take their text, ready made."""

    def __init__(self, table: Table, names: tuple[str, ...], same: dict[str, Any], bulk: Bulk) -> None:
        self.table, self.bulk, self.count = table, bulk, 0
        self.spell = [_spelling(table.columns[name].type, bulk.postgres) for name in names]
        constants = self._constants(set(names), same)
        columns = ", ".join(f'"{name}"' for name in [*names, *constants])
        fixed = list(constants.values())
        if bulk.postgres:
            self.line = "\t".join(["%s"] * len(names) + [_escaped(one).replace("%", "%%") for one in fixed]) + "\n"
            self.statement = f'copy "{table.name}" ({columns}) from stdin'
        else:
            marks = ", ".join(["?"] * len(names) + [_literal(one) for one in fixed])
            self.statement = f'insert into "{table.name}" ({columns}) values ({marks})'
        self.waiting: list[Any] = []

    def _constants(self, given: set[str], same: dict[str, Any]) -> dict[str, Any]:
        """What is the same in every row, as the driver would be given it."""
        dialect = self.bulk.connection.dialect
        found: dict[str, Any] = {}
        for column in self.table.columns:
            default: Any = column.default
            if column.name in given or column.computed is not None:
                continue
            if column.name in same:
                value = same[column.name]
            elif default is None:
                value = 1 if column.name == "version" else None  # version_id_col begins at 1
            else:
                value = default.arg if default.is_scalar else default.arg(None) if default.is_callable else None
            process = column.type.dialect_impl(dialect).bind_processor(dialect)
            value = process(value) if process is not None and value is not None else value
            found[column.name] = getattr(value, "obj", value)  # psycopg wraps JSON; its text is made below
        return found

    def add(self, *values: Any) -> None:
        row = [value if spell is None else spell(value) for spell, value in zip(self.spell, values, strict=True)]
        self.count += 1
        self.waiting.append(self.line % tuple(row) if self.bulk.postgres else row)
        if len(self.waiting) >= CHUNK:
            self.flush()

    def flush(self) -> None:
        if not self.waiting:
            return
        driver: Any = self.bulk.connection.connection.driver_connection
        if self.bulk.postgres:
            with driver.cursor() as cursor, cursor.copy(self.statement) as copy:
                copy.write("".join(self.waiting))
        else:
            driver.executemany(self.statement, self.waiting)
        self.waiting = []


# --- how a value is spelled -----------------------------------------------------------------------------------------

_SPECIAL = re.compile(r"[\\\t\n\r]")
_ESCAPES = {"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"}


def _escaped(value: Any) -> str:
    """A value in the text format of COPY."""
    if value is None:
        return r"\N"
    if isinstance(value, str):
        return _SPECIAL.sub(lambda m: _ESCAPES[m.group()], value) if _SPECIAL.search(value) else value
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, (list, dict)):
        return _escaped(json_text(value))
    return str(value)


def _literal(value: Any) -> str:
    """A value as SQLite reads it in a statement."""
    if value is None:
        return "null"
    if isinstance(value, (bool, int, float)):
        return str(int(value) if isinstance(value, bool) else value)
    return "'" + str(value).replace("'", "''") + "'"


def json_text(value: Any) -> str:
    """JSON as the ORM would write it."""
    return json.dumps(value)


@lru_cache(maxsize=4096)
def _instant_sqlite(value: dt.datetime | None) -> str | None:
    return None if value is None else value.astimezone(dt.UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


@lru_cache(maxsize=4096)
def _instant_postgres(value: dt.datetime | None) -> str:
    return r"\N" if value is None else value.isoformat()


def _spelling(kind: Any, postgres: bool) -> Callable[[Any], Any] | None:
    """How the values of a column are spelled; None: as they are."""
    if isinstance(kind, UtcDateTime):
        return _instant_postgres if postgres else _instant_sqlite
    if postgres:
        return _escaped
    if isinstance(kind, Date):
        return lambda value: None if value is None else value.isoformat()
    return None


@contextmanager
def aside(connection: Connection, tables: list[str]) -> Iterator[None]:
    """Indexes of ``tables`` that are no constraint are dropped, and built again at the end; no foreign keys meanwhile.

    On SQLite the caller has switched foreign keys off: inside a transaction it cannot be done.
    """
    postgres = connection.dialect.name == "postgresql"
    if postgres:
        connection.exec_driver_sql("set session_replication_role = replica")  # no foreign-key triggers on our own rows
        connection.exec_driver_sql("set maintenance_work_mem = '256MB'")
        connection.exec_driver_sql("set statement_timeout = 0")
        found = connection.execute(
            text(
                "select i.indexname, i.indexdef from pg_indexes i where i.tablename = any(:t) and not exists"
                " (select 1 from pg_constraint c join pg_class k on k.oid = c.conindid where k.relname = i.indexname)"
            ),
            {"t": tables},
        ).all()
    else:
        rows = connection.exec_driver_sql(
            "select name, sql, tbl_name from sqlite_master where type = 'index' and sql is not null"
        ).all()
        found = [(name, made) for name, made, table in rows if table in tables]  # type: ignore[misc]
    for name, _ in found:
        connection.exec_driver_sql(f'drop index "{name}"')
    yield
    for _, made in found:
        connection.exec_driver_sql(made)
    if postgres:
        connection.exec_driver_sql("set session_replication_role = origin")
