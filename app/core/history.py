"""History: one row for every step and every other act, chained by hashes, so that tampering can be proved.

Rows are collected during the transaction and written just before the commit. Only then is the head of the chain
locked: it is always the last lock taken, so two transactions cannot wait for each other (promise S01).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import DDL, BigInteger, Integer, String, Text, event, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import clock
from app.core.permissions import Viewer
from app.extensions import Base, db

GENESIS = "0" * 64
_WAITING = "tiequan.history"


class HistoryEntry(Base):
    """Who did what to which subject. The application never updates or deletes a row; triggers refuse it."""

    __tablename__ = "history"

    seq: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int] = mapped_column()
    organ_id: Mapped[int | None] = mapped_column()
    act: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(120))
    person_id: Mapped[int] = mapped_column()
    person_name: Mapped[str] = mapped_column(String(80))
    post: Mapped[str] = mapped_column(String(40))
    from_status: Mapped[str | None] = mapped_column(String(40))
    to_status: Mapped[str | None] = mapped_column(String(40))
    law: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[dt.datetime] = mapped_column()  # when it happened
    recorded_at: Mapped[dt.datetime] = mapped_column()  # when it was typed in
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64), unique=True)

    def sealed(self) -> str:
        """The hash that this row must carry: over all its values and the hash of the row before."""
        values = [
            self.seq, self.subject_type, self.subject_id, self.organ_id, self.act, self.name, self.person_id,
            self.person_name, self.post, self.from_status, self.to_status, self.law, self.reason, self.facts,
            self.at.isoformat(), self.recorded_at.isoformat(), self.previous,
        ]  # fmt: skip
        return seal(values)


_written = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def seal(values: list[Any]) -> str:
    """The hash of these values, in the order of `HistoryEntry.sealed`."""
    return hashlib.sha256(_written(values).encode()).hexdigest()


class HistoryHead(Base):
    """One row: the last sequence number and its hash. Finds a cut-off tail."""

    __tablename__ = "history_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str] = mapped_column(String(64), default=GENESIS)


@dataclass
class _Waiting:
    entry: HistoryEntry
    subject: Any


def record(
    subject: Any,
    act: str,
    viewer: Viewer,
    *,
    name: str = "",
    from_status: str | None = None,
    to_status: str | None = None,
    law: str = "",
    reason: str = "",
    facts: dict[str, Any] | None = None,
    at: dt.datetime | None = None,
) -> None:
    """Note one act on `subject` (a mapped row, or a (type, id) pair) to be chained with the commit.

    `facts` must be JSON values without any secret: history is read by auditors.
    """
    organ_id = getattr(subject, "organ_id", None) or viewer.organ_id or None
    entry = HistoryEntry(
        organ_id=organ_id, act=act, name=name or act, person_id=viewer.user_id, person_name=viewer.name, post=viewer.post,
        from_status=from_status, to_status=to_status, law=law, reason=reason, facts=facts or {},
        at=at or clock.now(), recorded_at=clock.recorded_now(),
    )  # fmt: skip
    db.session().info.setdefault(_WAITING, []).append(_Waiting(entry, subject))


def _write(session: Session) -> None:
    waiting: list[_Waiting] = session.info.get(_WAITING, [])
    if not waiting:
        return
    session.flush()  # new subjects get their ids
    session.info[_WAITING] = []
    head = _head(session)
    for item in waiting:
        entry, subject = item.entry, item.subject
        if isinstance(subject, tuple):
            entry.subject_type, entry.subject_id = subject
        else:
            entry.subject_type, entry.subject_id = subject.__tablename__, subject.id
        head.seq += 1
        entry.seq, entry.previous = head.seq, head.digest
        entry.digest = head.digest = entry.sealed()
        session.add(entry)
    session.flush()


def _head(session: Session) -> HistoryHead:
    """The head of the chain, locked until the commit. The very first writers of a new database may be two at once."""
    locked = select(HistoryHead).where(HistoryHead.id == 1).with_for_update().execution_options(populate_existing=True)
    head = session.scalar(locked)
    if head is None:
        insert: Any
        if session.get_bind().dialect.name == "postgresql":
            from sqlalchemy.dialects.postgresql import insert
        else:
            from sqlalchemy.dialects.sqlite import insert
        session.execute(insert(HistoryHead).values(id=1, seq=0, digest=GENESIS).on_conflict_do_nothing())
        head = session.scalars(locked).one()
    return head


def _forget(session: Session) -> None:
    session.info.pop(_WAITING, None)


def of(subject: Any) -> list[HistoryEntry]:
    """The history of one subject, oldest first. The caller has already found the subject for its viewer."""
    found = select(HistoryEntry).where(
        HistoryEntry.subject_type == subject.__tablename__, HistoryEntry.subject_id == subject.id
    )
    return list(db.session.scalars(found.order_by(HistoryEntry.seq)))


def broken(session: Session, first: int = 1) -> Iterator[str]:
    """Walk the chain and name every fault: changed, missing, swapped or cut rows (`flask check`).

    first: begin at that row and take the hash of the one before as given; the whole chain by default.
    """
    previous, expected = GENESIS, first
    if first > 1:
        before = session.scalar(select(HistoryEntry.digest).where(HistoryEntry.seq == first - 1))
        if before is None:
            yield f"历史第 {first - 1} 条缺失"
        previous = before or GENESIS
    rows = select(HistoryEntry).where(HistoryEntry.seq >= first).order_by(HistoryEntry.seq)
    for entry in session.scalars(rows.execution_options(yield_per=500, populate_existing=True)):
        if entry.seq != expected:
            yield f"历史第 {expected} 条缺失（其后为第 {entry.seq} 条）"
        if entry.previous != previous:
            yield f"历史第 {entry.seq} 条与前一条不衔接"
        if entry.digest != entry.sealed():
            yield f"历史第 {entry.seq} 条内容被改动"
        previous, expected = entry.digest, entry.seq + 1
    head = session.get(HistoryHead, 1, populate_existing=True)
    last = (expected - 1, previous)
    if (head.seq, head.digest) != last if head is not None else last[0] != 0:
        yield f"历史尾部与链头不符：末条为第 {last[0]} 条，链头为第 {head.seq if head else 0} 条"


def replayed(session: Session, subject_type: str, counting: Collection[str] = ()) -> dict[int, tuple[str, str]]:
    """Status and last step of every subject of a type as its history tells them.

    counting: ids of the steps that count as the last one though they leave the state as it is.
    """
    found: dict[int, tuple[str, str]] = {}
    rows = session.execute(
        select(HistoryEntry.subject_id, HistoryEntry.act, HistoryEntry.from_status, HistoryEntry.to_status)
        .where(HistoryEntry.subject_type == subject_type, HistoryEntry.to_status.is_not(None))
        .order_by(HistoryEntry.seq)
    )
    for subject_id, act, before, after in rows:
        moved = before is None or before != after or act in counting
        found[subject_id] = (after or "", act if moved else found[subject_id][1])
    return found


def latest(session: Session) -> tuple[int, str]:
    """The head of the chain (sequence number, hash), to be exported daily and kept elsewhere."""
    head = session.get(HistoryHead, 1)
    return (head.seq, head.digest) if head else (0, GENESIS)


event.listen(Session, "before_commit", _write)
event.listen(Session, "after_rollback", _forget)


def _ddl(statement: str) -> DDL:
    return DDL(statement)  # type: ignore[no-untyped-call]


_PG_GUARD = _ddl(
    "CREATE OR REPLACE FUNCTION history_is_final() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'history is final'; END $$"
)
_PG_TRIGGER = _ddl(
    "CREATE TRIGGER history_final BEFORE UPDATE OR DELETE ON history FOR EACH ROW EXECUTE FUNCTION history_is_final()"
)
_SQLITE = [
    _ddl(
        f"CREATE TRIGGER history_no_{act} BEFORE {act.upper()} ON history BEGIN SELECT RAISE(ABORT, 'history is final'); END"
    )
    for act in ("update", "delete")
]
event.listen(HistoryEntry.__table__, "after_create", _PG_GUARD.execute_if(dialect="postgresql"))
event.listen(HistoryEntry.__table__, "after_create", _PG_TRIGGER.execute_if(dialect="postgresql"))
for _trigger in _SQLITE:
    event.listen(HistoryEntry.__table__, "after_create", _trigger.execute_if(dialect="sqlite"))
db.Index("ix_history_subject", HistoryEntry.subject_type, HistoryEntry.subject_id, HistoryEntry.seq)
db.Index("ix_history_organ", HistoryEntry.organ_id, HistoryEntry.seq)
