"""Runs migrations over the application's own engine. Revisions are numbered; `migrations/HEAD` pins the last one."""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app

from app.core.confidential import Encrypted
from app.core.db import writing
from app.extensions import UtcDateTime, db


def include(obj: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
    """Leave out what one database alone has: the full-text tables that SQLite makes, the full-text index of PostgreSQL."""
    if kind == "index" and name == "ix_search_entry_tokens" and db.engine.dialect.name == "sqlite":
        return False
    return not (kind == "table" and reflected and compare_to is None and (name or "").startswith("search_fts"))


def spell(kind: str, obj: Any, _context: Any) -> str | bool:
    """Write our own column types as the plain ones they are stored in: a migration must not change with the code."""
    if kind == "type" and isinstance(obj, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(obj, Encrypted):
        return "sa.Text()"
    return False


def run() -> None:
    """Migrate in one transaction; the whole step happens or nothing of it."""
    with writing(), db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # Batch steps rebuild tables; with foreign keys on, dropping the old one would empty its children.
            connection.exec_driver_sql("COMMIT") if connection.in_transaction() else None
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            compare_type=True,
            render_as_batch=connection.dialect.name == "sqlite",
            include_object=include,
            render_item=spell,
            **{
                k: v
                for k, v in current_app.extensions["migrate"].configure_args.items()
                if k not in {"compare_type", "render_as_batch"}
            },
        )
        with context.begin_transaction():
            context.run_migrations()
        if connection.in_transaction():
            connection.commit()


run()
