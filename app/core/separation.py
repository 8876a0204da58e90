"""Maker is not checker: told by the procedures with a sentence, and held by the database itself (promise S13).

A procedure refuses first and says why. These guards are for what goes round it: SQL by hand, a later import, a mistake of
ours. Migration 0003 writes the same guards; tests/laws/test_migrations.py compares them.
"""

from __future__ import annotations

from sqlalchemy import DDL, Table, event


def guard(table: Table, name: str, wrong: str, acts: tuple[str, ...]) -> None:
    """Let the database refuse rows of `table` for which the SQL condition `wrong` (over NEW) holds.

    acts: INSERT, UPDATE, or "UPDATE OF column". The condition must read the same on SQLite and PostgreSQL.
    """
    for statement in postgresql(table.name, name, wrong, acts):
        event.listen(table, "after_create", _ddl(statement).execute_if(dialect="postgresql"))
    for statement in sqlite(table.name, name, wrong, acts):
        event.listen(table, "after_create", _ddl(statement).execute_if(dialect="sqlite"))


def postgresql(table: str, name: str, wrong: str, acts: tuple[str, ...]) -> list[str]:
    """The statements for PostgreSQL."""
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {wrong} THEN RAISE EXCEPTION '{name}: maker is checker'; END IF; RETURN NEW; END $$",
        f'CREATE TRIGGER {name} BEFORE {" OR ".join(acts)} ON "{table}" FOR EACH ROW EXECUTE FUNCTION {name}()',
    ]


def sqlite(table: str, name: str, wrong: str, acts: tuple[str, ...]) -> list[str]:
    """The statements for SQLite, which wants one trigger for each act."""
    return [
        f'CREATE TRIGGER {name}_{act.split()[0].lower()} BEFORE {act} ON "{table}" WHEN {wrong} '
        f"BEGIN SELECT RAISE(ABORT, '{name}: maker is checker'); END"
        for act in acts
    ]


def _ddl(statement: str) -> DDL:
    return DDL(statement)  # type: ignore[no-untyped-call]
