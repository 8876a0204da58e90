"""The chain of history: whatever the owner of the database changes is found and named; the application cannot change it (S01)."""

from __future__ import annotations

import itertools
import random
import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.core import history
from app.core.db import writing
from app.core.history import GENESIS, HistoryEntry
from app.core.permissions import Viewer
from app.extensions import db


@pytest.fixture
def officer(viewer: Callable[[str], Viewer]) -> Viewer:
    return viewer("张执法")


def write(officer: Viewer, count: int, start: int = 1) -> None:
    for n in range(start, start + count):
        history.record(("thing", n), f"act{n % 3}", officer, name=f"第{n}件", law="试验", reason="因为" * (n % 4),
                       from_status="a", to_status="b", facts={"n": n, "名": "信阳毛尖"})  # fmt: skip
        db.session.commit()


def faults() -> list[str]:
    db.session.rollback()
    found = list(history.broken(db.session()))
    db.session.rollback()
    return found


class Owner:
    """The owner of the database, who may drop the triggers."""

    def __enter__(self) -> Any:
        self.connection = db.engine.connect().__enter__()
        if db.engine.dialect.name == "sqlite":
            for name in ("history_no_update", "history_no_delete"):
                self.connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
        else:
            self.connection.execute(text("ALTER TABLE history DISABLE TRIGGER ALL"))
        return self.connection

    def __exit__(self, *_: object) -> None:
        self.connection.commit()
        self.connection.close()


def test_a_whole_chain_has_no_fault_and_each_row_carries_the_hash_before(officer: Viewer) -> None:
    before = history.latest(db.session())[0]
    write(officer, 5)
    rows = list(db.session.scalars(db.select(HistoryEntry).order_by(HistoryEntry.seq)))
    assert [row.seq for row in rows] == list(range(1, before + 6))
    assert rows[0].previous == GENESIS
    assert all(after.previous == row.digest for row, after in itertools.pairwise(rows))
    assert faults() == []


def test_several_acts_of_one_transaction_follow_each_other(officer: Viewer) -> None:
    for n in range(4):
        history.record(("thing", 1), f"a{n}", officer)
    db.session.commit()
    acts = db.session.scalars(
        db.select(HistoryEntry.act).where(HistoryEntry.subject_type == "thing").order_by(HistoryEntry.seq)
    )
    assert list(acts) == ["a0", "a1", "a2", "a3"]


def test_a_transaction_rolled_back_leaves_no_row(officer: Viewer) -> None:
    before = history.latest(db.session())
    history.record(("thing", 1), "lost", officer)
    db.session.rollback()
    db.session.commit()
    assert history.latest(db.session()) == before


@pytest.mark.parametrize("act", ["UPDATE history SET reason = 'x'", "DELETE FROM history"])
def test_s01_the_application_can_neither_change_nor_delete(officer: Viewer, act: str) -> None:
    write(officer, 2)
    with pytest.raises(DBAPIError, match="history is final"):
        db.session.execute(text(act))
    db.session.rollback()
    assert faults() == []


def tampering(random_: random.Random, count: int) -> tuple[str, list[str]]:
    """A random crime: its name and the statements that do it."""
    n = random_.randint(1, count)
    other = random_.choice([i for i in range(1, count + 1) if i != n])
    columns = ["reason", "name", "act", "person_name", "post", "law", "from_status", "to_status", "digest", "previous"]
    column = random_.choice(columns)
    crimes: dict[str, list[str]] = {
        "change": [f"UPDATE history SET {column} = 'forged' WHERE seq = {n}"],
        "who": [f"UPDATE history SET person_id = person_id + 1 WHERE seq = {n}"],
        "when": [f"UPDATE history SET at = recorded_at, recorded_at = '2020-01-01 00:00:00' WHERE seq = {n}"],
        "facts": [f"UPDATE history SET facts = '{{\"n\": -1}}' WHERE seq = {n}"],
        "delete": [f"DELETE FROM history WHERE seq = {n}"],
        "cut": [f"DELETE FROM history WHERE seq >= {n}"],
        "swap": [
            f"UPDATE history SET seq = -1 WHERE seq = {n}", f"UPDATE history SET seq = {n} WHERE seq = {other}",
            f"UPDATE history SET seq = {other} WHERE seq = -1",
        ],
        "insert": [
            "INSERT INTO history (seq, subject_type, subject_id, act, name, person_id, person_name, post, law, reason, facts, at, recorded_at, previous, digest)"
            f" SELECT {count + 1}, subject_type, subject_id, act, name, person_id, person_name, post, law, reason, facts, at, recorded_at, digest, 'f00d' FROM history WHERE seq = {count}"
        ],
        "renumber": [f"DELETE FROM history WHERE seq = {n}", f"UPDATE history SET seq = -seq WHERE seq > {n}", f"UPDATE history SET seq = -seq - 1 WHERE seq < 0"],  # noqa: F541
    }  # fmt: skip
    name = random_.choice(sorted(crimes))
    return name, crimes[name]


