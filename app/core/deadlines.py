"""Running deadlines: one row for each term that runs on a subject, with its exclusions and extensions.

When a row ends is computed by `core/terms.py` and never typed in; here it is opened, stopped, extended, corrected, ended.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from flask import current_app
from sqlalchemy import Date, ForeignKey, Integer, String, Text, and_, bindparam, or_, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.orm.exc import StaleDataError

from app.core import clock, history
from app.core.errors import Refused
from app.core.events import announce
from app.core.permissions import Viewer
from app.core.terms import Calendar, Due, Extension, Pause, Term, compute, warnings
from app.core.text import N_
from app.extensions import Base, db

log = logging.getLogger("tiequan.deadlines")
PUT_OFF = dt.timedelta(hours=1)
OPEN_STATES = ("running", "paused", "missed")


class Deadline(Base):
    """One running deadline of one subject. `due_at` is always what `compute` says; it is never typed in."""

    __tablename__ = "deadline"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int] = mapped_column()
    organ_id: Mapped[int] = mapped_column(ForeignKey("organ.id"))
    term: Mapped[str] = mapped_column(String(60))
    start_at: Mapped[dt.datetime] = mapped_column()
    start_event: Mapped[str] = mapped_column(String(120))
    start_set_by: Mapped[str] = mapped_column(String(80))  # who set the date that starts a legal clock
    calendar_version: Mapped[str] = mapped_column(String(60))
    raw_end: Mapped[dt.date] = mapped_column(Date)
    due_at: Mapped[dt.datetime] = mapped_column()
    provisional: Mapped[bool] = mapped_column(default=False)
    trace: Mapped[list[Any]] = mapped_column(default=list)
    state: Mapped[str] = mapped_column(String(12), default="running")  # running|paused|missed|met|met_late|lapsed|void
    ended_at: Mapped[dt.datetime | None] = mapped_column()
    next_warning: Mapped[str | None] = mapped_column(String(12))
    next_warning_at: Mapped[dt.datetime | None] = mapped_column()

    exclusions: Mapped[list[Exclusion]] = relationship(
        back_populates="deadline", order_by="Exclusion.start", lazy="select"
    )
    extensions: Mapped[list[Extended]] = relationship(back_populates="deadline", order_by="Extended.id", lazy="select")

    @property
    def declared(self) -> Term:
        return terms()[self.term]

    @property
    def open(self) -> bool:
        return self.state in OPEN_STATES


class Exclusion(Base):
    """Days that do not count, with the ground and the document. `end` is open while it lasts."""

    __tablename__ = "deadline_exclusion"

    id: Mapped[int] = mapped_column(primary_key=True)
    deadline_id: Mapped[int] = mapped_column(ForeignKey("deadline.id"), index=True)
    ground: Mapped[str] = mapped_column(String(80))
    document: Mapped[str] = mapped_column(String(200), default="")
    start: Mapped[dt.date] = mapped_column(Date)
    end: Mapped[dt.date | None] = mapped_column(Date)
    set_by: Mapped[str] = mapped_column(String(80))
    deadline: Mapped[Deadline] = relationship(back_populates="exclusions")


class Extended(Base):
    """An extension that was approved."""

    __tablename__ = "deadline_extension"

    id: Mapped[int] = mapped_column(primary_key=True)
    deadline_id: Mapped[int] = mapped_column(ForeignKey("deadline.id"), index=True)
    amount: Mapped[int] = mapped_column(Integer)
    unit: Mapped[str] = mapped_column(String(12))
    law: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(Text)
    approved_by: Mapped[str] = mapped_column(String(80))
    approved_at: Mapped[dt.datetime] = mapped_column()
    deadline: Mapped[Deadline] = relationship(back_populates="extensions")


db.Index("ix_deadline_subject", Deadline.subject_type, Deadline.subject_id)
_OPEN = Deadline.state.in_(OPEN_STATES)
db.Index("ix_deadline_open", Deadline.organ_id, Deadline.due_at, sqlite_where=_OPEN, postgresql_where=_OPEN)
# Written out in the statement: SQLite uses a partial index only where it can read the values.
OPEN = Deadline.state.in_(bindparam("open_states", OPEN_STATES, expanding=True, literal_execute=True))
db.Index("ix_deadline_warning", Deadline.next_warning_at,
         sqlite_where=Deadline.next_warning_at.is_not(None), postgresql_where=Deadline.next_warning_at.is_not(None))  # fmt: skip


def install(app: Any, declared: Iterable[Term], calendar: Callable[[], Calendar]) -> None:
    """Give the application its catalogue of terms and the way to the working calendar."""
    found: dict[str, Term] = {}
    for term in declared:
        if term.id in found:
            raise ValueError(f"term {term.id} is declared twice")
        found[term.id] = term
    app.extensions["tiequan.terms"] = found
    app.extensions["tiequan.calendar"] = calendar


def terms() -> Mapping[str, Term]:
    """The catalogue."""
    found: Mapping[str, Term] = current_app.extensions["tiequan.terms"]
    return found


def _calendar() -> Calendar:
    found: Calendar = current_app.extensions["tiequan.calendar"]()
    return found


_OF = (
    select(Deadline)
    .where(Deadline.subject_type == bindparam("type"), Deadline.subject_id == bindparam("id"))
    .order_by(Deadline.due_at, Deadline.id)
)


def of(subject: Any) -> list[Deadline]:
    """All deadlines of a subject, open ones first, then by date. The caller has found the subject for its viewer."""
    found = list(db.session.scalars(_OF, {"type": subject.__tablename__, "id": subject.id}))
    return sorted(found, key=lambda d: not d.open)


def running(subject: Any, term_id: str) -> Deadline | None:
    """The open deadline of that term on the subject, if there is one."""
    return db.session.scalar(
        select(Deadline)
        .where(
            and_(Deadline.subject_type == subject.__tablename__, Deadline.subject_id == subject.id),
            Deadline.term == term_id,
            OPEN,
        )
        .order_by(Deadline.id.desc())
        .limit(1)
    )


def nearest(subject_type: str, ids: Iterable[int]) -> dict[int, Deadline]:
    """The open deadline of each of these subjects that ends first. The caller has found them for its viewer."""
    found = select(Deadline).where(Deadline.subject_type == subject_type, Deadline.subject_id.in_(list(ids)), OPEN)
    return {row.subject_id: row for row in db.session.scalars(found.order_by(Deadline.due_at.desc()))}


def begin(subject: Any, term_id: str, viewer: Viewer, at: dt.datetime, event: str) -> Deadline:
    """Open `term_id` on `subject`. The start is the subject's own field if the term names one, else `at`.

    An open deadline of the same term gives way first: a term restarts, it never runs twice. It was over or not by the
    start of the new one: what came in in time leaves nothing missed when it is entered late.
    """
    term = terms()[term_id]
    start: Any = getattr(subject, term.starts) if term.starts else at
    if isinstance(start, dt.date) and not isinstance(start, dt.datetime):
        start = clock.day_start(start)
    if start is None:
        raise Refused(N_("缺少起算日期，无法计算法定期限。请先填写。"), 422)
    db.session.flush()
    give_way(subject, term_id, start)
    row = Deadline(
        subject_type=subject.__tablename__, subject_id=subject.id, organ_id=subject.organ_id, term=term_id, start_at=start,
        start_event=event, start_set_by=viewer.name, calendar_version="", raw_end=clock.today(), due_at=start, state="running",
        exclusions=[], extensions=[],
    )  # fmt: skip
    recompute(row)
    db.session.add(row)
    return row


def give_way(subject: Any, term_id: str, at: dt.datetime) -> None:
    """End the open deadline because its time begins anew: void, but what was over by then stays on record as missed."""
    row = running(subject, term_id)
    if row is not None:
        late = ended(row, at)
        end(subject, term_id, max(at, row.start_at), void=True)
        row.state = "lapsed" if late else "void"


def correct_ended(row: Deadline, first: dt.date, viewer: Viewer) -> None:
    """The first day of a deadline that has ended was wrong: it is put right on record, and met or met late by it."""
    row.start_at, row.start_set_by = clock.day_start(first), viewer.name
    recompute(row)
    if row.state in {"met", "met_late"}:
        row.state = "met_late" if row.ended_at is not None and row.ended_at > row.due_at else "met"


def correct_start(row: Deadline, subject: Any, viewer: Viewer, at: dt.datetime, event: str) -> Deadline:
    """Begin an open deadline anew because its start was wrong, with the exclusions and extensions it has (R-35).

    The subject's field that starts the term holds the true start by now. The old row is void, also when it was over.
    """
    end(subject, row.term, at, void=True)
    made = begin(subject, row.term, viewer, at, event)
    made.exclusions = [
        Exclusion(ground=e.ground, document=e.document, start=e.start, end=e.end, set_by=e.set_by)
        for e in row.exclusions
    ]
    made.extensions = [
        Extended(
            amount=e.amount,
            unit=e.unit,
            law=e.law,
            reason=e.reason,
            approved_by=e.approved_by,
            approved_at=e.approved_at,
        )
        for e in row.extensions
    ]
    if any(e.end is None for e in made.exclusions):
        made.state = "paused"
    recompute(made)
    if made.state == "paused" and clock.now() > made.due_at:
        made.state = "missed"
    return made


def _compute(row: Deadline) -> Due:
    pauses = [Pause(e.ground, e.start, e.end, e.document) for e in row.exclusions]
    added = [Extension(e.amount, e.unit, "", e.law) for e in row.extensions]
    return compute(row.declared, row.start_at, _calendar(), pauses, added, clock.today())


def recompute(row: Deadline) -> None:
    """Compute the row's date, trace and next warning anew. Called after every change, and when a calendar is loaded."""
    due = _compute(row)
    row.raw_end, row.due_at, row.provisional = due.raw_end, due.due_at, due.provisional
    row.trace = [{"kind": line.kind, "text": line.text, "days": line.days} for line in due.trace]
    row.calendar_version = _calendar().version
    if row.state == "missed" and due.due_at > clock.now():
        row.state = "running"
    _arm(row, clock.now())


