"""Rows in bulk: COPY on PostgreSQL, executemany on SQLite, indexes and foreign keys put aside meanwhile.

Defaults that a model declares in Python are filled in here as the ORM would, so that a new column does not break the
loading of a bench.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Table, text

CHUNK = 5000


class Bulk:
    """Collects rows per table and writes them in chunks over one connection."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.postgres = connection.dialect.name == "postgresql"
        self._writers: dict[str, _Writer] = {}

    def add(self, table: Table, **values: Any) -> None:
        """Add a row; columns that are not given get their declared default."""
        writer = self._writers.get(table.name)
        if writer is None:
            writer = self._writers[table.name] = _Writer(table, self)
        writer.add(values)

    def finish(self) -> None:
        """Write what is left, and let sequences count on from the last id."""
        for writer in self._writers.values():
            writer.flush()
            if self.postgres and "id" in writer.table.columns and writer.table.columns["id"].autoincrement:
                name = writer.table.name
                sequence = self.connection.execute(
                    text("select pg_get_serial_sequence(:t, 'id')"), {"t": f'"{name}"'}
                ).scalar()
                if sequence:
                    self.connection.exec_driver_sql(
                        f"select setval('{sequence}', (select coalesce(max(id), 1) from \"{name}\"))"
                    )


class _Writer:
    def __init__(self, table: Table, bulk: Bulk) -> None:
        self.table, self.bulk = table, bulk
        dialect = bulk.connection.dialect
        columns = [c for c in table.columns if c.computed is None]
        self.names = [c.name for c in columns]
        process = [c.type.dialect_impl(dialect).bind_processor(dialect) for c in columns]
        self.places = {c.name: (n, process[n]) for n, c in enumerate(columns)}
        # What every row begins as; only what is given is looked at again, for there are millions.
        self.blank: list[Any] = [None] * len(columns)
        self.made: list[tuple[int, Callable[[], Any]]] = []
        for n, column in enumerate(columns):
            default: Any = column.default
            if default is None:
                self.blank[n] = 1 if column.name == "version" else None  # version_id_col begins at 1
            elif default.is_scalar:
                self.blank[n] = process[n](default.arg) if process[n] else default.arg  # type: ignore[misc]
            elif default.is_callable:
                self._make(n, default, process[n])
        self.rows: list[list[Any]] = []

    def _make(self, place: int, default: Any, process: Callable[[Any], Any] | None) -> None:
        value = default.arg(None)
        if isinstance(value, (list, dict)):
            self.blank[place] = process(value) if process else value
        else:
            self.made.append((place, lambda: process(default.arg(None)) if process else default.arg(None)))

    def add(self, values: dict[str, Any]) -> None:
        row = self.blank.copy()
        for place, make in self.made:
            row[place] = make()
        for name, value in values.items():
            place, process = self.places[name]
            row[place] = process(value) if process is not None and value is not None else value
        self.rows.append(row)
        if len(self.rows) >= CHUNK:
            self.flush()

    def flush(self) -> None:
        if not self.rows:
            return
        names = ", ".join(f'"{name}"' for name in self.names)
        driver: Any = self.bulk.connection.connection.driver_connection
        if self.bulk.postgres:
            with driver.cursor() as cursor, cursor.copy(f'copy "{self.table.name}" ({names}) from stdin') as copy:
                for row in self.rows:
                    copy.write_row(row)
        else:
            marks = ", ".join("?" * len(self.names))
            driver.executemany(f'insert into "{self.table.name}" ({names}) values ({marks})', self.rows)
        self.rows.clear()


@contextmanager
def without_indexes(connection: Connection, tables: list[str]) -> Iterator[None]:
    """Drop the indexes of ``tables`` that are no constraint, and build them again at the end."""
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
        connection.exec_driver_sql("pragma defer_foreign_keys = on")  # rows come table by table, not parent by child
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