def test_s01_a_hundred_random_tamperings_by_the_owner_are_all_found(officer: Viewer) -> None:
    write(officer, 12)
    count = history.latest(db.session())[0]
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE history_copy AS SELECT * FROM history"))
    random_, missed = random.Random(310), []
    for _ in range(100):
        name, statements = tampering(random_, count)
        with Owner() as owner:
            for statement in statements:
                owner.execute(text(statement))
        if not faults():
            missed.append((name, statements))
        with Owner() as owner:
            owner.execute(text("DELETE FROM history"))
            owner.execute(text("INSERT INTO history SELECT * FROM history_copy"))
    assert missed == []
    assert faults() == [], "the restored chain is whole again"


def test_s01_a_rewritten_tail_with_right_hashes_is_found_by_the_head_kept_elsewhere(officer: Viewer) -> None:
    write(officer, 5)
    seq, digest = history.latest(db.session())
    db.session.rollback()
    with Owner() as owner:
        owner.execute(text(f"DELETE FROM history WHERE seq > {seq - 2}"))
        last = owner.execute(text(f"SELECT digest FROM history WHERE seq = {seq - 2}")).scalar()
        owner.execute(text(f"UPDATE history_head SET seq = {seq - 2}, digest = '{last}'"))
    assert faults() == [], "an owner who also rewrites the head leaves a whole chain"
    assert history.latest(db.session()) != (seq, digest), (
        "but not the one that was written down: hence the exported head"
    )


def test_each_fault_says_which_row(officer: Viewer) -> None:
    write(officer, 3)
    seq = history.latest(db.session())[0]
    db.session.rollback()
    with Owner() as owner:
        owner.execute(text(f"UPDATE history SET reason = '改过' WHERE seq = {seq - 1}"))
    assert faults() == [f"历史第 {seq - 1} 条内容被改动"]


def test_the_newest_part_can_be_checked_alone(officer: Viewer) -> None:
    write(officer, 6)
    seq = history.latest(db.session())[0]
    assert list(history.broken(db.session(), seq - 2)) == []
    db.session.rollback()
    with Owner() as owner:
        owner.execute(text("UPDATE history SET reason = '改过' WHERE seq = 1"))
    assert list(history.broken(db.session(), seq - 2)) == []
    db.session.rollback()
    with Owner() as owner:
        owner.execute(text(f"UPDATE history SET reason = '改过' WHERE seq = {seq}"))
    assert list(history.broken(db.session(), seq - 2)) != []


def test_history_tells_status_and_last_step_of_every_subject(officer: Viewer) -> None:
    for subject_id, states in ((1, "ab"), (2, "abc")):
        for before, after in zip((None, *states), states, strict=False):
            history.record(("thing", subject_id), "go", officer, from_status=before, to_status=after)
    history.record(("thing", 1), "look", officer)
    history.record(("thing", 1), "stay", officer, from_status="b", to_status="b")
    history.record(("thing", 2), "decline", officer, from_status="c", to_status="c")
    db.session.commit()
    assert history.replayed(db.session(), "thing", {"decline"}) == {1: ("b", "go"), 2: ("c", "decline")}


def test_many_writers_at_once_make_one_chain(officer: Viewer, app: Flask) -> None:
    before = history.latest(db.session())[0]
    db.session.rollback()
    errors: list[BaseException] = []

    def clerk(k: int) -> None:
        try:
            with app.app_context(), writing():
                for n in range(8):
                    history.record(("thing", k), "act", officer, facts={"n": n})
                    db.session.commit()
                db.session.remove()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=clerk, args=(k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert history.latest(db.session())[0] == before + 64
    assert faults() == []