def _arm(row: Deadline, after: dt.datetime) -> None:
    row.next_warning = row.next_warning_at = None
    if row.state != "running":
        return
    marks = _marks(row)
    # Entered so late that every mark is past: it is overdue, and somebody must still be told so.
    row.next_warning, row.next_warning_at = next((mark for mark in marks if mark[1] > after), marks[-1])


def _marks(row: Deadline) -> list[tuple[str, dt.datetime]]:
    """The warnings of a row; marks in working days are looked up in the calendar."""
    term, days = row.declared, row.declared.marks
    if term.unit == "workday":
        first, calendar = clock.local(row.start_at).date(), _calendar()
        days = tuple((compute(replace(term, amount=n), row.start_at, calendar).raw_end - first).days for n in days)
    return warnings(term.unit, row.start_at, row.due_at, days)


def end(subject: Any, term_id: str, at: dt.datetime, *, void: bool = False) -> Deadline | None:
    """Close the open deadline: met in time, met late, or void. None if none is open."""
    row = running(subject, term_id)
    if row is None:
        return None
    if void:
        row.state = "void"
    else:
        row.state = "met_late" if ended(row, at) else "met"
    row.ended_at, row.next_warning, row.next_warning_at = at, None, None
    return row


def revive(row: Deadline) -> None:
    """Let a deadline that had ended run on from its first day: what ended it was undone."""
    row.state, row.ended_at = "paused" if any(e.end is None for e in row.exclusions) else "running", None
    recompute(row)


