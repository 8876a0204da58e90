"""Migrations: numbered, one pinned head, up and down on both databases, and the tables are those of the models."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from app.core.db import writing
from app.extensions import db
from tests.conftest import DATABASES, make_app

FOLDER = Path(__file__).parents[2] / "migrations"


@pytest.fixture(params=DATABASES)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Flask:
    """An application over an empty database."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        url = request.getfixturevalue("postgres_url")
    return make_app(tmp_path, url, "unix:///nonexistent.sock")


def _differences() -> list[object]:

    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "target_metadata": db.metadata})
        found = compare_metadata(context, db.metadata)
    own = {"search_fts"}
    return [
        d for d in found
        if not (d[0] == "remove_table" and any(d[1].name.startswith(name) for name in own))
        and not (d[0] == "add_index" and d[1].name == "ix_search_entry_tokens" and db.engine.dialect.name == "sqlite")
    ]  # fmt: skip


def test_one_pinned_head() -> None:
    script = ScriptDirectory(str(FOLDER))
    assert script.get_heads() == [(FOLDER / "HEAD").read_text().strip()]


def test_revisions_are_numbered_without_gap() -> None:
    names = sorted(path.name for path in (FOLDER / "versions").glob("*.py"))
    assert [name[:4] for name in names] == [f"{n:04d}" for n in range(1, len(names) + 1)]


def test_up_gives_the_tables_of_the_models_and_down_leaves_nothing(empty: Flask) -> None:
    with empty.app_context():
        upgrade()
        assert _differences() == []
        downgrade(revision="base")
        assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
        upgrade()
        assert _differences() == []
        db.engine.dispose()


def test_a_migrated_database_keeps_history_final(empty: Flask) -> None:
    from app.cli import load_base
    from app.core import history
    from app.core.permissions import SYSTEM

    with empty.app_context():
        upgrade()
        load_base()
        with writing():
            history.record(("organ", 1), "seen", SYSTEM)
            db.session.commit()
            for statement in ("UPDATE history SET reason = 'x'", "DELETE FROM history"):
                with pytest.raises(Exception, match="history is final"):
                    db.session.execute(text(statement))
                db.session.rollback()
        db.engine.dispose()


def _guards() -> set[str]:
    found = {
        "sqlite": "select name || ': ' || sql from sqlite_master where type = 'trigger'",
        "postgresql": "select p.proname || ': ' || pg_get_triggerdef(t.oid) || p.prosrc from pg_trigger t"
        " join pg_proc p on p.oid = t.tgfoid where not t.tgisinternal",
    }[db.engine.dialect.name]
    with db.engine.connect() as connection:
        return set(connection.scalars(text(found)))


def test_s01_s13_the_guards_of_a_migrated_database_are_those_of_the_models(empty: Flask) -> None:
    """History is final and maker is not checker wherever the tables came from."""
    with empty.app_context():
        upgrade()
        migrated = _guards()
        downgrade(revision="base")
        with writing():
            db.create_all()
        assert _guards() == migrated
        assert {"history", "clue", "transfer"} <= {
            table for table in ("history", "clue", "transfer") if table in str(migrated)
        }
        assert len(migrated) >= 3
