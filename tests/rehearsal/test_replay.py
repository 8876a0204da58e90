"""The published cases: replayed once, left alone the second time, and no lock is held by who only watches."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import supervisor
from app.cases.models import Case
from app.extensions import db
from app.intake.models import Clue
from app.rehearsal import cases
from app.transfers.models import Transfer


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """Three published records: one that was transferred, one that was not, one that is no case."""
    records = json.loads(cases.FILE.read_text("utf-8"))
    wanted = [next(r for r in records if r["record_type"] == "case" and r["transferred_to_police"]),
              next(r for r in records if r["record_type"] == "case" and not r["transferred_to_police"]),
              next(r for r in records if r["record_type"] not in {"case", "inspection"})]  # fmt: skip
    file = tmp_path / "few.json"
    file.write_text(json.dumps(wanted, ensure_ascii=False), "utf-8")
    return file


def others_may_write(app: Flask) -> bool:
    """Whether another process gets the one lock of SQLite at once. PostgreSQL has no such lock."""
    if db.engine.dialect.name != "sqlite":
        return True
    connection = sqlite3.connect(str(db.engine.url.database), timeout=0, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
    except sqlite3.OperationalError:
        return False
    finally:
        connection.close()
    return True


def test_each_record_is_replayed_once(app: Flask, few: Path) -> None:
    first = cases.replay(few)
    assert (first.clues, first.transfers, len(first.skipped)) == (2, 1, 1)
    again = cases.replay(few)
    assert (again.clues, again.cases, again.transfers) == (0, 0, 0)
    counted = [db.session.scalar(select(func.count()).select_from(model)) for model in (Clue, Case, Transfer)]
    assert counted == [first.clues, first.cases, first.transfers]


def test_a_second_replay_lets_others_write(app: Flask, few: Path) -> None:
    cases.replay(few)
    cases.replay(few)
    assert others_may_write(app)


def test_the_second_start_holds_no_lock(app: Flask, few: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What prepares the database goes on to watch its children for days: it must not keep them from writing."""
    seen = []

    def watch(_config: Any, banner: list[str]) -> int:
        seen.append(others_may_write(app))
        return 0

    replay = cases.replay
    monkeypatch.setattr(supervisor, "serve", watch)
    monkeypatch.setattr(cases, "replay", lambda: replay(few))
    monkeypatch.setattr("app.cli.upgrade", lambda: None)  # the tables of a test are made without migrations
    monkeypatch.setenv("TQ_INSTANCE", str(app.config["INSTANCE"]))
    db.session.remove()
    for _ in range(2):
        done = app.test_cli_runner().invoke(args=["serve"])
        assert done.exit_code == 0, done.output
    assert seen == [True, True]


def test_a_file_of_another_form_is_refused_by_its_record(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "other.json"
    file.write_text('[{"id": "a"}]', "utf-8")
    with pytest.raises(ValueError, match="第 1 条记录"):
        cases.replay(file)