def ended(row: Deadline, at: dt.datetime) -> bool:
    """Whether the row's time is over at that instant.

    While days are being left out the stored end is that of the day it was last computed, and moves on with every day.
    """
    return at > (_compute(row).due_at if row.state == "paused" else row.due_at)


def pause(
    subject: Any, term_id: str, ground: str, document: str, start: dt.date, last: dt.date | None, viewer: Viewer
) -> None:
    """Exclude days from the running term, from `start` to `last` (None: until `resume`). Refused for a foreign ground."""
    row = running(subject, term_id)
    if row is None:
        raise Refused(N_("该期限未在计算中，无需扣除。"))
    if ground not in row.declared.excludes:
        raise Refused(N_("该事由依法不得扣除办理期限，请核对依据。"), 422)
    if last is not None and last < start:
        raise Refused(N_("扣除期间的结束日期早于开始日期，请更正。"), 422)
    row.exclusions.append(Exclusion(ground=ground, document=document, start=start, end=last, set_by=viewer.name))
    if last is None:
        row.state = "paused"
    recompute(row)
    if row.state == "paused" and clock.now() > row.due_at:
        row.state = "missed"  # what is over cannot be stopped any more


def waiting(subject: Any, term_id: str) -> list[Exclusion]:
    """The exclusions of the running term that have not ended yet, in order of their first day."""
    row = running(subject, term_id)
    return [e for e in row.exclusions if e.end is None] if row is not None else []


