"""Migrations: numbered, one pinned head, up and down on both databases, and the tables are those of the models."""

from __future__ import annotations

import datetime as dt
import json
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


BACK = 5  # revisions that a house in use may have to step over


def test_rows_survive_the_way_down_and_up_again(empty: Flask, tmp_path: Path) -> None:
    """Published cases, driven through the procedures, and rows of the kinds that the revisions handle one by one."""
    from app.campaigns.models import Campaign
    from app.cli import load_base
    from app.rehearsal import cases, city

    def seen() -> dict[str, object]:
        with db.engine.connect() as connection:
            tables = [name for name in inspect(connection).get_table_names() if not name.startswith("search_")]
            count = {name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in tables}
            steps = {
                name: sorted(connection.execute(text(f'SELECT id, status, last_step FROM "{name}"')).all())
                for name in ("clue", "case", "transfer")
            }
        return count | steps

    with empty.app_context():
        upgrade()
        with writing():
            load_base()
            city.build()
            db.session.commit()
        day = dt.date(2026, 6, 1)
        records = [one for one in json.loads(cases.FILE.read_text("utf-8")) if one["record_type"] == "case"][:6]
        few = tmp_path / "few.json"
        few.write_text(json.dumps(records, ensure_ascii=False), "utf-8")
        assert cases.replay(few).transfers
        with writing():
            organs = db.session.execute(text("SELECT id FROM organ WHERE kind = 'bureau' ORDER BY id")).scalars().all()
            for organ in organs[:2]:  # one name used by two organs: allowed since 0009 only
                db.session.add(
                    Campaign(name="雨季行动", short="雨季", year=2026, starts_on=day, ends_on=day, organ_id=organ)
                )
            db.session.execute(
                text("UPDATE goods_line SET price_fen = NULL WHERE id = (SELECT min(id) FROM goods_line)")
            )
            db.session.commit()
        db.session.remove()
        before = seen()
        head = (FOLDER / "HEAD").read_text().strip()
        for number in range(int(head) - 1, int(head) - 1 - BACK, -1):
            downgrade(revision=f"{number:04d}")
        upgrade()
        assert seen() == before
        assert _differences() == []
        if db.engine.dialect.name == "sqlite":
            with db.engine.connect() as connection:
                assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
        db.engine.dispose()