def resume(
    subject: Any,
    term_id: str,
    last: dt.date,
    *,
    ground: str = "",
    document: str | None = None,
    exclusion_id: int | None = None,
) -> Exclusion:
    """End one open exclusion on `last` (that day is still excluded) and return it.

    Which one is named, never guessed: by its id, or by its ground and, where several may stand, by its document.
    Refused (409) when no such exclusion is open.
    """
    row = running(subject, term_id)
    named = [
        e
        for e in (row.exclusions if row is not None else ())
        if e.end is None
        and (e.id == exclusion_id if exclusion_id is not None else e.ground == ground)
        and (document is None or e.document == document)
    ]
    if row is None or not named:
        raise Refused(N_("该期限没有暂停中的扣除事由。"))
    named[0].end = max(last, named[0].start)
    row.state = "paused" if any(e.end is None for e in row.exclusions) else "running"
    recompute(row)
    return named[0]


def extend(subject: Any, term_id: str, viewer: Viewer, reason: str, at: dt.datetime) -> Deadline:
    """Extend the running term as its law allows. Refused after the end, or when the extensions are used up."""
    row = running(subject, term_id)
    if row is None:
        raise Refused(N_("该期限未在计算中，不能延长。"))
    allowed = row.declared.extension
    if allowed is None or len(row.extensions) >= allowed.times:
        raise Refused(N_("该期限依法不得（再次）延长。"))
    if ended(row, at):
        raise Refused(N_("期限已届满，不能再批准延长。"))
    row.extensions.append(
        Extended(
            amount=allowed.amount,
            unit=allowed.unit,
            law=allowed.law,
            reason=reason,
            approved_by=viewer.name,
            approved_at=at,
        )
    )
    recompute(row)
    history.record(
        subject,
        f"extend.{term_id}",
        viewer,
        name=N_("延长期限"),
        law=allowed.law,
        reason=reason,
        at=at,
        facts={"term": term_id, "amount": allowed.amount, "unit": allowed.unit},
    )
    return row


def warn(limit: int = 200) -> int:
    """Announce every warning that is due ("deadline.warning": row, key). The caller commits. Returns how many.

    One that cannot be sent (a term that is declared no more, a fault in a listener) must not silence the others: it is
    put off, and "deadline.unwarned" tells of it.
    """
    now = clock.now()
    due = select(Deadline).where(Deadline.next_warning_at <= now).order_by(Deadline.next_warning_at).limit(limit)
    rows = list(db.session.scalars(due.with_for_update(skip_locked=True)))
    for row in rows:
        try:
            with db.session.begin_nested():
                _warn(row, now)
        except (DBAPIError, StaleDataError):
            raise  # the database is busy, or somebody writes to the same subject: all of it again in the next round
        except Exception as fault:
            log.exception("deadline %s could not be warned of", row.id)
            row.next_warning_at = now + PUT_OFF
            announce("deadline.unwarned", row, f"{type(fault).__name__}: {fault}"[:300])
    return len(rows)


def _warn(row: Deadline, now: dt.datetime) -> None:
    # Of the marks passed since the last round (the sweeper may have been down) only the latest is still true.
    key = next((key for key, at in reversed(_marks(row)) if at <= now), row.next_warning or "")
    if key == "overdue":
        row.state = "missed"
    _arm(row, now)
    announce("deadline.warning", row, key)


def recompute_all(where: Any = None) -> int:
    """Recompute open deadlines after a calendar was loaded. The caller commits. Returns how many changed."""
    changed = 0
    found = select(Deadline).where(OPEN)
    for row in db.session.scalars(found if where is None else found.where(or_(where))):
        before = row.due_at
        recompute(row)
        changed += row.due_at != before
    return changed
